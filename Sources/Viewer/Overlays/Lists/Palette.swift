extension ViewerState {
  /// Lists every action that means something outside overlays and editing, once.
  mutating func openPalette() {
    var items: [Chooser.Item] = []
    for entry in terminal.keys.entries where ActionEntry.Context.general.contains(entry.context) {
      guard entry.action != .palette, !items.contains(where: { $0.id == entry.action.rawValue })
      else { continue }
      let names = terminal.keys.entries.filter { $0.action == entry.action }.flatMap(\.keys).map(
        \.name)
      let obstacle = obstacle(to: entry.action)
      items.append(
        Chooser.Item(
          id: entry.action.rawValue,
          title: "\(entry.action.rawValue)  \(entry.help)", detail: names.joined(separator: " "),
          preview: obstacle.map { "Not now: \($0)" } ?? "", obstacle: obstacle))
    }
    overlay = Chooser(.palette, title: "Actions", items: items) { item, state in
      state.performFromPalette(Action(rawValue: item.id))
    }
  }

  /// Does `action`, and asks first for the argument that it needs.
  private mutating func performFromPalette(_ action: Action) -> [Command] {
    guard
      let entry = terminal.keys.entries.first(where: { $0.action == action && $0.command != nil }),
      let command = entry.command, command.needsArgument, let argument = command.argument
    else { return perform(action) ?? [] }
    overlay = Prompt("\(entry.help): \(argument)") { text, state in
      .close(state.perform(action, text) ?? [])
    }
    return []
  }
}
