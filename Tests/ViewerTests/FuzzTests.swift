import Foundation
import TestSupport
import Testing
import Traces

@testable import Terminal
@testable import Viewer

/// Random keys, clicks, pastes, resizes and events: whatever comes, every state renders.
struct FuzzTests {
  private static let scripts = Sweep.count(20)
  private static let messagesPerScript = 60

  @Test func `random scripts over live and damaged runs never break the screen`() {
    for seed in 0..<Self.scripts {
      var random = Randomness(seed: UInt64(seed))
      var script = Script(
        columns: 80, rows: 24, examples: ["one", "漢字 \u{1B}[2J", ""], isDemoPair: true,
        themes: [.terminal])
      var events = random.run()[...]
      for _ in 0..<Self.messagesPerScript {
        for message in random.messages(from: &events) { script.send(message) }
        guard let defect = Self.defect(of: script) else { continue }
        Issue.record("script \(seed): \(defect)")
        return
      }
    }
  }

  /// What is wrong with the screen; nil when nothing is.
  private static func defect(of script: Script) -> String? {
    let canvas = render(script.state)
    let size = script.state.terminal.size
    guard canvas.size == size, canvas.cells.count == size.columns * size.rows else {
      return "the canvas has another size than the screen"
    }
    if let cursor = canvas.cursor,
      !(0..<size.columns).contains(cursor.column) || !(0..<size.rows).contains(cursor.row)
    {
      return "the cursor is outside, at \(cursor)"
    }
    for row in 0..<size.rows {
      let cells = Array(canvas.row(row))
      guard cells.reduce(0, { $0 + $1.width }) == size.columns else {
        return "row \(row) is not as wide as the screen"
      }
      for (column, cell) in cells.enumerated() {
        let isSecondHalf = column > 0 && cells[column - 1].width == 2
        guard (cell.width == 0) == isSecondHalf, cell.text.isEmpty == isSecondHalf else {
          return "a wide character is split at \(column), \(row)"
        }
        guard cell.text.unicodeScalars.allSatisfy({ !Sanitizer.isHidden($0) }) else {
          return "\(cell.text.debugDescription) is drawn raw at \(column), \(row)"
        }
      }
    }
    return nil
  }
}

/// The random choices of one script.
private struct Randomness {
  private var random: SeededGenerator

  init(seed: UInt64) {
    random = SeededGenerator(seed: seed)
  }

  private mutating func int(_ range: ClosedRange<Int>) -> Int {
    Int.random(in: range, using: &random)
  }

