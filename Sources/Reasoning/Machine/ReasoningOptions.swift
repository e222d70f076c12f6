import Traces

/// What a run is asked for.
public struct ReasoningOptions: Sendable, Equatable {
  /// Mode of the first turn; a control changes it for later ones.
  public var mode: Mode
  /// Whether a pair that cannot do `mode` may do the next best instead; a warning tells why.
  public var allowsOtherMode = false
  /// Acceptance threshold, 0 to 9; a control changes it from the next decision on.
  public var threshold: Double
  /// How a digit distribution becomes the deciding score.
  public var score: ScoreMethod
  /// How the base model is asked for its opinion.
  public var judge: JudgeKind
  /// Another way to ask, whose opinion is recorded and decides nothing.
  public var secondJudge: JudgeKind?
  /// What the judge of the person's own says.
  public var judgeWording = Prompts.short
  /// What becomes of a draft whose judgement cannot be read.
  public var unreadable = UnreadableRule.reject
  /// How the threshold moves by itself; nil keeps it where it is put.
  public var adaptiveThreshold: AdaptiveThreshold?
  /// Drafts of one step that are judged one after another, at most, before the base model writes.
  public var candidates = 1
  /// Whether the draft model writes the next step while one is judged, where the backend overlaps.
  public var draftsAhead = false
  /// Steps that are drafted, at most, before the base model judges them in one pass, 1 to 16; more
  /// than one only by a judge that asks nothing (`likelihood`).
  public var lookahead = 1
  /// Number of steps at the start of each turn that the base model writes outright.
  public var firstBaseSteps: Int
  /// Token budget of one turn: every written token counts, kept or discarded.
  public var budget: Int
  /// Tokens of reasoning, at most, before the answer is asked for; nil for no limit but `budget`.
  public var thinkingBudget: Int?
  /// Greatest number of tokens of one step; a step that reaches it is cut.
  public var stepLimit: Int
  /// How both models draw their tokens.
  public var sampling: Sampling
  /// Seed of the whole run.
  public var seed: UInt64
  /// What the models are told before the chat; nil for nothing.
  public var systemPrompt: String?
  /// Earlier turns of the chat that the models see, at most; nil for all.
  public var earlierTurns: Int?

  /// The published script's settings where nothing else is given: threshold 7, greedy score,
  /// budget 8,192 tokens, 512 tokens a step.
  public init(
    mode: Mode = .reason, threshold: Double = 7, score: ScoreMethod = .greedy,
    judge: JudgeKind = .reference, firstBaseSteps: Int = 0, budget: Int = 8192,
    stepLimit: Int = 512, sampling: Sampling = Sampling(), seed: UInt64 = 0
  ) {
    self.mode = mode
    self.threshold = threshold
    self.score = score
    self.judge = judge
    self.firstBaseSteps = firstBaseSteps
    self.budget = budget
    self.stepLimit = stepLimit
    self.sampling = sampling
    self.seed = seed
  }
  /// Whether the deciding judge or the second one is the person's own.
  var asksOwnWording: Bool { judge == .own || secondJudge == .own }
}

extension ReasoningOptions {
  /// These options with `setting` changed.
  public func with(_ setting: Setting) -> ReasoningOptions {
    var options = self
    switch setting {
    case .score(let value): options.score = value
    case .judge(let value): options.judge = value
    case .unreadable(let value): options.unreadable = value
    case .adapt(let target):
      options.adaptiveThreshold = target.map {
        AdaptiveThreshold($0, within: adaptiveThreshold?.bounds ?? 0...9)
      }
    case .firstBaseSteps(let value): options.firstBaseSteps = value
    case .budget(let value): options.budget = value
    case .thinkingBudget(let value): options.thinkingBudget = value
    case .temperature(let value): options.sampling.temperature = value
    case .topP(let value): options.sampling.topP = value
    case .seed(let value): options.seed = value
    case .systemPrompt(let value): options.systemPrompt = value
    }
    return options
  }

  /// Takes over from `other` what may change within a turn.
  mutating func takeLive(from other: ReasoningOptions) {
    score = other.score
    unreadable = other.unreadable
    adaptiveThreshold = other.adaptiveThreshold
    budget = other.budget
    thinkingBudget = other.thinkingBudget
    sampling = other.sampling
  }
}
