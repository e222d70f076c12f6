import Traces

/// The viewer without a screen: lines in, lines out. For screen readers, for terminals that cannot
/// move a cursor, and for pipes.
///
/// It is the same viewer inside: a line is what the composer would send, and `/commands` are those
/// of the action table. A list is told with numbers, and the next line chooses.
public struct LinearViewer: Sendable {
  /// Everything that a screen would show.
  public private(set) var state: ViewerState
  private var teller = LinearTeller()

  /// What came of a message or a line: what to say, and what to do.
  public struct Outcome: Sendable, Equatable {
    /// Lines for the person.
    public var lines: [String] = []
    /// What the surroundings have to do.
    public var commands: [Command] = []
  }

  /// A viewer that begins with `state`.
  public init(_ state: ViewerState) {
    self.state = state
  }

  /// Takes in something that happened.
  public mutating func update(_ message: Message) -> Outcome {
    state.notice = nil
    let before = state.progress
    let commands = Viewer.update(&state, message)
    let lines: [String] =
      switch message {
      case .progress(let progress?) where before?.label != progress.label: [progress.label]
      case .event(let event): teller.lines(for: event)
      case .engine(.loading(let what)): ["loading \(what)"]
      case .engine(.ready): ["ready"]
      case .engine(.failed(let why)): ["error: \(why)"]
      default: noticeLines
      }
    return Outcome(lines: lines, commands: commands)
  }

  /// Takes in a line that the person wrote. An empty one sends what a list left to be sent.
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
      guard !state.composer.isEmpty else { return Outcome() }
      commands = state.perform(.send) ?? []
      if line.hasPrefix("/") { state.composer.clear() }
    }
    var lines = noticeLines
    if !state.composer.isEmpty { lines.insert(state.composer.text, at: 0) }
    for case .run(.control(.setThreshold(let threshold))) in commands {
      lines.append("threshold \(Format.fixed(threshold, 1))")
    }
    lines += overlayLines()
    return Outcome(lines: lines, commands: commands)
  }

  /// A word for the person that waits to be said; at the beginning, what there is to know.
  public var noticeLines: [String] { state.notice.map { [$0.text] } ?? [] }

  /// A number chooses, nothing leaves, anything else filters.
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

  /// More than these nobody wants to hear; a filter brings the others forth.
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
      + state.keys.entries.compactMap { entry in
        entry.command.map { "\($0.written): \(entry.help)" }
      }
  }
}
