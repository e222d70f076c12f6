import TOMLKit

/// A person's own keys, as `keys.toml` has them: `action = ["key", …]`, at the top for wherever the
/// action has keys, or in a table with the name of a context for there alone.
///
/// What is wrong is told and left out; the rest counts.
public struct KeyFile: Sendable {
  /// The file, for problems.
  let name: String
  /// What was wrong, or stands in each other's way.
  public private(set) var problems: [KeyFileProblem] = []
  /// The action table with these keys in it.
  public private(set) var keyMap = KeyMap()
  private var bindings: [Binding] = []

  /// Keys of one action; without a context, for all of its rows.
  private struct Binding {
    let action: Action
    let context: ActionEntry.Context?
    let keys: [Key]
  }

  /// Reads `toml`, the text of the file `name`.
  public init(_ toml: String, name: String) {
    self.name = name
    let table: TOMLTable
    do throws(TOMLProblem) {
      table = try TOMLDocument.table(toml)
    } catch {
      note(.notTOML(error.reason, line: error.line))
      return
    }
    for key in table.keys.sorted() {
      guard let value = table[key] else { continue }
      if let section = value.table {
        read(section, in: key)
      } else {
        read(value, of: key, in: nil)
      }
    }
    merge()
  }

  private mutating func read(_ section: TOMLTable, in name: String) {
    guard let context = ActionEntry.Context.all.first(where: { $0.name == name }) else {
      note(.unknownContext(name))
      return
    }
    for key in section.keys.sorted() {
      if let value = section[key] { read(value, of: key, in: context) }
    }
  }

  private mutating func read(
    _ value: any TOMLValueConvertible, of name: String, in context: ActionEntry.Context?
  ) {
    let action = Action(rawValue: name)
    guard ActionTable.actions.contains(action) else {
      note(.unknownAction(name))
      return
    }
    if let context, !context.takes(action) {
      note(.wrongContext(action, context))
      return
    }
    guard let list = value.array else {
      note(.wrongType(action))
      return
    }
    var keys: [Key] = []
    for entry in list {
      guard let key = entry.string.flatMap(Key.init(name:)) else {
        note(.unknownKey(entry.string ?? "\(entry)", action))
        continue
      }
      if key.isTyped, context?.takesText == true {
        note(.typed(key, action))
      } else if !keys.contains(key) {
        keys.append(key)
      }
    }
    bindings.append(Binding(action: action, context: context, keys: keys))
  }

  // MARK: Merging

  private mutating func merge() {
    var entries = ActionTable.entries
    var own = Set<Int>()
    // What is said for one context counts more than what is said for all.
    for binding in bindings.sorted(by: { $0.context == nil && $1.context != nil }) {
      apply(binding, to: &entries, own: &own)
    }
    resolveConflicts(in: &entries, own: own)
    keyMap = KeyMap(entries: entries)
  }

  private func apply(_ binding: Binding, to entries: inout [ActionEntry], own: inout Set<Int>) {
    let rows = entries.indices.filter {
      entries[$0].action == binding.action
        && (binding.context == nil || entries[$0].context == binding.context)
    }
    var left = Set(binding.keys)
    for row in rows {
      let keys = binding.keys.filter { !($0.isTyped && entries[row].context.takesText) }
      entries[row].keys = keys
      own.insert(row)
      left.subtract(keys)
    }
    // A letter cannot do what is done while writing, but it can where nothing is written.
    let keys = binding.keys.filter(left.contains)
    guard !keys.isEmpty, let row = entries.first(where: { $0.action == binding.action }) else {
      return
    }
    own.insert(entries.count)
    entries.append(row.with(keys, in: binding.context ?? .conversation))
  }

  /// Keys of the person win over the table's; of two that the person gave, the first one counts.
  private mutating func resolveConflicts(in entries: inout [ActionEntry], own: Set<Int>) {
    let defaults = ActionTable.entries
    for row in own.sorted() {
      for key in entries[row].keys {
        for other in entries.indices
        where other != row && entries[other].action != entries[row].action
          && entries[other].keys.contains(key)
          && entries[other].context.meets(entries[row].context)
        {
          let isAsBefore =
            row < defaults.count && other < defaults.count && defaults[row].keys.contains(key)
            && defaults[other].keys.contains(key)
          if isAsBefore { continue }
          if own.contains(other) {
            guard row < other else { continue }
            note(.conflict(key, first: entries[row].action, second: entries[other].action))
          }
          entries[other].keys.removeAll { $0 == key }
          let action = entries[other].action
          if !own.contains(other),
            !entries.contains(where: { $0.action == action && !$0.keys.isEmpty })
          {
            note(.taken(key, by: entries[row].action, from: action))
          }
        }
      }
    }
  }

  private mutating func note(_ reason: KeyFileProblem.Reason) {
    problems.append(KeyFileProblem(file: name, reason: reason))
  }
}

extension ActionEntry.Context {
  /// Whether `action` means something here: what moves in overlays and texts only where the table
  /// has it.
  fileprivate func takes(_ action: Action) -> Bool {
    let contexts = ActionTable.entries.filter { $0.action == action }.map(\.context)
    return contexts.contains(self)
      || Self.general.contains(self) && contexts.contains(where: Self.general.contains)
  }
}
