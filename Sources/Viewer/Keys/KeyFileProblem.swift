/// Something in `keys.toml` that does not count.
public struct KeyFileProblem: Sendable, Equatable, CustomStringConvertible {
  /// The file.
  public let file: String
  /// What is wrong.
  public let reason: Reason

  /// The ways in which a key file can be wrong.
  public enum Reason: Sendable, Equatable {
    case unreadable(String)
    /// Not TOML; the parser's words and the line, from 1.
    case notTOML(String, line: Int)
    case unknownContext(String)
    case unknownAction(String)
    /// The action means nothing where the keys are to count.
    case wrongContext(Action, ActionEntry.Context)
    /// The value is no list.
    case wrongType(Action)
    case unknownKey(String, Action)
    /// The key would make it impossible to write its character.
    case typed(Key, Action)
    /// Both actions have the key in the file; only the first one keeps it.
    case conflict(Key, first: Action, second: Action)
    /// The action lost its only key.
    case taken(Key, by: Action, from: Action)
  }

  package init(file: String, reason: Reason) {
    self.file = file
    self.reason = reason
  }

  /// What is wrong where, and what to do.
  public var description: String { "\(file): \(sentence)" }

  /// The same without the file.
  public var sentence: String {
    switch reason {
    case .unreadable(let why): "the file cannot be read (\(why)), so the usual keys apply."
    case .notTOML(let why, let line):
      "line \(line) is not TOML (\(why)). Correct it; until then the usual keys apply."
    case .unknownContext(let name):
      "[\(name)] is no context. Contexts are "
        + ActionEntry.Context.all.map(\.name).joined(separator: ", ") + "."
    case .unknownAction(let name):
      "there is no action \"\(name)\"."
        + Spelling.hint(for: name, in: ActionTable.actions.map(\.rawValue))
        + " `specreason keys` lists them."
    case .wrongContext(let action, let context):
      "\(action.rawValue) means nothing in [\(context.name)]; write it above the tables."
    case .wrongType(let action):
      "\(action.rawValue) needs a list of keys, such as [\"F5\", \"Ctrl-R\"]; [] takes its keys away."
    case .unknownKey(let name, let action):
      "\(action.rawValue): there is no key \"\(name)\". Write it as ], Ctrl-T, Alt-Enter, F5 or PgUp."
    case .typed(let key, let action):
      "\(action.rawValue): \(key.name) is needed for writing there; take a key with Ctrl or Alt."
    case .conflict(let key, let first, let second):
      "\(key.name) is given to \(first.rawValue) and to \(second.rawValue), and only "
        + "\(first.rawValue) keeps it; take another key for one of them."
    case .taken(let key, let action, let loser):
      "\(key.name) now means \(action.rawValue), and \(loser.rawValue) has no key left; give it "
        + "one, or [] if it needs none."
    }
  }
}
