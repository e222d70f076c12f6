/// What the judge's scores of a run say about its acceptance threshold.
///
/// Only judgements of the same judge of the same base model count, those that the last turn is judged
/// by, under the score method in force; of each step, the draft that was decided about.
///
/// Nothing is suggested without evidence. Evidence is
/// - that no score reaches the threshold: then it lies beyond what this judge gives, and every
///   judgement is in vain (but this does not say which drafts are right);
/// - a rejected draft that the base model wrote again word for word, or that the person accepted: it
///   was right;
/// - a draft that the person rejected, unless the base model then wrote the same: it was wrong.
///
/// A rewrite in other words is no evidence that the draft was wrong, and that a draft was accepted is
/// none that it was right.
public struct Coach: Sendable, Equatable {
  /// Judged steps before anything is said.
  public static let fewestScores = 3
  /// Judged steps before a judge is called flat for the range of its scores.
  public static let fewestForFlat = 5
  /// A judge of digits is flat whose scores lie within less than this while it is
  /// unsure of its digits (``sureProbability``). The average scores of a pair of general models
  /// (Qwen2.5-Coder 1.5B and 0.5B, wording `short`, 104 steps) lay within 1.2, those of false sentences
  /// among those of right ones.
  public static let flatRange = 1.5
  /// A judge is unsure whose most probable digit has less than this probability, in the mean. That
  /// pair's had 0.2 to 0.35; the demo pair's, whose scores also lie close together where all
  /// steps are right, has more than 0.9.
  public static let sureProbability = 0.5

  /// What there is to say.
  public enum Advice: Sendable, Equatable {
    /// The judge cannot tell good from bad, so that no threshold helps: it gives all steps nearly the
    /// same, unsure of each; or two or more drafts that are known to be right score no higher, in the
    /// mean, than two or more that are known to be wrong.
    case flat
    /// No score reaches the threshold. The suggestion is the half step that comes nearest to accepting
    /// half of the steps, of two the stricter; nil where none parts them.
    case nothingPasses(Suggestion?)
    /// So many drafts are known to be right and were rejected at the threshold in force, and so many
    /// are known to be wrong and are accepted there; the suggestion goes against the fewest.
    case evidence(right: Int, wrong: Int, Suggestion)
  }

  /// Another threshold, and how many of the judged steps it accepts.
  public struct Suggestion: Sendable, Equatable {
    /// The threshold, 0 to 9.
    public var threshold: Double
    /// The number of judged steps that reach it.
    public var accepts: Int

    /// The threshold, which accepts `accepts` of the judged steps.
    public init(threshold: Double, accepts: Int) {
      self.threshold = threshold
      self.accepts = accepts
    }
  }

  /// The lowest and the highest score.
  public let range: ClosedRange<Double>
  /// The number of judged steps.
  public let count: Int
  /// The threshold in force, 0 to 9.
  public let threshold: Double
  /// The judge that gave the scores.
  public let judge: JudgeKind
  /// What there is to say about the threshold; nil where there is nothing.
  public let advice: Advice?

  /// The threshold that is suggested; nil where there is no evidence for another one.
  public var suggestion: Suggestion? {
    switch advice {
    case .nothingPasses(let suggestion): suggestion
    case .evidence(_, _, let suggestion): suggestion
    case .flat, nil: nil
    }
  }

  /// What the turns of `run` say so far; nil before ``fewestScores`` steps were judged.
  ///
  /// - Parameter threshold: The threshold in force; nil for that of the run.
  public init?(_ run: RunState, threshold: Double? = nil) {
    guard let judging = run.turns.last?.judging else { return nil }
    var opinions = Opinions()
    for turn in run.turns where turn.judging == judging {
      opinions.add(turn, by: run.options.score)
    }
    let scores = opinions.scores
    guard scores.count >= Self.fewestScores, let low = scores.min(), let high = scores.max() else {
      return nil
    }
    range = low...high
    count = scores.count
    judge = judging.judge
    self.threshold = threshold ?? run.threshold
    // A threshold that moves by itself needs no advice.
    advice =
      run.options.adapt == nil && run.options.thresholdShare == nil
      ? Self.advice(opinions, range: low...high, at: self.threshold) : nil
  }

  /// A score of a draft of which is known whether it was right.
  struct Known: Sendable, Equatable {
    var score: Double
    var isRight: Bool
  }

