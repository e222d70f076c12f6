/// Something that a key, the palette or a `/command` can do, by the name that people write.
///
/// What it does, its keys and its help stand in its ``ActionEntry``.
public struct Action: RawRepresentable, Hashable, Sendable, ExpressibleByStringLiteral {
  /// The name, such as `raise-threshold`.
  public let rawValue: String

  /// The action of this name, whether the table has it or not.
  public init(rawValue: String) {
    self.rawValue = rawValue
  }

  /// The action of this name.
  public init(stringLiteral name: String) {
    rawValue = name
  }
}

/// What an action does, and when it can.
struct ActionEffect: Sendable {
  /// It needs models that could go on, so that a recording cannot do it.
  let needsModels: Bool
  /// Why it cannot be done now, for people; nil if it can.
  let obstacle: @Sendable (ViewerState) -> String?
  /// Does it with what was written after its name; nil if that is no good, which is said then.
  let run: @Sendable (inout ViewerState, String?) -> [Command]?
}

/// One row of the action table: an action with its keys in one context.
public struct ActionEntry: Sendable {
  /// The action itself.
  public let action: Action
  /// What it does, for help, palette and docs/keys.md.
  public let help: String
  /// Keys that do it, the preferred one first; an action may have none.
  public internal(set) var keys: [Key]
  /// Where these keys count.
  public let context: Context
  /// A word for the footer; nil keeps it out of there.
  public let footer: String?
  /// How the composer takes it after a `/`, and the palette by name; nil if only a key does it.
  public let command: CommandForm?
  /// What it does; nil in further rows of an action, and where the open overlay knows what it does.
  let effect: ActionEffect?

  /// An action as it is written out.
  public struct CommandForm: Sendable, Equatable {
    /// The word after the `/`.
    public let name: String
    /// What may follow it, as a hint such as `6.5` or `NAME`; nil if nothing follows.
    public let argument: String?
  }

  /// A row without an effect of its own: the open overlay handles the action, or another row says
  /// what it does.
  init(
    _ action: Action, _ help: String, _ keys: [Key], _ context: Context, footer: String? = nil
  ) {
    self.init(
      action, help, keys, context, footer: footer, command: nil, argument: nil, effect: nil)
  }

  /// A row with the action's effect, which is given no argument.
  init(
    _ action: Action, _ help: String, _ keys: [Key], _ context: Context, footer: String? = nil,
    command: String? = nil, needsModels: Bool = false,
    unless obstacle: @escaping @Sendable (ViewerState) -> String? = { _ in nil },
    do change: @escaping @Sendable (inout ViewerState) -> Void
  ) {
    let effect = ActionEffect(needsModels: needsModels, obstacle: obstacle) { state, _ in
      change(&state)
      return []
    }
    self.init(
      action, help, keys, context, footer: footer, command: command, argument: nil, effect: effect)
  }

  /// A row with the action's effect, which gives commands and may take an argument.
  init(
    _ action: Action, _ help: String, _ keys: [Key], _ context: Context, footer: String? = nil,
    command: String? = nil, argument: String? = nil, needsModels: Bool = false,
    unless obstacle: @escaping @Sendable (ViewerState) -> String? = { _ in nil },
    run: @escaping @Sendable (inout ViewerState, String?) -> [Command]?
  ) {
    self.init(
      action, help, keys, context, footer: footer, command: command, argument: argument,
      effect: ActionEffect(needsModels: needsModels, obstacle: obstacle, run: run))
  }

  private init(
    _ action: Action, _ help: String, _ keys: [Key], _ context: Context, footer: String?,
    command: String?, argument: String?, effect: ActionEffect?
  ) {
    self.action = action
    self.help = help
    self.keys = keys
    self.context = context
    self.footer = footer
    self.command = command.map { CommandForm(name: $0, argument: argument) }
    self.effect = effect
  }

  /// The same action with other keys in another context.
  func with(_ keys: [Key], in context: Context) -> ActionEntry {
    ActionEntry(action, help, keys, context)
  }
}

extension ActionEntry: Equatable {
  /// Whether both bind the same keys to the same action in the same context.
  public static func == (left: ActionEntry, right: ActionEntry) -> Bool {
    (left.action, left.context, left.keys) == (right.action, right.context, right.keys)
  }
}

extension ActionEntry.CommandForm {
  /// Whether it means nothing without its argument; a hint in brackets may be left out.
  var needsArgument: Bool { argument.map { !$0.hasPrefix("[") } ?? false }

  /// As people write it, such as `/threshold 6.5`.
  package var written: String { "/" + name + (argument.map { " " + $0 } ?? "") }
}
