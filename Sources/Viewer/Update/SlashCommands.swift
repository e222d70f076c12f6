import Traces

extension ViewerState {
  /// Runs the command in `text`; one that cannot be run stays in the composer and says why.
  mutating func runSlashCommand(_ text: String) -> [Command] {
    let words = text.dropFirst().split(separator: " ", maxSplits: 1).map {
      $0.trimmingPrefix(while: \.isWhitespace)
    }
    let name = words.first.map(String.init) ?? ""
    guard let action = keys.entry(forCommand: name)?.action else {
      let known = keys.commandNames.map { "/" + $0 }.joined(separator: ", ")
      say("There is no command /\(name). Commands: \(known).", .warning)
      return []
    }
    var argument = words.count > 1 ? String(words[1]) : ""
    while argument.last?.isWhitespace == true { argument.removeLast() }
    let before = composer
    _ = composer.send()
    guard let commands = press(action, argument) else {
      composer = before
      return []
    }
    return commands
  }

  /// Does `action` unless something stands in its way, which is said then; nil when nothing was
  /// done.
  mutating func press(_ action: Action, _ argument: String?) -> [Command]? {
    if let obstacle = obstacle(to: action) {
      say(obstacle, .warning)
      return nil
    }
    return perform(action, argument)
  }

  mutating func setThreshold(_ argument: String) -> [Command]? {
    guard let value = Double(argument), Self.thresholds.contains(value) else {
      say("/threshold needs a number from 0 to 9, such as /threshold 6.5.", .warning)
      return nil
    }
    return request(threshold: value)
  }

  mutating func setMode(_ argument: String) -> [Command]? {
    guard let mode = Mode(rawValue: argument) else {
      let known = Mode.allCases.map(\.rawValue).joined(separator: ", ")
      say("/mode needs one of \(known).", .warning)
      return nil
    }
    return request(mode: mode)
  }
}
