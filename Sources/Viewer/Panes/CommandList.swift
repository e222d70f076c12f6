/// The commands that begin like the one being written, above the composer.
struct CommandList {
  /// The commands, the exact one first.
  let matches: [ActionEntry]
  /// The place of the one that Enter takes.
  let chosen: Int

  private static let rows = 8

  /// The list of the command at hand; nil while none is written, or while its argument is.
  init?(_ state: ViewerState) {
    guard state.overlay == nil, state.focus == .composer, state.composer.characters.first == "/",
      !state.composer.characters.contains(where: \.isWhitespace)
    else { return nil }
    let written = String(state.composer.characters.dropFirst())
    let entries = state.terminal.keys.entries
    let found = entries.filter { $0.command?.name.hasPrefix(written) ?? false }
    matches =
      found.filter { $0.command?.name == written } + found.filter { $0.command?.name != written }
    let choice = state.commandChoice
    chosen = choice.text == written && matches.indices.contains(choice.index) ? choice.index : 0
  }

  /// The command that Enter takes; nil where none begins like this.
  var choice: ActionEntry? { matches.indices.contains(chosen) ? matches[chosen] : nil }

  func draw(on canvas: inout Canvas, above layout: ScreenLayout, theme: Theme) {
    guard !matches.isEmpty else { return }
    let rows = min(matches.count, Self.rows, layout.conversation.rows)
    let first = min(max(0, chosen - rows + 1), matches.count - rows)
    let rect = Rect(
      column: 1, row: layout.stripRow - rows, columns: layout.size.columns - 2, rows: rows)
    canvas.clear(rect, style: theme[.text])
    let widest = matches.compactMap { $0.command?.written.count }.max() ?? 0
    for (offset, entry) in matches.dropFirst(first).prefix(rows).enumerated() {
      let isChosen = first + offset == chosen
      let name = (entry.command?.written ?? "").padding(to: min(widest, rect.columns / 2) + 2)
      canvas.put(
        [
          Span(isChosen ? " ▶ " : "   ", .accent), Span(name, isChosen ? .accent : .key),
          Span(entry.help, isChosen ? .text : .dim),
        ], column: rect.column, row: rect.row + offset, theme: theme, limit: rect.maxColumn)
    }
  }
}

extension ViewerState {
  /// The place in the list of commands, as long as the command is written like this.
  struct CommandChoice: Sendable, Equatable {
    var text = ""
    var index = 0
  }

  /// Moves the choice in the list of commands by `offset`.
  mutating func chooseCommand(_ offset: Int) {
    guard let list = CommandList(self), !list.matches.isEmpty else { return }
    commandChoice = CommandChoice(
      text: String(composer.characters.dropFirst()),
      index: (list.chosen + offset + list.matches.count) % list.matches.count)
  }

  /// Completes the command to the chosen one; false where it has to be written on: it needs an
  /// argument.
  mutating func takeChosenCommand() -> Bool {
    guard let list = CommandList(self), let command = list.choice?.command else { return true }
    // The list alone is asked for until something of a command is written or chosen.
    guard composer.characters.count > 1 || list.chosen > 0 else {
      say("Write on or choose with ↑ and ↓: the list has all commands.")
      return false
    }
    let isWhole = composer.text == "/" + command.name
    let needsMore = command.needsArgument && !isWhole
    composer.replace(with: "/" + command.name + (needsMore ? " " : ""))
    return !needsMore
  }
}
