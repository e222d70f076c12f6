/// One turn: the person's prompt, the steps, and the answer.
public struct TurnState: Sendable, Equatable {
  /// Counts from 1.
  public let number: Int
  /// The person's text.
  public let prompt: String
  /// Seconds between the run's beginning and the turn's; time that the turn waited, and time
  /// between its end and a branch from it, are left out.
  public private(set) var startedAt: Double
  /// The mode this turn runs in.
  public let mode: Mode
  /// The branch that goes on; 0 for the first.
  public private(set) var branch = 0
  /// The branch that it went on from, and how many steps it took from there; nil for the first.
  private var origin: Origin?
  /// The branches that were left, in order.
  public private(set) var leftBranches: [Branch] = []
  /// The steps in order; the last may still be written.
  public private(set) var steps: [StepState] = []
  /// What all steps but the last amount to.
  private var settled = StepSums()
  /// Text of the answer so far; empty before it begins.
  public private(set) var answerText = ""
  /// Tokens of the answer seen so far.
  public private(set) var answerTokens = 0
  /// The finished answer; nil before.
  public private(set) var answer: Answer?
  /// It is shown as it was when it left a branch.
  public private(set) var isLeft = false
  /// Drafts that were thrown away before they were due.
  public private(set) var droppedAhead = Work()
  /// What judging those took, in passes made for other steps.
  public private(set) var judgedInVain = Work()
  /// How the turn ended; nil while it runs.
  public private(set) var ended: TurnEnded?
  /// The base model's own run on the same prompt; nil where there was none.
  public private(set) var race: RaceEnded?
  /// When the first text of the answer came and when it was whole, in seconds of the turn's wall
  /// time; nil before.
  public private(set) var answerBegan: Double?
  /// See ``answerBegan``.
  public private(set) var answered: Double?
  /// Warnings and errors in order.
  public private(set) var notices: [Notice] = []

  init(number: Int, prompt: String, startedAt: Double, mode: Mode) {
    self.number = number
    self.prompt = prompt
    self.startedAt = startedAt
    self.mode = mode
  }

  /// One way the turn took.
  public struct Branch: Sendable, Equatable {
    /// Counts from 0.
    public let number: Int
    /// The branch that it went on from; nil for the first.
    public let parent: Int?
    /// Steps that it took from there.
    public let taken: Int
    /// All its steps.
    public let steps: [StepState]
    /// Its answer, where it has one.
    public let answer: Answer?
  }

  mutating func apply(_ event: Event) {
    let now = event.time - startedAt
    switch event.kind {
    case .branchStarted(let branch):
      leave(for: branch, at: event.time)
    case .token(let token):
      write(token, at: now)
    case .stepDrafted(let drafted):
      update(drafted.step) {
        $0.drafted = drafted
        $0.moments.drafted = now
      }
    case .stepJudged(let judged):
      update(judged.step) { $0.take(judged, at: now) }
    case .stepDecided(let decided):
      let known = knownDraft(of: decided)
      update(decided.step) {
        if let known { $0.takeDraft(of: known) }
        $0.take(decided)
      }
    case .stepCommitted(let committed):
      update(committed.step) {
        $0.committed = committed
        $0.moments.committed = now
      }
    case .aheadDropped(let dropped):
      droppedAhead += dropped.work
      judgedInVain += dropped.judging
    case .turnWaited(let waited):
      startedAt += waited.seconds
    case .answer(let answer):
      self.answer = answer
      answered = now
      answerText = answer.text
    case .turnEnded(let end):
      ended = end
    case .raceEnded(let ended):
      race = ended
    case .warning(let notice), .error(let notice):
      notices.append(notice)
    case .runStarted, .turnStarted, .control, .thresholdAdapted:
      break
    }
  }

