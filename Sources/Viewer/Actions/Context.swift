extension ActionEntry {
  /// Where keys count.
  public struct Context: Sendable, Hashable {
    /// What `keys.toml` calls it.
    public let name: String
    /// Its heading for people.
    public let title: String
    /// Whether letters are written into something there.
    let takesText: Bool

    init(_ name: String, _ title: String, takesText: Bool = false) {
      self.name = name
      self.title = title
      self.takesText = takesText
    }

    static let anywhere = Context("anywhere", "Anywhere", takesText: true)
    /// The conversation has the focus, or the composer has it and is empty.
    static let commands = Context("commands", "With an empty composer, or in the conversation")
    static let conversation = Context("conversation", "In the conversation")
    static let composer = Context("composer", "In the composer", takesText: true)
    /// A `/command` is being written in the composer.
    static let commandLine = Context("commandLine", "While writing a /command")
    /// Text is being written: in the composer, in a prompt, or as a list's filter.
    static let writing = Context("writing", "While writing", takesText: true)
    /// No overlay is open.
    static let main = Context("main", "On the main screen", takesText: true)
    /// A recorded run is shown.
    static let replay = Context("replay", "In a replay")
    /// A list that typing filters.
    static let list = Context("list", "In a list", takesText: true)
    /// A view that takes no text.
    static let reader = Context("reader", "In the help and other views")
    /// What-if and the waterfall, which lead to steps.
    static let steps = Context("steps", "In what-if and the waterfall")

    /// Every context, in the order of the help.
    public static let all: [Context] =
      [.anywhere, .commands, .conversation, .composer, .commandLine, .writing, .main]
      + ActionTable.overlayContexts
  }
}

extension ActionEntry.Context {
  /// Contexts of the main screen whose actions mean something in each of them.
  static let general: [Self] = [.anywhere, .commands, .conversation, .main]

  /// Whether keys of both can count at the same moment, and neither is meant to go before the
  /// other there.
  func meets(_ other: Self) -> Bool {
    let pair = [self, other]
    if self == other || pair.contains(.anywhere) { return true }
    let mainScreen: [Self] = [.commands, .conversation, .composer, .writing, .main]
    if pair.allSatisfy(mainScreen.contains) {
      // With an empty composer there is nothing to edit, and in the conversation nothing to write.
      return !pair.contains { $0 == .commands || $0 == .conversation }
        || !pair.contains { $0 == .composer || $0 == .writing }
    }
    return pair.contains(.writing) && pair.contains { $0 == .list || $0 == .prompt }
  }
}

extension ViewerState {
  /// Whether keys of `context` count now.
  func isActive(_ context: ActionEntry.Context) -> Bool {
    if context == .anywhere { return true }
    if let overlay { return overlay.contexts.contains(context) }
    return switch context {
    case .main: true
    case .conversation: focus != .composer
    case .composer, .writing: focus == .composer
    case .commandLine:
      focus == .composer && composer.characters.first == "/" && !composer.characters.contains("\n")
    case .commands: focus != .composer || composer.isEmpty
    case .replay: replay != nil && (focus != .composer || composer.isEmpty)
    default: false
    }
  }
}
