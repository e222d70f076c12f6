/// The action table with the keys that count for this person.
public struct KeyMap: Sendable, Equatable {
  /// The rows, in the order in which a key is looked up.
  public private(set) var entries: [ActionEntry]

  /// The table's own keys.
  public init() {
    entries = ActionTable.entries
  }

  init(entries: [ActionEntry]) {
    self.entries = entries
  }

  /// What `key` means in `state`; nil when it means nothing but itself.
  func action(for key: Key, in state: ViewerState) -> Action? {
    entries.first { state.isActive($0.context) && $0.keys.contains(key) }?.action
  }

  /// The row of the command called `name`.
  func entry(forCommand name: String) -> ActionEntry? {
    entries.first { $0.command?.name == name }
  }

  /// Names of all commands, in the table's order.
  var commandNames: [String] { entries.compactMap { $0.command?.name } }
}
