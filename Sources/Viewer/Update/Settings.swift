import Traces

/// A line of the settings view: what can be changed while a run goes on.
enum SettingRow: Sendable, Equatable {
  case threshold, mode
  case setting(Setting.Name)

  static let all: [SettingRow] =
    [.threshold, .mode] + Setting.Name.allCases.map { .setting($0) }

  /// Its name, as `/set` takes it.
  var name: String {
    switch self {
    case .threshold: "threshold"
    case .mode: "mode"
    case .setting(let name): name.rawValue
    }
  }

  /// From when on a change counts.
  var beginning: Setting.Beginning {
    switch self {
    case .threshold: .decision
    case .mode: .turn
    case .setting(let name): name.beginning
    }
  }

  /// What it takes, for people.
  var allowed: String {
    switch self {
    case .threshold: "a number from 0 to 9"
    case .mode: "one of " + Mode.allCases.map(\.rawValue).joined(separator: ", ")
    case .setting(let name): name.allowed
    }
  }

  /// Enter asks for its value, where it is not one of few.
  var isTyped: Bool {
    switch self {
    case .threshold: true
    case .mode: false
    case .setting(let name): name.choices.isEmpty
    }
  }
}

extension Setting.Beginning {
  /// From when on a change counts, for people.
  var words: String {
    switch self {
    case .decision: "from the next decision on"
    case .write: "from the next step on"
    case .turn: "from the next turn on"
    }
  }
}

extension ViewerState {
  /// The value of `row` in force; empty before the run began.
  func value(of row: SettingRow) -> String {
    switch row {
    case .threshold: Format.fixed(run.threshold, 1)
    case .mode: run.mode.rawValue
    case .setting(let name): run.settings[name]?.text ?? ""
    }
  }

  /// The value that `row` had when the run began.
  func firstValue(of row: SettingRow) -> String {
    guard let started = run.started else { return "" }
    return switch row {
    case .threshold: Format.fixed(started.threshold, 1)
    case .mode: started.mode.rawValue
    case .setting(let name): started.settings[name]?.text ?? ""
    }
  }

  /// `/set NAME VALUE`; without a name, the view of all settings.
  mutating func set(_ argument: String) -> [Command]? {
    let words = argument.split(whereSeparator: \.isWhitespace).map(String.init)
    guard let name = words.first else {
      overlay = SettingsOverlay()
      return []
    }
    guard let row = SettingRow.all.first(where: { $0.name == name }) else {
      let known = SettingRow.all.map(\.name).joined(separator: ", ")
      say("There is no setting \(name). Settings: \(known).", .warning)
      return nil
    }
    return set(row, words.dropFirst().joined(separator: " "))
  }

  /// Asks for `row` to become `text`; says why, and gives nil, where it cannot.
  mutating func set(_ row: SettingRow, _ text: String) -> [Command]? {
    switch row {
    case .threshold:
      if let value = Double(text), Self.thresholds.contains(value) {
        return request(threshold: value)
      }
    case .mode:
      if let mode = Mode(rawValue: text) { return request(mode: mode) }
    case .setting(let name):
      if let setting = Setting(name, text) { return request(setting) }
    }
    say("\(row.name) needs \(row.allowed).", .warning)
    return nil
  }

  private mutating func request(_ setting: Setting) -> [Command] {
    if case .systemPrompt(_?) = setting, isDemoPair {
      say(
        "The demo pair was trained without a system prompt and may solve less with one.", .warning)
    } else {
      let value = setting.text.split(whereSeparator: \.isNewline).joined(separator: " ")
      say("\(setting.name.rawValue) \(value), \(setting.name.beginning.words).")
    }
    return [.run(.control(.set(setting)))]
  }

  /// `/system TEXT`; without a text, the system prompt in the editor.
  mutating func setSystemPrompt(_ argument: String?) -> [Command]? {
    if let argument, !argument.isEmpty { return set(.setting(.systemPrompt), argument) }
    let text = value(of: .setting(.systemPrompt))
    return [.screen(.edit(text == Setting.systemPrompt(nil).text ? "" : text, .systemPrompt))]
  }

  /// Asks for the next value of `row` up (1) or down (-1).
  mutating func change(_ row: SettingRow, by direction: Int) -> [Command] {
    switch row {
    case .threshold:
      let action = direction > 0 ? Action.raiseThreshold : .lowerThreshold
      return perform(action) ?? []
    case .mode:
      return request(mode: neighbour(of: requestedMode ?? run.mode, direction))
    case .setting(let name):
      guard let setting = run.settings[name], let next = setting.stepped(direction) else {
        return []
      }
      return request(next)
    }
  }

  private func neighbour(of mode: Mode, _ direction: Int) -> Mode {
    let modes = Mode.allCases
    let place = (modes.firstIndex(of: mode) ?? 0) + direction
    return modes[(place + modes.count) % modes.count]
  }
}

extension Setting {
  /// The next value up (1) or down (-1); nil at an end.
  fileprivate func stepped(_ direction: Int) -> Setting? {
    if !name.choices.isEmpty { return rotated(name.choices, direction) }
    switch self {
    case .score, .judge, .unreadable: return nil
    case .adapt:
      return rotated(["off", "acceptance=0.8", "speedup=2.0", "error=0.05"], direction)
    case .firstBaseSteps(let steps): return Setting(name, "\(steps + direction)")
    case .budget(let tokens): return Setting(name, "\(Self.scaled(tokens, direction))")
    case .thinkingBudget(let tokens):
      guard let tokens else {
        return direction > 0 ? .thinkingBudget(Self.smallestBudget) : nil
      }
      let isLast = direction < 0 && tokens <= Self.smallestBudget
      return isLast ? .thinkingBudget(nil) : Setting(name, "\(Self.scaled(tokens, direction))")
    case .temperature(let value):
      return Setting(name, "\(((value * 10).rounded() + Double(direction)) / 10)")
    case .topP(let value):
      return Setting(name, "\(((value * 20).rounded() + Double(direction)) / 20)")
    case .systemPrompt: return nil
    case .seed(let seed):
      return .seed(direction > 0 ? seed &+ 1 : seed &- 1)
    }
  }

  /// What the arrows begin a limit of reasoning with.
  private static let smallestBudget = 128

  /// Twice as much, or half; within what a number can hold.
  private static func scaled(_ tokens: Int, _ direction: Int) -> Int {
    direction < 0 ? tokens / 2 : tokens.multipliedReportingOverflow(by: 2).partialValue
  }

  private func rotated(_ texts: [String], _ direction: Int) -> Setting? {
    let place = (texts.firstIndex(of: text) ?? 0) + direction
    return Setting(name, texts[(place + texts.count) % texts.count])
  }
}