  /// What a judge said of the steps of some turns.
  struct Opinions {
    var scores: [Double] = []
    var known: [Known] = []
    /// The probability of the most probable digit, of each judgement that has digits.
    var certainties: [Double] = []
  }

  private static func advice(
    _ opinions: Opinions, range: ClosedRange<Double>, at threshold: Double
  ) -> Advice? {
    let (scores, known) = (opinions.scores, opinions.known)
    let accepted = scores.count { $0 >= threshold }
    // Where all pass, nothing is lost.
    if accepted < scores.count, opinions.isFlat { return .flat }
    func suggestion(_ threshold: Double) -> Suggestion {
      Suggestion(threshold: threshold, accepts: scores.count { $0 >= threshold })
    }
    if let better = bestThreshold(for: known, from: threshold) {
      return .evidence(
        right: known.count { $0.isRight && $0.score < threshold },
        wrong: known.count { !$0.isRight && $0.score >= threshold }, suggestion(better))
    }
    guard accepted == 0 else { return nil }
    let parting = WhatIf.thresholds.map(suggestion).filter {
      $0.accepts > 0 && $0.accepts < scores.count
    }
    func distance(_ suggestion: Suggestion) -> Int { abs(2 * suggestion.accepts - scores.count) }
    return .nothingPasses(parting.reversed().min { distance($0) < distance($1) })
  }

  /// The half step that goes against the fewest of `known`, of several the one nearest to `threshold`,
  /// of two equally near the stricter; nil where none is better than `threshold`.
  static func bestThreshold(for known: [Known], from threshold: Double) -> Double? {
    func errors(_ threshold: Double) -> Int {
      known.count { ($0.score >= threshold) != $0.isRight }
    }
    let nearest = WhatIf.thresholds.sorted {
      (abs($0 - threshold), -$0) < (abs($1 - threshold), -$1)
    }
    let best = nearest.map { ($0, errors($0)) }.min { $0.1 < $1.1 }
    guard let best, best.1 < errors(threshold) else { return nil }
    return best.0
  }
}

extension Coach.Opinions {
  /// Whether the scores tell nothing: several unsure ones that lie close together, or drafts known to
  /// be right that score no higher than those known to be wrong.
  var isFlat: Bool {
    if let low = scores.min(), let high = scores.max(), certainties.count >= Coach.fewestForFlat,
      high - low < Coach.flatRange,
      certainties.reduce(0, +) / Double(certainties.count) < Coach.sureProbability
    {
      return true
    }
    let right = known.filter(\.isRight).map(\.score)
    let wrong = known.filter { !$0.isRight }.map(\.score)
    guard right.count >= 2, wrong.count >= 2 else { return false }
    return right.reduce(0, +) / Double(right.count) <= wrong.reduce(0, +) / Double(wrong.count)
  }

  /// Adds the judged steps of the present branch of `turn`.
  ///
  /// - Parameter method: How digits become a score; nil for how they did.
  mutating func add(_ turn: TurnState, by method: ScoreMethod?) {
    // By index: a copy of each step would take most of the time.
    for index in turn.steps.indices {
      guard let judged = turn.steps[index].judged, let score = judged.score(by: method) else {
        continue
      }
      scores.append(score)
      if let certainty = judged.probabilities.max() { certainties.append(certainty) }
      guard let decided = turn.steps[index].decided else { continue }
      let isRight = decided.isDraftRight { turn.steps[index].isIdenticalRewrite }
      if let isRight { known.append(Coach.Known(score: score, isRight: isRight)) }
    }
  }
}

extension StepDecided {
  /// Whether the draft was right; nil where nothing is known of that.
  ///
  /// - Parameter isIdenticalRewrite: Whether the base model wrote the very draft that was rejected.
  fileprivate func isDraftRight(_ isIdenticalRewrite: () -> Bool) -> Bool? {
    switch (by, verdict) {
    case (.judge, .rejected): isIdenticalRewrite() ? true : nil
    case (.person, .accepted): true
    case (.person, .rejected): isIdenticalRewrite() ? nil : false
    case (.judge, .accepted), (.rule, _): nil
    }
  }
}

extension StepJudged {
  /// The score by `method`; a likelihood has but one. Nil where it is unreadable.
  fileprivate func score(by method: ScoreMethod?) -> Double? {
    guard let score, let method else { return score }
    return method.score(score, greedy: greedy, average: average)
  }
}
