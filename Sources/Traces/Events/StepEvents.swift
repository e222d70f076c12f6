/// Who wrote a text or took a decision about it.
public enum Author: String, Codable, Sendable {
  case draft, base, person
}

/// `step.drafted`: the draft model finished a step.
public struct StepDrafted: Codable, Sendable, Equatable {
  /// Counted from 1 in its turn.
  public var step: Int
  /// The step, without the blank line or tag that ended it.
  public var text: String
  /// Tokens the draft model wrote for it, those that ended it included.
  public var tokens: Int
  /// Wall time of drafting, prefill included.
  public var seconds: Double
  /// The step hit its token limit before it ended.
  public var cut: Bool
  /// Which of several drafts of the step it is, counted from 0; nil where one is asked for.
  public var candidate: Int?
  /// The passes that were computed for it; nil where unknown.
  public var passes: [PassGroup]?
  /// Entropy of the draft model's first token, in nats; nil where nobody asked for it.
  public var firstEntropy: Double?

  /// Step `step` as the draft model wrote it.
  public init(step: Int, text: String, tokens: Int, seconds: Double, cut: Bool) {
    self.step = step
    self.text = text
    self.tokens = tokens
    self.seconds = seconds
    self.cut = cut
  }
}

/// `step.judged`: the deciding judge gave its opinion of a drafted step.
public struct StepJudged: Codable, Sendable, Equatable {
  /// Counted from 1 in its turn.
  public var step: Int
  /// The deciding score, 0 to 9, by the run's score method; nil when unreadable.
  public var score: Double?
  /// The digit with the greatest probability; nil for a judge without digits.
  public var greedy: Int?
  /// Mean digit under the normalised probabilities; nil for a judge without digits.
  public var average: Double?
  /// Normalised probabilities of the digits 0 to 9; empty for a judge without digits, and when no
  /// digit had any probability.
  public var probabilities: [Double]
  /// False when the model's most probable answer is not a digit.
  public var readable: Bool
  /// Tokens prefilled for this judgement: the step itself and the wording.
  public var promptTokens: Int
  /// Wall time of judging.
  public var seconds: Double
  /// What another judge said of the same step; it decides nothing. Nil where none was asked.
  public var second: SecondOpinion?
  /// It came from the pass that judged the step before; its part of that pass is what it cost. Nil
  /// for no.
  public var sharesPass: Bool?
  /// The model that judged, where it is the draft model; nil for the base model.
  public var by: Author?
  /// Which of several drafts was judged, counted from 0, in a pass for all; nil where one is asked
  /// for.
  public var candidate: Int?
  /// The part of all probability of which the base model's server told nothing, 0 to 1: the digits have
  /// what is left of it. Nil where all was told, or nothing.
  public var unseen: Double?
  /// Tokens of the step in the base model's vocabulary, its blank line included; nil where unknown.
  public var stepTokens: Int?
  /// The passes that were computed for it, those of a shared pass with the first of its steps; nil
  /// where unknown.
  public var passes: [PassGroup]?

  /// A judgement of step `step`.
  public init(
    step: Int, score: Double?, greedy: Int?, average: Double?, probabilities: [Double],
    readable: Bool, promptTokens: Int, seconds: Double
  ) {
    self.step = step
    self.score = score
    self.greedy = greedy
    self.average = average
    self.probabilities = probabilities
    self.readable = readable
    self.promptTokens = promptTokens
    self.seconds = seconds
  }

  /// The opinion of a judge that does not decide.
  public struct SecondOpinion: Codable, Sendable, Equatable {
    /// How the base model was asked.
    public var judge: JudgeKind
    /// As in a deciding judgement.
    public var score: Double?
    /// As in a deciding judgement.
    public var probabilities: [Double]
    /// Tokens prefilled for it; counted in the ledger alone.
    public var promptTokens: Int
    /// Wall time of it.
    public var seconds: Double
    /// As in a deciding judgement.
    public var passes: [PassGroup]?

    /// The opinion `judged`, asked for by `judge`.
    public init(_ judged: StepJudged, by judge: JudgeKind) {
      self.judge = judge
      score = judged.score
      probabilities = judged.probabilities
      promptTokens = judged.promptTokens
      seconds = judged.seconds
      passes = judged.passes
    }
  }

