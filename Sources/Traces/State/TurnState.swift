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
  /// Who judges its steps; nil where that is not recorded.
  let judging: Judging?
  /// Tokens of the whole prompt as the base model reads it; nil where unknown.
  public let promptTokens: Int?
  /// Those of them that the base model's KV cache held when the turn began; nil where unknown.
  public let cachedTokens: Int?
  /// Number of the present branch; 0 for the first.
  public private(set) var branch = 0
  /// Where the present branch began; nil for the first.
  private var origin: Origin?
  /// The branches that were left, in order; the oldest without their steps where all have very many.
  public private(set) var leftBranches: [Branch] = []
  /// The number of steps that they have.
  private var leftSteps = 0
  /// How many of the oldest were emptied.
  private var emptiedBranches = 0
  /// The steps in order; the last may still be written.
  public private(set) var steps: [StepState] = []
  /// Where they stand, and their sums.
  private var index = StepIndex()
  /// Text of the answer so far; empty before it begins.
  public private(set) var answerText = ""
  /// Tokens of the answer seen so far.
  public private(set) var answerTokens = 0
  /// The finished answer; nil before.
  public private(set) var answer: Answer?
  /// Whether this is the turn as it was when it left a branch.
  public private(set) var isLeft = false
  /// The sums that the present branch does not tell: of branches that were left, and of the base
  /// model's unfinished texts that were wasted.
  private(set) var elsewhere = TurnTotals()
  /// Tokens generated before the present branch began.
  package private(set) var tokensBeforeBranch = 0
  /// How often the person let the turn go on with as much budget again.
  public private(set) var extensions = 0
  /// Generations that are in no step and no answer.
  private(set) var dropped = Ledger()
  /// Drafts that were wasted before they were due.
  public private(set) var droppedAhead = Work()
  /// The cost of judging those, in passes made for other steps.
  public private(set) var judgedInVain = Work()
  /// How the turn ended; nil while it runs.
  public private(set) var ended: TurnEnded?
  /// The base model's own run on the same prompt; nil if there was none.
  public private(set) var race: RaceEnded?
  /// When the answer began, in seconds of the turn's wall time; nil before.
  public private(set) var answerBegan: Double?
  /// When the answer was finished, in seconds of the turn's wall time; nil before.
  public private(set) var answered: Double?
  /// Warnings and errors in order.
  public private(set) var notices: [Notice] = []

  package init(
    number: Int, prompt: String, startedAt: Double, mode: Mode, promptTokens: Int? = nil,
    cachedTokens: Int? = nil
  ) {
    self.init(
      number: number, prompt: prompt, startedAt: startedAt, mode: mode, judging: nil,
      promptTokens: promptTokens, cachedTokens: cachedTokens)
  }

  init(
    number: Int, prompt: String, startedAt: Double, mode: Mode, judging: Judging?,
    promptTokens: Int?, cachedTokens: Int?
  ) {
    self.promptTokens = promptTokens
    self.cachedTokens = cachedTokens
    self.number = number
    self.judging = judging
    self.prompt = prompt
    self.startedAt = startedAt
    self.mode = mode
  }

  /// The judge of a turn: scores of different judges cannot be compared.
  struct Judging: Sendable, Equatable {
    var base: String
    var judge: JudgeKind
    /// The wording, where it is the person's own.
    var wording: JudgeWording?
  }

  /// One branch of a turn.
  public struct Branch: Sendable, Equatable {
    /// Counts from 0.
    public let number: Int
    /// The branch that it began from; nil for the first.
    public let parent: Int?
    /// Number of steps that it shares with its parent.
    public let taken: Int
    /// All its steps.
    public fileprivate(set) var steps: [StepState]
    /// Its answer; nil if it has none.
    public let answer: Answer?
  }

  package mutating func apply(_ event: Event) {
    let now = event.time - startedAt
    switch event.kind {
    case .branchStarted(let branch):
      leave(for: branch, at: event.time)
    case .token(let token):
      append(token, at: now)
    case .stepRouted(let routed):
      update(routed.step) { $0.routed = routed }
    case .stepScreened(let screened):
      update(screened.step) {
        $0.screened = screened
        $0.moments.screened = now
      }
    case .stepDrafted(let drafted):
      update(drafted.step) { $0.apply(drafted, at: now) }
    case .stepJudged(let judged):
      update(judged.step) { $0.apply(judged, at: now) }
    case .stepDecided(let decided):
      decide(decided)
    case .stepCommitted(let committed):
      update(committed.step) { $0.apply(committed, at: now) }
    case .stepScored(let scored):
      update(scored.step) {
        $0.scored = scored
        $0.moments.scored = now
      }
    case .generationDropped(let dropped):
      drop(dropped)
    case .aheadDropped(let dropped):
      droppedAhead += dropped.work
      judgedInVain += dropped.judging
    case .turnWaited(let waited):
      startedAt += waited.seconds
    case .answer(let answer):
      self.answer = answer
      answered = now
      answerText = answer.text
      closeStep(by: answer.by)
    case .turnEnded(let end):
      ended = end
    case .raceEnded(let ended):
      race = ended
    case .warning(let notice), .error(let notice):
      notices.append(notice)
    case .control(.steer(.extend)):
      extensions += 1
    case .runStarted, .turnStarted, .control, .thresholdAdapted:
      break
    }
  }

  /// The race as a turn of the base model, step by step; nil if none is recorded.
  public var racedTurn: TurnState? {
    guard let race, let moments = race.stepSeconds else { return nil }
    var turn = TurnState(number: number, prompt: prompt, startedAt: 0, mode: .base)
    let texts =
      race.steps ?? race.reasoning.split(separator: "\n\n").map(String.init)
    for (place, (text, moment)) in zip(texts, moments).enumerated() {
      turn.apply(
        Event(
          time: moment,
          kind: .stepCommitted(
            StepCommitted(
              step: place + 1, by: .base, status: .baseWritten, text: text, tokens: 0,
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

  /// Whether everything shown is finished.
  public var isOver: Bool { ended != nil || isLeft }

  /// Every branch in order; the last one goes on.
  public var branches: [Branch] { leftBranches + [present] }

  private var present: Branch {
    Branch(
      number: branch, parent: origin?.parent, taken: origin?.taken ?? 0, steps: steps,
      answer: answer)
  }

  /// The turn as it was when it left branch `number`; nil if it left no such branch.
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

  /// The step that waits for the person's decision because its judgement is unreadable; nil if none
  /// does.
  public var askedStep: Int? {
    guard ended == nil, let step = steps.last, step.judged?.readable == false,
      step.decided == nil, step.committed == nil
    else { return nil }
    return step.number
  }

  /// Tokens in the context at the last kept step or the answer; nil if unknown.
  public var contextTokens: Int? {
    answer?.contextTokens
      ?? steps.last { $0.committed?.contextTokens != nil }?.committed?.contextTokens
  }

  private mutating func leave(for next: BranchStarted, at time: Double) {
    let before = totals
    let tokensBefore = committedTokens
    // The parent may be a branch that was left before.
    let parent =
      next.parent == branch
      ? steps : leftBranches.first { $0.number == next.parent }?.steps ?? steps
    leftBranches.append(present)
    boundLeftSteps()
    let kept = parent.filter { $0.number <= next.keeps && $0.committed != nil }
    replaceSteps(kept.count == parent.count ? parent : kept)
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
    elsewhere = before
    elsewhere -= branchTotals
    elsewhere.tokens.discarded += tokensBefore - committedTokens
    tokensBeforeBranch = countedTokens
  }

  /// More steps than people leave behind: a hostile trace would fill the memory with copies of a few.
  private static let mostLeftSteps = 200_000

  private mutating func boundLeftSteps() {
    leftSteps += steps.count
    while leftSteps > Self.mostLeftSteps, emptiedBranches < leftBranches.count {
      leftSteps -= leftBranches[emptiedBranches].steps.count
      leftBranches[emptiedBranches].steps = []
      emptiedBranches += 1
    }
  }

  /// Steps of the present branch whose draft was accepted.
  public var acceptedSteps: Int { sums.accepted }

  private var committedTokens: Int { steps.reduce(0) { $0 + ($1.committed?.tokens ?? 0) } }

  private mutating func decide(_ decided: StepDecided) {
    let known = knownDraft(of: decided)
    update(decided.step) { step in
      if let known { step.copyDraft(of: known) }
      step.apply(decided)
    }
    guard let known else { return }
    // Its draft counts in the present branch now.
    var moved = TurnTotals()
    moved.tokens.draft = known.drafted?.tokens ?? 0
    moved.tokens.discarded = moved.tokens.draft
    moved.tokens.judge =
      (known.judged?.promptTokens ?? 0) + (known.screened?.promptTokens ?? 0)
    moved.seconds =
      (known.drafted?.seconds ?? 0) + (known.judged?.seconds ?? 0)
      + (known.screened?.seconds ?? 0)
    if known.decided?.verdict == .rejected, decided.verdict == .accepted { moved.rejected = 1 }
    elsewhere -= moved
  }

  /// Tokens of `author` in a step that was not kept only closed the reasoning: what follows the
  /// reasoning tells of them.
  private mutating func closeStep(by author: Author) {
    guard author == .base, let step = steps.last, step.committed == nil, step.baseTokens > 0 else {
      return
    }
    update(step.number) { $0.dropped.insert(.base) }
  }

  private mutating func drop(_ generation: GenerationDropped) {
    var isDrafted = false
    var isRegeneration = false
    if let step = generation.step {
      if steps.last?.number == step {
        update(step) {
          isDrafted = $0.apply(generation)
          isRegeneration = $0.decided?.verdict == .rejected
        }
      }
    } else {
      answerTokens = 0
      closeStep(by: generation.by)
    }
    guard !isDrafted else { return }
    dropped.add(generation, regenerating: isRegeneration)
    if generation.by == .base {
      if generation.isDiscarded { elsewhere.tokens.discarded += generation.tokens }
      elsewhere.tokens.proposedKept += generation.speculation?.accepted ?? 0
    }
  }

  /// The step of the branch just left that the person decides about again; nil if it is none.
  private func knownDraft(of decided: StepDecided) -> StepState? {
    guard decided.by == .person, index.place(of: decided.step) == nil else { return nil }
    return leftBranches.last?.steps.first { $0.number == decided.step }
  }

  private mutating func append(_ token: TokenEvent, at now: Double) {
    guard let step = token.step else {
      answerBegan = answerBegan ?? now
      answerText += token.text
      answerTokens += 1
      return
    }
    // A generation that only closes the reasoning has tokens without text; it is no step.
    if token.text.isEmpty, steps.last?.number != step { return }
    update(step) { $0.append(token) }
  }

  private mutating func update(_ number: Int, _ change: (inout StepState) -> Void) {
    if let place = index.place(of: number) {
      change(&steps[place])
    } else {
      var step = StepState(number: number)
      change(&step)
      steps.append(step)
    }
    index.note(number, in: steps)
  }

  private mutating func replaceSteps(_ new: [StepState]) {
    steps = new
    index = StepIndex(new)
  }

  /// The step of this number; nil for none.
  public func step(_ number: Int) -> StepState? { index.place(of: number).map { steps[$0] } }

  /// Sums of all steps.
  var sums: StepSums { index.sums(of: steps) }
}
