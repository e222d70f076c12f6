import Traces

/// The commands that the composer takes after a `/`.
enum SlashCommand: String, CaseIterable {
  case examples, threshold, mode, theme, help, quit

  var argument: String {
    switch self {
    case .threshold: " 6.5"
    case .mode: " " + Mode.allCases.map(\.rawValue).joined(separator: "|")
    case .theme: " NAME"
    case .examples, .help, .quit: ""
    }
  }

  var help: String {
    switch self {
    case .examples: "choose one of the example problems"
    case .threshold: "set the acceptance threshold, 0 to 9"
    case .mode: "set the mode of the next turn"
    case .theme: "change the theme"
    case .help: "show the keys"
    case .quit: "quit"
    }
  }
}

extension ViewerState {
  /// Runs the command in `text`; one that cannot be run stays in the composer and says why.
  mutating func runSlashCommand(_ text: String) -> [Command] {
    let words = text.dropFirst().split(separator: " ", maxSplits: 1).map {
      $0.trimmingPrefix(while: \.isWhitespace)
    }
    let name = words.first.map(String.init) ?? ""
    var argument = words.count > 1 ? String(words[1]) : ""
    while argument.last?.isWhitespace == true { argument.removeLast() }
    guard let command = SlashCommand(rawValue: name) else {
      let known = SlashCommand.allCases.map { "/" + $0.rawValue }.joined(separator: ", ")
      say("There is no command /\(name). Commands: \(known).", .warning)
      return []
    }
    guard let commands = run(command, argument) else { return [] }
    _ = composer.send()
    return commands
  }

  /// Nil when the argument is no good.
  private mutating func run(_ command: SlashCommand, _ argument: String) -> [Command]? {
    switch command {
    case .help:
      overlay = .help(firstLine: 0)
      return []
    case .quit:
      return [.quit]
    case .examples:
      guard !examples.isEmpty else {
        say("These models have no examples.", .warning)
        return nil
      }
      overlay = .examples(chosen: 0)
      return []
    case .threshold:
      guard let value = Double(argument), Self.thresholds.contains(value) else {
        say("/threshold needs a number from 0 to 9, such as /threshold 6.5.", .warning)
        return nil
      }
      return request(threshold: value)
    case .mode:
      guard let mode = Mode(rawValue: argument) else {
        let known = Mode.allCases.map(\.rawValue).joined(separator: ", ")
        say("/mode needs one of \(known).", .warning)
        return nil
      }
      return request(mode: mode)
    case .theme:
      guard let theme = themes.first(where: { $0.name == argument }) else {
        say("/theme needs one of \(themes.map(\.name).joined(separator: ", ")).", .warning)
        return nil
      }
      self.theme = theme
      return []
    }
  }
}
