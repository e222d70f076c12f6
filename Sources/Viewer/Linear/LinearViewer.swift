import Traces

/// The viewer without a screen, for screen readers, simple terminals and pipes: lines in, lines out.
///
/// A line is what the composer would send, and `/commands` come from the action table. A list is
/// printed with numbers, and the next line chooses from it.
public struct LinearViewer: Sendable {
  /// The state that a screen would show.
  public private(set) var state: ViewerState
  private var teller = LinearTeller()
  /// Whether an empty line is an answer: a person's is, one between two problems of a file is not.
  private let takesEmptyLines: Bool

  /// The result of a message or a line.
  public struct Outcome: Sendable, Equatable {
    /// Lines to print.
    public var lines: [String] = []
    /// Commands for the surroundings.
    public var commands: [Command] = []
  }

  /// A viewer that starts with `state`.
  ///
  /// - Parameter takesEmptyLines: Whether a person types the lines.
  public init(_ state: ViewerState, takesEmptyLines: Bool = true) {
    self.takesEmptyLines = takesEmptyLines
    self.state = state
  }

  /// Applies one message.
  public mutating func update(_ message: Message) -> Outcome {
    state.notice = nil
    let before = state.vitals.progress
    let commands = Viewer.update(&state, message)
    let lines: [String] =
      switch message {
      case .progress(let progress?) where before?.label != progress.label: [progress.label]
      case .event(let event): teller.lines(for: event) + advice(after: event)
      case .engine(.loading(let what)): ["loading \(what)"]
      case .engine(.ready): ["ready"]
      case .engine(.failed(let why)): ["error: \(why)"]
      default: noticeLines
      }
    return Outcome(lines: lines, commands: commands)
  }

  /// Handles a line of input. An empty line sends the text that a list put into the composer.
  public mutating func enter(_ line: String) -> Outcome {
    state.notice = nil
    var commands: [Command]
    if let chooser = state.overlay as? Chooser {
      commands = choose(line, from: chooser)
    } else if var prompt = state.overlay as? Prompt {
      prompt.line.replace(with: line)
      state.overlay = prompt
      commands = state.perform(.choose) ?? []
    } else {
      state.overlay = nil
      if !line.allSatisfy(\.isWhitespace) { state.composer.replace(with: line) }
      if line.hasPrefix("/") {
        // Nobody sees a list to choose from: a command is what it is called.
        commands = state.runSlashCommand(line)
        state.composer.clear()
      } else {
        let means = takesEmptyLines && (state.isOutOfBudget || !state.queue.isEmpty)
        guard !state.composer.isEmpty || means else { return Outcome() }
        commands = state.perform(.send) ?? []
      }
    }
    var lines = noticeLines
    if !state.composer.isEmpty { lines.insert(state.composer.text, at: 0) }
    for case .run(.control(.set(let setting))) in commands where setting.option == .threshold {
      lines.append("threshold \(setting.shortText)")
    }
    lines += overlayLines()
    return Outcome(lines: lines, commands: commands)
  }

  /// What the person can do when a turn has ended.
  private mutating func advice(after event: Event) -> [String] {
    guard case .turnEnded = event.kind else { return [] }
    state.settleCoach()
    // A recording has no models that could go on.
    let isLive = state.engine == .ready
    let budget =
      isLive && takesEmptyLines && state.isOutOfBudget
      ? "An empty line goes on with as much budget again." : nil
    let waiting =
      isLive && takesEmptyLines && !state.queue.isEmpty && state.canBegin
      ? "An empty line sends the next message that waits." : nil
    let way = isLive ? Coach.Way.viewer(key: "/suggested") : .none
    return [state.coach?.line(way), waiting ?? budget].compactMap(\.self)
  }

  /// A word for the person that waits to be said; at the beginning, what there is to know.
  public var noticeLines: [String] { state.notice.map { [$0.text] } ?? [] }

  /// Chooses by number, filters by any other text, and closes the list on an empty line.
  private mutating func choose(_ line: String, from list: Chooser) -> [Command] {
    var chooser = list
    let text = line.trimmingPrefix(while: \.isWhitespace)
    if text.isEmpty {
      state.overlay = nil
      return []
    }
    guard let number = Int(text) else {
      chooser.filter.replace(with: String(text))
      state.overlay = chooser
      return []
    }
    guard chooser.matches.indices.contains(number - 1) else {
      state.say("There is no number \(number) in the list.", .warning)
      return []
    }
    chooser.move(to: number - 1)
    state.overlay = chooser
    return state.perform(.choose) ?? []
  }

  // MARK: What would lie over the screen

  private mutating func overlayLines() -> [String] {
    switch state.overlay {
    case nil: return []
    case let chooser as Chooser: return Self.lines(of: chooser)
    case let prompt as Prompt: return [prompt.label]
    case is HelpOverlay:
      state.overlay = nil
      return helpLines
    default:
      state.overlay = nil
      return ["That can only be seen on a screen: start without --linear."]
    }
  }

  /// What means nothing without a screen, and is not listed.
  private static let onScreen: Set<Action> = [
    "what-if", "waterfall", "race", "branches", "settings", .theme, "toggle-mouse", "toggle-raw",
    "toggle-tokens", "toggle-fold", .toggleSidePane, "search", "filter", "compare-run",
    "copy-answer",
  ]

  /// The number of items printed at once; a filter reaches the others.
  private static let listLimit = 20

  private static func lines(of chooser: Chooser) -> [String] {
    let matches = chooser.matches
    let items = matches.prefix(listLimit).enumerated().map { index, item in
      let remarks = [item.detail, item.obstacle ?? ""].filter { !$0.isEmpty }
      return "\(index + 1). \(([item.title] + remarks).joined(separator: ", "))"
    }
    let count = matches.count > listLimit ? ", the first \(listLimit) of \(matches.count)" : ""
    return ["\(chooser.title)\(count):"] + items
      + ["Write a number to choose, a word to filter, or nothing to leave."]
  }

  private var helpLines: [String] {
    ["Write a problem, or one of these commands:"]
      + state.terminal.keys.entries.compactMap { entry in
        Self.onScreen.contains(entry.action)
          ? nil : entry.command.map { "\($0.written): \(entry.help)" }
      }
  }
}
