import Reasoning
import Traces

/// What was found to be best for a pair of models, as it is kept for later runs.
public struct Calibration: Codable, Sendable, Equatable {
  /// The program's version.
  public var version: String
  /// The day it was made, such as `2026-12-01`.
  public var date: String
  /// The base model's file, for people to read.
  public var base: String
  /// The draft model's file, for people to read.
  public var draft: String
  /// Problems that it rests on.
  public var problems: Int
  /// How the models are to work together.
  public var mode: Mode
  /// How steps are to be judged; nil where none is.
  public var judge: JudgeKind?
  /// How digits are to become a score; nil where no step is judged.
  public var score: ScoreMethod?
  /// The threshold, such as `80%`; nil where no step is judged.
  public var threshold: String?
  /// Why, in one sentence.
  public var reason: String
  /// Scores of the base model's own steps, of every judge: a sample.
  public var ownScores: [OwnScores]

  /// Scores kept of each judge.
  static let keptScores = 60

  /// The calibration that `best` amounts to, nil for the base model alone.
  public init(
    _ best: CalibrationTrial?, _ findings: [JudgeFindings], problems: Int, version: String,
    date: String, base: String, draft: String, reason: String
  ) {
    self.version = version
    self.date = date
    self.base = base
    self.draft = draft
    self.problems = problems
    self.reason = reason
    mode = best?.configuration.mode ?? .base
    if mode.judgesSteps, let tried = best?.configuration {
      judge = tried.judge
      score = tried.score
      threshold =
        (best?.share.map(AcceptanceThreshold.share)
        ?? tried.threshold.map(AcceptanceThreshold.score))?
        .text
    }
    ownScores = findings.map { findings in
      OwnScores(
        judge: findings.judge.judge, method: findings.judge.method,
        scores: Self.sample(of: findings.ownScores))
    }
  }

  /// At most ``keptScores`` of scores in rising order, evenly spaced, in hundredths.
  private static func sample(of scores: [Double]) -> [Double] {
    let count = min(keptScores, scores.count)
    return (0..<count).map { place in
      let middle = (Double(place) + 0.5) / Double(count) * Double(scores.count)
      return (scores[min(scores.count - 1, Int(middle))] * 100).rounded(.down) / 100
    }
  }

  /// Changes `options` to what is proposed, as far as the person did not ask for something else.
  ///
  /// A threshold that is a score belongs to its judge; a share means the same with any of the base
  /// model's.
  ///
  /// - Parameter isGiven: Whether the person gave the option of that name.
  /// - Returns: Whether anything of it holds.
  @discardableResult
  public func apply(to options: inout RunOptions, unless isGiven: (String) -> Bool) -> Bool {
    var holds = false
    if !isGiven("mode") {
      options.mode = mode
      holds = true
    }
    guard let judge, let score, let threshold, options.mode.judgesSteps else { return holds }
    let takesJudge = !isGiven("judge") && !isGiven("judge-question")
    if takesJudge { options.judge = judge }
    let takesScore = !isGiven("score")
    if takesScore { options.score = score }
    if !isGiven("threshold"), !isGiven("adapt"),
      let setting = try? Setting(.threshold, from: threshold)
    {
      var changed = options
      changed.apply(setting)
      // A score means nothing by another judge.
      if changed.thresholdShare != nil && changed.judge.asksBase || takesJudge && takesScore {
        options = changed
        holds = true
      }
    }
    return holds || takesJudge || takesScore
  }

  /// What it proposes, such as `reason, likelihood, τ 80%`.
  public var summary: String {
    var options = RunOptions()
    apply(to: &options) { _ in false }
    return options.summary
  }

  /// Whether its values are ones that a calibration can have: a file may hold anything.
  public var isSound: Bool {
    let hasThreshold = threshold.map { (try? Setting(.threshold, from: $0)) != nil } ?? true
    let known = ownScores.allSatisfy { own in
      own.scores.count <= Self.keptScores && own.scores.allSatisfy { (0...9).contains($0) }
    }
    return hasThreshold && known && mode.judgesSteps == (judge != nil)
      && judge.map { $0 != .own && $0.asksBase } ?? true
      && (judge == nil) == (threshold == nil) && (judge == nil) == (score == nil)
  }
}

extension RunOptions {
  /// Mode, and how steps are judged where they are, such as `reason, likelihood, τ 80%`.
  public var summary: String {
    guard mode.judgesSteps else { return mode.rawValue }
    return "\(mode.rawValue), \(CalibratedJudge(judge, score).name), τ \(acceptance.text)"
  }
}
