import Traces

extension ViewerState {
  /// Completes the `/command` in the composer or its argument up to the first ambiguity, and lists
  /// the candidates if there are several.
  mutating func complete() {
    let text = composer.text.dropFirst()
    let written: Substring
    var candidates: [String]
    var isCommand = true
    if let space = text.firstIndex(of: " ") {
      isCommand = false
      written = text[text.index(after: space)...]
      candidates = arguments(of: String(text[..<space]))
    } else {
      written = text
      candidates = terminal.keys.commandNames
    }
    candidates = candidates.filter { $0.hasPrefix(written) }
    guard let first = candidates.first else {
      say("Nothing begins with that: /help shows the commands.", .warning)
      return
    }
    var completed = candidates.dropFirst().reduce(first) { $0.commonPrefix(with: $1) }
    if candidates.count > 1 {
      say(candidates.map { isCommand ? "/" + $0 : $0 }.joined(separator: "  "))
    } else if isCommand, terminal.keys.entry(forCommand: first)?.command?.argument != nil {
      completed += " "
    }
    guard completed.count > written.count else { return }
    composer.replace(with: composer.text.dropLast(written.count) + completed)
  }

  /// The known arguments of a command.
  private func arguments(of command: String) -> [String] {
    switch terminal.keys.entry(forCommand: command)?.action {
    case .setMode: Mode.allCases.map(\.rawValue)
    case .theme: terminal.themes.map(\.name)
    default: []
    }
  }
}

extension String {
  fileprivate func commonPrefix(with other: String) -> String {
    String(zip(self, other).prefix { $0 == $1 }.map(\.0))
  }
}
