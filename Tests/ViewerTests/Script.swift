import TestSupport
import Testing
import Traces

@testable import Viewer

/// A viewer driven by keys and events, without a terminal.
struct Script {
  var state: ViewerState
  /// Every command the viewer gave so far.
  var commands: [Command] = []

  init(
    columns: Int = 80, rows: Int = 24, examples: [String] = [], isDemoPair: Bool = false,
    themes: [Theme] = [], keys: KeyMap = KeyMap(),
    access: Access = Access(), engine: EngineStatus = .ready
  ) {
    state = ViewerState(
      size: Size(columns: columns, rows: rows), themes: themes, examples: examples,
      isDemoPair: isDemoPair, keys: keys, access: access, engine: engine)
  }

  var lines: [String] { render(state).lines }
  var footer: String { lines.last ?? "" }

  func shows(_ text: String) -> Bool { lines.contains { $0.contains(text) } }

  mutating func send(_ message: Message) { commands += update(&state, message) }

  mutating func press(_ codes: Key.Code...) {
    for code in codes { send(.key(Key(code))) }
  }

  mutating func control(_ character: Character) {
    send(.key(Key(.character(character), .control)))
  }

  /// Types each character as its own key.
  mutating func type(_ text: String) {
    for character in text { press(.character(character)) }
  }

  mutating func play(_ events: [Event]) {
    for event in events { send(.event(event)) }
  }

  mutating func resize(_ columns: Int, _ rows: Int) {
    send(.resize(Size(columns: columns, rows: rows)))
  }
}

/// Short forms, because most tests are about commands.
extension Command {
  static func submit(_ problem: String) -> Command { .run(.submit(problem)) }
  static func control(_ control: Control) -> Command { .run(.control(control)) }
  static func load(_ path: String) -> Command { .run(.load(path)) }
  static func runs(_ request: RunRequest) -> Command { .run(.runs(request)) }
  static func models(_ role: ModelRole) -> Command { .run(.models(role)) }
  static func changeModel(_ role: ModelRole, _ path: String) -> Command {
    .run(.changeModel(role, path))
  }
  static let race = Command.run(.race)
  static func edit(_ text: String, _ purpose: EditPurpose) -> Command {
    .screen(.edit(text, purpose))
  }
  static func copy(_ text: String) -> Command { .screen(.copy(text)) }
  static func mouse(_ isTaken: Bool) -> Command { .screen(.mouse(isTaken)) }
  static let redraw = Command.screen(.redraw)
  static let quit = Command.screen(.quit)
}

extension Script: CustomTestStringConvertible {
  /// What is on the screen: the whole state would fill pages.
  var testDescription: String { lines.joined(separator: "\n") }
}

/// Events of a run in the order in which a reasoner gives them.
enum Run {
  static let started = Event(
    time: 0,
    kind: .runStarted(
      RunStarted(
        version: "1.0",
        base: ModelDescription(name: "demo-base", source: "base.gguf", quantization: "Q8_0"),
        draft: ModelDescription(name: "demo-draft", source: "draft.gguf", quantization: "Q8_0"),
        options: .published(budget: 1_000, seed: 1), machine: "test",
        baseSecondsPerToken: 0.05)))

  /// A step that the draft model wrote and the judge scored; `rewrite` when it was rejected.
  struct Step {
    var text: String
    var score: Double?
    var rewrite: String?
    var cut = false
  }

  static let robe = [
    Step(text: "The robe needs 2 bolts of blue fiber.", score: 8.7),
    Step(text: "White fiber is half of 2, so 1 bolt.", score: 9),
    Step(
      text: "Together that makes 2 × 1 = 2 bolts.", score: 2.4,
      rewrite: "Together that makes 2 + 1 = 3 bolts."),
  ]

  /// A whole turn: 10 tokens and 0.2 s a step, an answer of 10 tokens, 4 s in all.
  static func turn(
    _ number: Int = 1, prompt: String = "How many bolts?", steps: [Step] = robe,
    answer: String = "It takes \\boxed{3} bolts.", boxed: String? = "3",
    stop: StopReason = .answer
  ) -> [Event] {
    let start = Double(number) * 10
    var events = [
      Event(time: start, kind: .turnStarted(TurnStarted(turn: number, prompt: prompt)))
    ]
    for (index, step) in steps.enumerated() {
      events += self.step(index + 1, step, at: start + Double(index + 1) * 0.5)
    }
    let end = start + 4
    events.append(
      Event(time: end - 0.5, kind: .token(TokenEvent(step: nil, by: .base, text: answer))))
    events.append(
      Event(
        time: end,
        kind: .answer(Answer(text: answer, boxed: boxed, by: .base, tokens: 10, seconds: 0.5))))
    var tokens = TokenCounts()
    tokens.draft = 10 * steps.count
    let rejected = steps.filter { $0.rewrite != nil }.count
    events.append(
      Event(
        time: end,
        kind: .turnEnded(
          TurnEnded(
            turn: number, stop: stop, seconds: 4, tokens: tokens,
            accepted: steps.count - rejected, rejected: rejected, estimatedSpeedup: nil))))
    return events
  }

