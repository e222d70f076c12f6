import Traces

extension ViewerState {
  /// Completes the `/command` in the composer, or what follows it, as far as only one way is left;
  /// says the ways when there are several.
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
      candidates = keys.commandNames
    }
    candidates = candidates.filter { $0.hasPrefix(written) }
    guard let first = candidates.first else {
      say("Nothing begins with that: /help shows the commands.", .warning)
      return
    }
    var completed = candidates.dropFirst().reduce(first) { $0.commonPrefix(with: $1) }
    if candidates.count > 1 {
      say(candidates.map { isCommand ? "/" + $0 : $0 }.joined(separator: "  "))
    } else if isCommand, keys.entry(forCommand: first)?.command?.argument != nil {
      completed += " "
    }
    guard completed.count > written.count else { return }
    composer.replace(with: composer.text.dropLast(written.count) + completed)
  }

  /// What can follow a command, where that is one of a few words.
  private func arguments(of command: String) -> [String] {
    switch keys.entry(forCommand: command)?.action {
    case .setMode: Mode.allCases.map(\.rawValue)
    case .theme: themes.map(\.name)
    default: []
    }
  }
}

extension String {
  fileprivate func commonPrefix(with other: String) -> String {
    String(zip(self, other).prefix { $0 == $1 }.map(\.0))
  }
}
