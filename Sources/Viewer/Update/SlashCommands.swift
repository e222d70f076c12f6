extension ViewerState {
  /// Runs the command in `text`; if that fails, the text stays in the composer.
  mutating func runSlashCommand(_ text: String) -> [Command] {
    let words = text.dropFirst().split(separator: " ", maxSplits: 1).map {
      $0.trimmingPrefix(while: \.isWhitespace)
    }
    let name = words.first.map(String.init) ?? ""
    guard let action = terminal.keys.entry(forCommand: name)?.action else {
      let nearest = Spelling.nearest(to: name, in: terminal.keys.commandNames)
      let hint = nearest.map { "Did you mean /\($0)?" } ?? "/ alone lists all commands."
      say("There is no command /\(name). \(hint)", .warning)
      return []
    }
    var argument = words.count > 1 ? String(words[1]) : ""
    while argument.last?.isWhitespace == true { argument.removeLast() }
    let before = composer
    _ = composer.send()
    guard let commands = perform(action, argument) else {
      composer = before
      return []
    }
    return commands
  }
}