  static func step(_ number: Int, _ step: Step, at time: Double) -> [Event] {
    let words = step.text.split(separator: " ", omittingEmptySubsequences: false)
    var kinds: [Event.Kind] = words.enumerated().map { index, word in
      .token(
        TokenEvent(step: number, by: .draft, text: (index > 0 ? " " : "") + String(word)))
    }
    kinds.append(
      .stepDrafted(
        StepDrafted(step: number, text: step.text, tokens: 10, seconds: 0.2, cut: step.cut)))
    var probabilities = [Double](repeating: 0, count: 10)
    let digit = Int(step.score ?? 0)
    probabilities[digit] = 0.75
    probabilities[(digit + 9) % 10] = 0.25
    kinds.append(
      .stepJudged(
        StepJudged(
          step: number, score: step.score, greedy: step.score == nil ? nil : digit,
          average: step.score, probabilities: step.score == nil ? [] : probabilities,
          readable: step.score != nil, promptTokens: 30, seconds: 0.1)))
    let isAccepted = step.rewrite == nil
    kinds.append(
      .stepDecided(
        StepDecided(
          step: number, verdict: isAccepted ? .accepted : .rejected, threshold: 7, by: .judge,
          reason: isAccepted ? "score reaches 7.0" : "score below 7.0")))
    if let rewrite = step.rewrite {
      kinds.append(.token(TokenEvent(step: number, by: .base, text: rewrite)))
    }
    kinds.append(
      .stepCommitted(
        StepCommitted(
          step: number, by: isAccepted ? .draft : .base,
          status: isAccepted ? .draftAccepted : .baseRegenerated,
          text: step.rewrite ?? step.text, tokens: 10, seconds: isAccepted ? 0.2 : 0.5,
          cut: step.cut)))
    return kinds.map { Event(time: time, kind: $0) }
  }

  /// A step of which the second of three drafts is the best, and the third says the same.
  static var turnWithThreeDrafts: [Event] {
    var events = [
      Event(time: 1, kind: .turnStarted(TurnStarted(turn: 1, prompt: "Which of three?")))
    ]
    let texts = ["A worse one.", "The right one.", "The right one."]
    for (number, text) in texts.enumerated() {
      let time = 1.2 + 0.2 * Double(number)
      events.append(
        Event(time: time, kind: .token(TokenEvent(step: 1, by: .draft, text: text))))
      var drafted = StepDrafted(step: 1, text: text, tokens: 10, seconds: 0.2, cut: false)
      drafted.candidate = number
      events.append(Event(time: time, kind: .stepDrafted(drafted)))
    }
    for (number, score) in [6.5, 8].enumerated() {
      var judged = StepJudged(
        step: 1, score: score, greedy: Int(score), average: score, probabilities: [],
        readable: true, promptTokens: 30, seconds: 0.1)
      judged.candidate = number
      events.append(Event(time: 1.8, kind: .stepJudged(judged)))
    }
    var decided = StepDecided(
      step: 1, verdict: .accepted, threshold: 7, by: .judge,
      reason: "score 8.0 reached 7.0, the best of 2")
    decided.candidate = 1
    events.append(Event(time: 1.8, kind: .stepDecided(decided)))
    events.append(
      Event(
        time: 1.8,
        kind: .stepCommitted(
          StepCommitted(
            step: 1, by: .draft, status: .draftAccepted, text: texts[1], tokens: 10, seconds: 0.2,
            cut: false))))
    return events
  }

  /// Everything a terminal could trip over, in every place that shows text.
  static let hostile: [Event] =
    [started]
    + turn(
      prompt: "\u{1B}]52;c;aGk=\u{7} \u{202E}evil\u{202C} 日本語 👨‍👩‍👧‍👦 🇩🇪 e\u{301}\u{301}\n\nsecond",
      steps: [
        Step(text: "wide 漢字漢字漢字漢字 \t tab\r\nline", score: 9),
        Step(text: String(repeating: "x", count: 300), score: 1, rewrite: "y\u{9B}31m", cut: true),
        Step(text: "", score: nil, rewrite: ""),
      ], answer: "\u{1B}[2J\u{8}\u{8}gone \\boxed{\u{1B}}", boxed: "\u{1B}")
    + [
      Event(time: 20, kind: .control(.setThreshold(9))),
      Event(time: 21, kind: .warning(Notice(message: "careful \u{1B}[31m", step: 2))),
      Event(time: 22, kind: .turnStarted(TurnStarted(turn: 2, prompt: ""))),
      Event(time: 23, kind: .token(TokenEvent(step: 1, by: .base, text: "half"))),
    ]
}
