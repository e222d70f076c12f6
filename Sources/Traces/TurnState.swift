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
  /// The branches that were left, in order, with their steps beyond the shared ones.
  public private(set) var leftBranches: [LeftBranch] = []
  /// The steps in order; the last may still be written.
  public private(set) var steps: [StepState] = []
  /// Text of the answer so far; empty before it begins.
  public private(set) var answerText = ""
  /// Tokens of the answer seen so far.
  public private(set) var answerTokens = 0
  /// The finished answer; nil before.
  public private(set) var answer: Answer?
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

  /// A branch that the turn left.
  public struct LeftBranch: Sendable, Equatable {
    /// Its number.
    public let number: Int
    /// Steps before it that went on in the next branch.
    public let keeps: Int
    /// Its other steps.
    public let steps: [StepState]
    /// Its answer, where it had one.
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
      update(judged.step) {
        $0.judged = judged
        $0.moments.judged = now
      }
    case .stepDecided(let decided):
      update(decided.step) { $0.decided = decided }
    case .stepCommitted(let committed):
      update(committed.step) {
        $0.committed = committed
        $0.moments.committed = now
      }
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

  private mutating func leave(for next: BranchStarted, at time: Double) {
    let kept = steps.prefix { $0.number <= next.keeps }
    leftBranches.append(
      LeftBranch(
        number: branch, keeps: next.keeps, steps: Array(steps[kept.count...]), answer: answer))
    steps = Array(kept)
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

  private mutating func write(_ token: TokenWritten, at now: Double) {
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
    } else {
      var step = StepState(number: number)
      change(&step)
      steps.append(step)
    }
  }
}