  private mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[int(0...(elements.count - 1))]
  }

  private mutating func happens(oneIn count: Int) -> Bool { int(1...count) == 1 }

  // MARK: Messages

  /// One thing that happens, or a few that belong together.
  mutating func messages(from events: inout ArraySlice<Event>) -> [Message] {
    switch int(0...9) {
    case 0...3: return [.key(key())]
    case 4: return [.mouse(mouse())]
    case 5:
      let size = happens(oneIn: 3) ? (int(0...300), int(0...100)) : (int(40...130), int(10...40))
      return [.resize(Size(columns: size.0, rows: size.1))]
    case 6: return happens(oneIn: 3) ? [.paste(text())] : command()
    case 7: return [other()]
    default:
      let taken = events.prefix(int(1...12))
      events = events.dropFirst(taken.count)
      return taken.map { .event($0) }
    }
  }

  private mutating func key() -> Key {
    let bound = ActionTable.entries.flatMap(\.keys)
    if happens(oneIn: 2) { return pick(bound) }
    return Key(
      .character(pick(Array("ab/: \u{301}漢é👍]?fjky"))), happens(oneIn: 8) ? .alt : [])
  }

  private mutating func mouse() -> MouseEvent {
    MouseEvent(
      happens(oneIn: 3) ? .drag : .press,
      Position(column: int(0...130), row: int(0...40)))
  }

  /// A `/command`, written and sent.
  private mutating func command() -> [Message] {
    let form = pick(ActionTable.entries.compactMap(\.command))
    let line = "/\(form.name) \(happens(oneIn: 2) ? form.argument ?? "" : text())"
    return [.key(.control("u")), .paste(line), .key(Key(.enter))]
  }

  private mutating func other() -> Message {
    switch int(0...5) {
    case 0: .tick
    case 1: .engine(pick([.ready, .loading(text()), .failed(text())]))
    case 2: .edited(.composer, happens(oneIn: 2) ? .text(text()) : .failure(text()))
    case 3: .edited(.step(number()), .text(text()))
    case 4: .told(text(), isWarning: happens(oneIn: 2))
    default: .race(happens(oneIn: 4) ? nil : Event(time: 1, kind: kind()))
    }
  }

  // MARK: Events

  /// A run as a reasoner gives it, or one whose events are lost, doubled, out of order or foreign.
  mutating func run() -> [Event] {
    var events = [Run.started]
    for turn in 1...int(1...3) {
      let steps = (0..<int(0...8)).map { _ in
        Run.Step(
          text: text(), score: happens(oneIn: 6) ? nil : Double(int(0...9)),
          rewrite: happens(oneIn: 3) ? text() : nil, cut: happens(oneIn: 5))
      }
      events += Run.turn(
        turn, prompt: text(), steps: steps, answer: text(), boxed: happens(oneIn: 2) ? text() : nil)
    }
    guard happens(oneIn: 2) else { return events }
    for _ in 0..<int(1...20) {
      let place = int(0...(events.count - 1))
      switch int(0...3) {
      case 0: events.remove(at: place)
      case 1: events.insert(events[place], at: int(0...(events.count - 1)))
      case 2: events.swapAt(place, int(0...(events.count - 1)))
      default: events.insert(Event(time: amount(), kind: kind()), at: place)
      }
      if events.isEmpty { events = [Run.started] }
    }
    return events
  }

  /// A number that passes as one of a run when it is read from a file.
  private mutating func number() -> Int {
    pick([1, 2, 3, 7, 0, -1, 10_000_000_000_000, -10_000_000_000_000])
  }

  private mutating func amount() -> Double {
    pick([0, 0.5, 3, 9, 42, -1, 1e-300, 1e13, -1e13])
  }

  private mutating func kind() -> Event.Kind {
    let step = number()
    switch int(0...16) {
    case 0: return .turnStarted(TurnStarted(turn: number(), prompt: text()))
    case 1:
      return .token(
        TokenEvent(
          step: happens(oneIn: 3) ? nil : step, by: pick([.draft, .base, .person]), text: text(),
          id: number(), logprob: amount()))
    case 2:
      return .stepDrafted(
        StepDrafted(step: step, text: text(), tokens: number(), seconds: amount(), cut: true))
    case 3:
      return .stepJudged(
        StepJudged(
          step: step, score: happens(oneIn: 3) ? nil : amount(), greedy: number(),
          average: amount(), probabilities: (0..<int(0...12)).map { _ in amount() },
          readable: happens(oneIn: 2), promptTokens: number(), seconds: amount()))
    case 4:
      return .stepDecided(
        StepDecided(
          step: step, verdict: pick([.accepted, .rejected]), threshold: amount(),
          by: pick([.judge, .person, .rule]), reason: text()))
    case 5:
      return .stepCommitted(
        StepCommitted(
          step: step, by: pick([.draft, .base, .person]), status: pick(StepStatus.allCases),
          text: text(), tokens: number(), seconds: amount(), cut: happens(oneIn: 2)))
    case 6:
      return .answer(
        Answer(text: text(), boxed: text(), by: .base, tokens: number(), seconds: amount()))
    case 7:
      return .branchStarted(
        BranchStarted(turn: number(), branch: number(), parent: number(), keeps: number()))
    case 8: return .control(.setThreshold(amount()))
    case 9: return .control(.setMode(pick(Mode.allCases)))
    case 10:
      return .control(
        pick([.pause, .resume, .cancel, .steer(.answerNow), .steer(.branch(after: step))]))
    case 14:
      return .stepRouted(
        StepRouted(
          step: step, cause: pick(StepRouted.Cause.allCases), reason: text(),
          firstEntropy: amount()))
    case 15:
      let judged = StepJudged(
        step: step, score: happens(oneIn: 3) ? nil : amount(), greedy: nil, average: nil,
        probabilities: [], readable: true, promptTokens: number(), seconds: amount())
      return .stepScreened(StepScreened(judged, in: Cascade(.confidence, low: 2, high: amount())))
    case 11: return .warning(Notice(message: text(), step: step))
    case 12: return .control(.setThreshold(share: amount()))
    case 13:
      let judged = StepJudged(
        step: step, score: amount(), greedy: number(), average: amount(), probabilities: [],
        readable: true, promptTokens: number(), seconds: amount())
      return .stepScored(StepScored(judged, by: pick(JudgeKind.allCases)))
    default: return .error(Notice(message: text()))
    }
  }

  // MARK: Text

  private mutating func text() -> String {
    let pieces = [
      "", " ", "\n", "So 2 + 2 = 4. ", "word ", "漢字", "👨‍👩‍👧‍👦", "🇩🇪",
      "e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}",
      "\u{1B}[2J", "\u{1B}]52;c;aGk=\u{7}", "\u{9B}31m", "\u{202E}", "\u{200B}", "\u{FEFF}",
      "\u{E0041}", "\t", "\r", "\u{8}", "\u{7F}", "\u{0}", "\u{FFFE}", "\\frac{1}{2}", "**bold**",
      "\\boxed{", "`", "| a | b |\n", "```\n", "\\[x^2\\]", "$x_1$", "- item\n",
      String(repeating: "x", count: 400), String(repeating: "\u{301}", count: 60),
    ]
    return (0..<int(0...12)).map { _ in pick(pieces) }.joined()
  }
}