  /// The race as the base model's own turn, step by step; nil where none is recorded.
  public var racedTurn: TurnState? {
    guard let race, let moments = race.stepSeconds else { return nil }
    var turn = TurnState(number: number, prompt: prompt, startedAt: 0, mode: .base)
    let texts = race.reasoning.isEmpty ? [] : race.reasoning.split(separator: "\n\n")
    for (place, (text, moment)) in zip(texts, moments).enumerated() {
      turn.apply(
        Event(
          time: moment,
          kind: .stepCommitted(
            StepCommitted(
              step: place + 1, by: .base, status: .baseWritten, text: String(text), tokens: 0,
              seconds: moment - (place > 0 ? moments[place - 1] : 0), cut: false))))
    }
    if !race.answer.isEmpty {
      let answer = Answer(
        text: race.answer, boxed: race.boxed, by: .base, tokens: 0,
        seconds: race.seconds - (moments.last ?? 0))
      turn.apply(Event(time: race.seconds, kind: .answer(answer)))
    }
    var tokens = TokenCounts()
    tokens.base = race.tokens
    let ended = TurnEnded(
      turn: number, stop: race.stop, seconds: race.seconds, tokens: tokens, accepted: 0,
      rejected: 0, estimatedSpeedup: nil)
    turn.apply(Event(time: race.seconds, kind: .turnEnded(ended)))
    return turn
  }

  private struct Origin: Equatable {
    var parent: Int
    var taken: Int
  }

  /// Nothing of what is shown is still being written.
  public var isOver: Bool { ended != nil || isLeft }

  /// Every way the turn took, in order; the one that goes on is the last.
  public var branches: [Branch] { leftBranches + [present] }

  private var present: Branch {
    Branch(
      number: branch, parent: origin?.parent, taken: origin?.taken ?? 0, steps: steps,
      answer: answer)
  }

  /// The turn as it was when it left branch `number`; nil where it left none of that number.
  public func showing(branch number: Int) -> TurnState? {
    guard let left = leftBranches.first(where: { $0.number == number }) else { return nil }
    var turn = self
    turn.replaceSteps(left.steps)
    turn.answer = left.answer
    turn.answerText = left.answer?.text ?? ""
    turn.answerTokens = left.answer?.tokens ?? 0
    (turn.answerBegan, turn.answered) = (nil, nil)
    (turn.ended, turn.race) = (nil, nil)
    turn.isLeft = true
    return turn
  }

  /// The step that waits for the person's decision, because its judgement cannot be read; nil where
  /// none does.
  public var askedStep: Int? {
    guard ended == nil, let step = steps.last, step.judged?.readable == false,
      step.decided == nil, step.committed == nil
    else { return nil }
    return step.number
  }

  /// Tokens of context that the turn and what it saw had filled at its last kept step or answer; nil
  /// where unknown.
  public var contextTokens: Int? {
    answer?.contextTokens
      ?? steps.last { $0.committed?.contextTokens != nil }?.committed?.contextTokens
  }

  private mutating func leave(for next: BranchStarted, at time: Double) {
    // A branch may go on from one that was left before.
    let parent = branches.first { $0.number == next.parent }?.steps ?? steps
    leftBranches.append(present)
    replaceSteps(parent.filter { $0.number <= next.keeps && $0.committed != nil })
    origin = Origin(parent: next.parent, taken: steps.count)
    branch = next.branch
    answer = nil
    answerText = ""
    answerTokens = 0
    answerBegan = nil
    answered = nil
    race = nil
    if let ended { startedAt = time - ended.seconds }
    ended = nil
  }

  /// Where the person decided again about a step of the branch that was just left: that step.
  private func knownDraft(of decided: StepDecided) -> StepState? {
    guard decided.by == .person, !steps.contains(where: { $0.number == decided.step }) else {
      return nil
    }
    return leftBranches.last?.steps.first { $0.number == decided.step }
  }

  private mutating func write(_ token: TokenEvent, at now: Double) {
    guard let step = token.step else {
      answerBegan = answerBegan ?? now
      answerText += token.text
      answerTokens += 1
      return
    }
    // A write that only closes the reasoning has tokens without text; it is no step.
    if token.text.isEmpty, steps.last?.number != step { return }
    update(step) { $0.write(token) }
  }

  private mutating func update(_ number: Int, _ change: (inout StepState) -> Void) {
    // Steps come in order, so the one meant is nearly always the last.
    if let index = steps.lastIndex(where: { $0.number == number }) {
      change(&steps[index])
      if index < steps.count - 1 { replaceSteps(steps) }
    } else {
      var step = StepState(number: number)
      change(&step)
      if let last = steps.last { settled.add(last) }
      steps.append(step)
    }
  }

  private mutating func replaceSteps(_ new: [StepState]) {
    steps = new
    settled = StepSums()
    for step in new.dropLast() { settled.add(step) }
  }

  /// What the steps amount to.
  var sums: StepSums {
    var sums = settled
    if let last = steps.last { sums.add(last) }
    return sums
  }
}
