/// Everything a run is asked for. The values given here are the program's defaults.
///
/// What each option is called, takes and does is told once, in ``RunOption/all``.
public struct RunOptions: Sendable, Equatable {
  /// Mode of the next turn.
  public var mode = Mode.reasonDecode
  /// Acceptance threshold of the next decision, 0 to 9; with a `thresholdShare` where that stands.
  public var threshold = 7.0
  /// The share of the base model's own steps that the threshold lets pass, above 0 and at most 1;
  /// nil for a threshold that is put at a score.
  public var thresholdShare: Double?
  /// How a digit distribution becomes the deciding judge score.
  public var score = ScoreMethod.average
  /// How the base model is asked for its opinion of a step.
  public var judge = JudgeKind.short
  /// What the judge with your own wording asks; nil asks what the short one does.
  public var judgeQuestion: String?
  /// How the reply to `judgeQuestion` begins, before its digit.
  public var judgeOpening = JudgeWording.short.opening
  /// Another way to ask; its opinion is recorded and decides nothing.
  public var secondJudge: JudgeKind?
  /// A cheap judge that decides where it is sure, before the deciding one; nil for none.
  public var cascade: Cascade?
  /// Entropy of the draft model's first token of a step, in nats, above which the base model writes
  /// the step; nil for any.
  public var glimpse: Double?
  /// What else lets the base model take a step; nil for nothing.
  public var triggers: StepTriggers?
  /// Entropy of the next token, in nats, from which on it comes from the base model in mode `stitch`.
  public var stitch = 0.5
  /// What becomes of a draft whose judgement cannot be read.
  public var unreadable = UnreadableRule.reject
  /// Whether the draft model writes the next step while one is judged, where the backend overlaps.
  public var draftsAhead = false
  /// Steps drafted before one pass judges them all, 1 to 16; more than 1 only counts for the judges
  /// that go by the base model's likelihoods.
  public var lookahead = 1
  /// Drafts of one step that are judged together, 1 to 100.
  public var candidates = 1
  /// What the threshold follows by itself; nil keeps it where it is put.
  public var adapt: ThresholdTarget?
  /// Where `adapt` may move the threshold.
  public var thresholdBounds = ThresholdBounds(0...9)
  /// Number of steps at the start of each turn that the base model writes outright.
  public var firstBaseSteps = 0
  /// Token budget of one turn: tokens of the kept steps and of the answer.
  public var budget = 8192
  /// Tokens that both models together may write in one turn, kept or not; nil for four times the
  /// budget.
  public var workBudget: Int?
  /// Tokens of kept reasoning before the answer is asked for; nil for no limit but `budget`.
  public var thinkingBudget: Int?
  /// Greatest number of tokens of one step; a step that reaches it is cut.
  public var stepLimit = 512
  /// How both models draw their tokens.
  public var sampling = Sampling()
  /// Whether the models reason before they answer.
  public var thinking = Thinking.on
  /// What the models are told before the chat; nil for nothing.
  public var systemPrompt: String?
  /// Earlier turns of the chat that the models see; nil for all.
  public var earlierTurns: Int?
  /// Seed of the run; each generation derives its own from it.
  public var seed: UInt64 = 0

  /// The program's defaults.
  public init() {}

  /// Where a person put the acceptance threshold. A share leaves `threshold` as it is until enough
  /// of the base model's own steps have a score.
  public var acceptance: AcceptanceThreshold {
    get { thresholdShare.map(AcceptanceThreshold.share) ?? .score(threshold) }
    set {
      switch newValue {
      case .score(let score): (threshold, thresholdShare) = (score, nil)
      case .share(let share): thresholdShare = share
      }
    }
  }

  /// Tokens that both models together may write in one turn.
  public var workLimit: Int { workBudget ?? 4 * budget }

  /// The judges that may be asked about a step: the deciding one first.
  public var judges: [JudgeKind] { [judge, secondJudge, cascade?.judge].compactMap(\.self) }

  /// The wording of the judge that asks in your own words.
  public var judgeWording: JudgeWording {
    judgeQuestion.map { JudgeWording(question: $0, opening: judgeOpening) } ?? .short
  }

  /// Throws for the first option that is outside its range, and for two that exclude each other.
  public func validate() throws(OptionError) {
    for option in RunOption.all { try option.check(option.value(in: self)) }
    if let adapt, thresholdShare != nil {
      throw OptionError(
        "adapt", takes: "off where the threshold is a share", given: adapt.description)
    }
    if thresholdShare != nil, !judge.asksBase {
      throw OptionError(
        "threshold",
        takes: "a score where the judge is \(judge.rawValue), which has none for the base model's "
          + "own steps", given: acceptance.text)
    }
    if let secondJudge, !JudgeKind.asking.contains(judge) {
      throw OptionError(
        "second-judge", takes: "off where the judge is \(judge.rawValue), which asks no model",
        given: secondJudge.rawValue)
    }
    if let cascade, cascade.judge == judge {
      throw OptionError(
        "cascade", takes: "another judge than --judge, which is \(judge.rawValue)",
        given: cascade.description)
    }
    if candidates > 1 {
      for name in ["cascade", "glimpse", "triggers"] {
        guard let value = RunOption.named(name)?.value(in: self), value != .off else { continue }
        throw OptionError(name, takes: "off where a step has several candidates", given: value.text)
      }
    }
  }

  /// Changes one option; its range is not checked.
  public mutating func apply(_ setting: Setting) {
    setting.option.set(setting.value, in: &self)
  }

  /// Copies every option that can change while a turn runs from `other`.
  public mutating func adoptLiveOptions(of other: RunOptions) {
    for option in RunOption.all where option.counts == .decision || option.counts == .write {
      option.set(option.value(in: other), in: &self)
    }
  }
}
