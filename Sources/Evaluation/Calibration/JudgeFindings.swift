import Traces

/// What a step costs when the draft model writes it, when it is judged, and when the base model
/// writes it, in seconds without the prefill of the prompt.
struct StepCosts {
  /// Mean seconds of decoding a draft.
  let draft: Double
  /// Mean seconds of decoding a step of the base model.
  let own: Double
  /// Seconds the base model takes to decode a token.
  let ownToken: Double

  /// The costs in `steps`; nil where the base model's own is not known.
  init?(_ steps: [ObservedStep]) {
    let drafts = steps.compactMap(\.draft)
    let tokens = steps.reduce(0) { $0 + $1.own.tokens }
    let seconds = steps.reduce(0) { $0 + $1.own.seconds }
    guard tokens > 0, seconds > 0 else { return nil }
    own = seconds / Double(steps.count)
    ownToken = seconds / Double(tokens)
    draft = drafts.reduce(0) { $0 + $1.seconds } / Double(max(1, drafts.count))
  }

  /// Time with a judge that takes `judging` seconds and accepts a share `accepted`, as a multiple of
  /// the base model's alone.
  func relative(judging: Double, accepted: Double) -> Double {
    (draft + judging + (1 - accepted) * own) / own
  }
}

/// What the observed steps say about one judge and score method.
public struct JudgeFindings: Codable, Sendable, Equatable {
  /// What a threshold does that lets a share of the base model's own steps pass.
  public struct Row: Codable, Sendable, Equatable {
    /// The share of the base model's own steps that it lets pass at least.
    public var share: Double
    /// The threshold, 0 to 9.
    public var threshold: Double
    /// The share of judged drafts that it accepts.
    public var accepted: Double
    /// Expected time of mode `reason` as a multiple of the base model's alone: below 1 it pays.
    public var cost: Double
    /// Of the drafts whose last number can be compared with that of the base model's own step, the
    /// share that is accepted where the two are the same and rejected where not; nil without such.
    public var agreement: Double?
  }

  /// The shares that are looked at.
  public static let shares = [1, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5]

  /// The judge and its score method.
  public var judge: CalibratedJudge
  /// Drafts that it judged.
  public var drafts: Int
  /// Drafts and own steps of which it gave no score that can be read.
  public var unreadable: Int
  /// What a judgement of a draft costs, in tokens that the base model decodes in the same time: the
  /// median.
  public var costInBaseTokens: Double
  /// How well it tells the base model's own steps from drafts; nil for too few.
  public var tellsOwn: RankAccuracy?
  /// How well it tells drafts that end in the number of the base model's step from others; nil for
  /// too few of either.
  public var tellsSame: RankAccuracy?
  /// Scores of the base model's own steps, in rising order.
  public var ownScores: [Double]
  /// Scores of the drafts, in rising order.
  public var draftScores: [Double]
  /// What each of ``shares`` comes to.
  public var rows: [Row]

  /// What `steps` say of `judge`; nil where it judged no draft.
  init?(_ judge: CalibratedJudge, in steps: [ObservedStep]) {
    guard let costs = StepCosts(steps) else { return nil }
    self.judge = judge
    let judged = steps.filter { step in step.draftScores.contains { $0.judge == judge.judge } }
    drafts = judged.count
    guard !judged.isEmpty else { return nil }
    let seconds = judged.flatMap(\.draftScores).filter { $0.judge == judge.judge }.map(\.seconds)
    let judging = Quartiles(seconds)?.median ?? 0
    costInBaseTokens = judging / costs.ownToken
    // What cannot be read is never accepted.
    let marks = judged.map { (score: judge.score(in: $0.draftScores) ?? -1, same: $0.saysSame) }
    let own = steps.map { judge.score(in: $0.ownScores) }
    ownScores = own.compactMap(\.self).sorted()
    draftScores = marks.map(\.score).filter { $0 >= 0 }.sorted()
    unreadable = own.count - ownScores.count + marks.count - draftScores.count
    let (scores, drafts) = (ownScores, drafts)
    tellsOwn = RankAccuracy(scores, above: marks.map(\.score))
    tellsSame = RankAccuracy(
      marks.filter { $0.same == true }.map(\.score),
      above: marks.filter { $0.same == false }.map(\.score))
    let compared = marks.filter { $0.same != nil }
    rows = Self.shares.compactMap { share in
      guard let threshold = AcceptanceThreshold.threshold(accepting: share, of: scores) else {
        return nil
      }
      let accepted = Double(marks.count { $0.score >= threshold }) / Double(drafts)
      let agreeing = compared.count { ($0.score >= threshold) == $0.same }
      return Row(
        share: share, threshold: threshold, accepted: accepted,
        cost: costs.relative(judging: judging, accepted: accepted),
        agreement: compared.isEmpty ? nil : Double(agreeing) / Double(compared.count))
    }
  }

  /// How well it tells good drafts from others, by the best that is known of it.
  var promise: Double { tellsSame?.area ?? tellsOwn?.area ?? 0.5 }

  /// Expected time where every draft is accepted, as a multiple of the base model's alone; nil
  /// without a threshold.
  var leastCost: Double? { rows.map { $0.cost - (1 - $0.accepted) }.min() }

  /// Findings on all judges of `kinds` with all score methods.
  public static func all(of kinds: [JudgeKind], in steps: [ObservedStep]) -> [JudgeFindings] {
    CalibratedJudge.all(of: kinds).compactMap { JudgeFindings($0, in: steps) }
  }

  /// The judges worth trying, at most `count`: likelihood, the only one that asks nothing, and the
  /// wordings that tell steps apart best, each with its better score method; none whose judgements
  /// and drafts alone take clearly longer than the base model's steps.
  public static func promising(_ findings: [JudgeFindings], count: Int) -> [JudgeFindings] {
    var kinds: Set<JudgeKind> = []
    let ranked = findings.filter { ($0.leastCost ?? .infinity) < 1.1 }
      .sorted { $0.promise > $1.promise }
      .filter { kinds.insert($0.judge.judge).inserted }
    let likelihood = ranked.filter { !$0.judge.judge.hasDigits }
    let wordings = ranked.filter { $0.judge.judge.hasDigits }
    return Array((likelihood + wordings).prefix(count))
  }

  /// The shares of drafts that the thresholds to try accept.
  private static let triedAcceptance = [0.6, 0.8, 0.95]

  /// The thresholds worth trying: those that accept 60%, 80% and 95% of the drafts, since what they
  /// accept decides what is gained. Each as the share of the base model's own steps that it lets
  /// pass, or, where it lets all of them pass, as a score.
  var thresholdsToTry: [(threshold: Double, share: Double?)] {
    var tried: [(threshold: Double, share: Double?)] = []
    for accepted in Self.triedAcceptance {
      guard
        let wanted = AcceptanceThreshold.threshold(accepting: accepted, of: draftScores),
        !ownScores.isEmpty
      else { continue }
      let passing = ownScores.count { $0 >= wanted }
      let share = (Double(passing) / Double(ownScores.count) * 100).rounded(.down) / 100
      var next: (threshold: Double, share: Double?) = (wanted, nil)
      // Where own steps are few at the place, the share would mean another threshold.
      if share < 1, let same = AcceptanceThreshold.threshold(accepting: share, of: ownScores),
        same - wanted < 0.5
      {
        next = (same, share)
      }
      if !tried.contains(where: { $0.threshold == next.threshold }) { tried.append(next) }
    }
    return tried
  }
}