  /// What this judgement means at an acceptance threshold: accepted when the score reaches it; an
  /// unreadable judgement never accepts.
  ///
  /// The one rule of acceptance: the reasoner decides by it, and what-if asks it again.
  public func verdict(at threshold: Double) -> Verdict {
    guard let score else { return .rejected }
    return score >= threshold ? .accepted : .rejected
  }
}

/// What became of a drafted step.
public enum Verdict: String, Codable, Sendable {
  case accepted, rejected
}

/// `step.decided`: a drafted step was accepted or rejected.
public struct StepDecided: Codable, Sendable, Equatable {
  /// What decided.
  public enum Decider: String, Codable, Sendable {
    case judge, person, rule
  }

  /// Counted from 1 in its turn.
  public var step: Int
  /// What became of the drafted step.
  public var verdict: Verdict
  /// The acceptance threshold at that moment.
  public var threshold: Double
  /// What decided: the judge's score, the person, or a rule such as the token limit.
  public var by: Decider
  /// One short sentence, such as `score 6.5 below 7.0` or `cut at 256 tokens`.
  public var reason: String
  /// Which of several drafts it is about, the best of them, counted from 0; nil where one is asked
  /// for.
  public var candidate: Int?
  /// It was accepted, and the base model was not asked; nil for no.
  public var unasked: Bool?

  /// A decision about step `step`.
  public init(step: Int, verdict: Verdict, threshold: Double, by: Decider, reason: String) {
    self.step = step
    self.verdict = verdict
    self.threshold = threshold
    self.by = by
    self.reason = reason
  }
}

/// How a step came to be part of the reasoning.
public enum StepStatus: String, Codable, Sendable, CaseIterable {
  case draftAccepted = "draft-accepted"
  /// The draft was accepted, and the base model was not asked.
  case draftUnasked = "draft-unasked"
  case baseRegenerated = "base-regenerated"
  case baseWritten = "base-written"
  /// Both models wrote tokens of it.
  case stitched
  /// Nobody judged it: mode `draft`, or the turn was stopped before a judgement.
  case draftWritten = "draft-written"
  /// The person put it in the place of another.
  case edited
  /// The person put it between others.
  case note
}

/// `step.committed`: a step became part of the reasoning.
public struct StepCommitted: Codable, Sendable, Equatable {
  /// Counted from 1 in its turn.
  public var step: Int
  /// The model whose text was kept.
  public var by: Author
  /// How it came to be kept.
  public var status: StepStatus
  /// The step, without the blank line or tag that ended it.
  public var text: String
  /// Tokens of the committed text.
  public var tokens: Int
  /// Time its author took to write it, prefill included.
  public var seconds: Double
  /// The part of `seconds` that went into decoding, token by token; nil where unknown.
  public var decodeSeconds: Double?
  /// Draft tokens of the base model's writing; nil where there were none.
  public var speculation: TokenSpeculation?
  /// The base model wrote the very text that it had rejected; nil where it rejected none.
  public var identical: Bool?
  /// The step did not end by itself: its token limit, a full context or a stop ended it.
  public var cut: Bool
  /// Tokens of its author's context up to the step's end; nil where unknown.
  public var contextTokens: Int?
  /// The passes that were computed for it, those of an accepted draft left out; nil where unknown.
  public var passes: [PassGroup]?

  /// Whether it is a draft that was accepted, with or without the base model's opinion.
  public var isAcceptedDraft: Bool { status == .draftAccepted || status == .draftUnasked }

  /// Step `step` as it was kept.
  public init(
    step: Int, by: Author, status: StepStatus, text: String, tokens: Int, seconds: Double,
    decodeSeconds: Double? = nil, speculation: TokenSpeculation? = nil, identical: Bool? = nil,
    cut: Bool
  ) {
    self.step = step
    self.by = by
    self.status = status
    self.text = text
    self.tokens = tokens
    self.seconds = seconds
    self.decodeSeconds = decodeSeconds
    self.speculation = speculation
    self.identical = identical
    self.cut = cut
  }
}
