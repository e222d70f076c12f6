import Traces

extension RunOption {
  /// Enter asks for its value, where it is not one of few.
  var isTyped: Bool { choices.isEmpty }
}

extension RunOption.Beginning {
  /// When a change takes effect, for people.
  var words: String {
    switch self {
    case .decision: "from the next decision on"
    case .write: "from the next step on"
    case .turn: "from the next turn on"
    }
  }
}

extension Setting {
  /// Its value on a line; a threshold with one decimal.
  var shortText: String {
    if case .number(let value) = value, option == .threshold { return Format.fixed(value, 1) }
    return value.text.split(whereSeparator: \.isNewline).joined(separator: " ")
  }
}

extension ViewerState {
  /// The value of `option` in force; empty before the run began.
  func value(of option: RunOption) -> String {
    guard run.started != nil else { return "" }
    return Setting(option, option.value(in: run.options)).shortText
  }

  /// The value that `option` had when the run began.
  func firstValue(of option: RunOption) -> String {
    guard let started = run.started else { return "" }
    return Setting(option, option.value(in: started.options)).shortText
  }

  /// `/set NAME VALUE`; without a name, the view of all settings.
  mutating func set(_ argument: String) -> [Command]? {
    let words = argument.split(whereSeparator: \.isWhitespace).map(String.init)
    guard let name = words.first else {
      overlay = SettingsOverlay()
      return []
    }
    guard let option = RunOption.named(name) else {
      let known = RunOption.all.map(\.name).joined(separator: ", ")
      say("There is no setting \(name). Settings: \(known).", .warning)
      return nil
    }
    return set(option, words.dropFirst().joined(separator: " "))
  }

  /// Asks for `option` to become `text`; says why, and gives nil, where it cannot.
  mutating func set(_ option: RunOption, _ text: String) -> [Command]? {
    do throws(OptionError) {
      return request(try Setting(option, from: text))
    } catch {
      say("\(option.name) needs \(option.allowed).", .warning)
      return nil
    }
  }

  private mutating func request(_ setting: Setting) -> [Command] {
    var changed = run.options
    changed.apply(setting)
    if setting.option == .threshold { return request(threshold: changed.acceptance) }
    if setting.option == .mode { return request(mode: changed.mode) }
    if setting.option == .systemPrompt, setting.value != .off, isDemoPair {
      say(
        "The demo pair was trained without a system prompt and may solve less with one.", .warning)
    } else {
      say("\(setting.option.name) \(setting.shortText), \(setting.option.counts.words).")
    }
    return [.run(.control(.set(setting)))]
  }

  /// `/system TEXT`; without a text, the system prompt in the editor.
  mutating func setSystemPrompt(_ argument: String?) -> [Command]? {
    if let argument, !argument.isEmpty { return set(.systemPrompt, argument) }
    return [.screen(.edit(run.options.systemPrompt ?? "", .systemPrompt))]
  }

  /// Asks for the next value of `option` up (1) or down (-1).
  mutating func change(_ option: RunOption, by direction: Int) -> [Command] {
    if option == .threshold {
      return perform(direction > 0 ? .raiseThreshold : .lowerThreshold) ?? []
    }
    var options = run.options
    if let mode = requested.mode { options.mode = mode }
    return option.stepped(option.value(in: options), direction).map { request($0) } ?? []
  }
}

extension RunOption {
  /// The next value up (1) or down (-1); nil at an end.
  fileprivate func stepped(_ value: OptionValue, _ direction: Int) -> Setting? {
    switch (stepping, value) {
    case (.none, _): return nil
    case (.around(let texts), _):
      let place = (texts.firstIndex(of: value.text) ?? 0) + direction
      return setting(texts[(place + texts.count) % texts.count])
    case (.adding(_, let smallest), .off): return direction > 0 ? setting(short(smallest)) : nil
    case (.doubling(let smallest), .off): return direction > 0 ? setting("\(smallest)") : nil
    case (.adding(let step, let smallest), .integer(let number)):
      let next = Double(number) + step * Double(direction)
      return next < smallest ? setting(OptionValue.offText) : setting(short(next))
    case (.adding(let step, _), .number(let number)):
      return setting("\(((number / step).rounded() + Double(direction)) / (1 / step).rounded())")
    case (.doubling(let smallest), .integer(let number)):
      if direction < 0, number <= smallest { return setting(OptionValue.offText) }
      let next =
        direction < 0 ? number / 2 : number.multipliedReportingOverflow(by: 2).partialValue
      return setting("\(next)")
    case (.adding, .natural(let seed)):
      return Setting(self, .natural(direction > 0 ? seed &+ 1 : seed &- 1))
    case (.adding, _), (.doubling, _): return nil
    }
  }

  private func setting(_ text: String) -> Setting? { try? Setting(self, from: text) }

  private func short(_ number: Double) -> String { "\(Int(number))" }
}
