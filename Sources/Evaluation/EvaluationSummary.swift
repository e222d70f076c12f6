import Traces

/// What one configuration achieved over all rounds: one row of an evaluation's table.
public struct EvaluationSummary: Codable, Sendable, Equatable {
  /// Wall time per problem, in seconds.
  public struct Seconds: Codable, Sendable, Equatable {
    /// The median over all solutions.
    public var median: Double
    /// The mean over all solutions.
    public var mean: Double
    /// The sum over all solutions.
    public var total: Double
  }

  /// How the figures vary from seed to seed.
  public struct OverSeeds: Codable, Sendable, Equatable {
    /// Share of right answers per seed, 0 to 1.
    public var accuracy: Quartiles
    /// Median seconds per seed.
    public var seconds: Quartiles
    /// Speedup per seed; nil when the base model alone is not part of the evaluation.
    public var speedup: Quartiles?
  }

  /// The published method that the configuration stands for; nil for none.
  public var method: String?
  /// How the models worked together.
  public var mode: Mode
  /// The acceptance threshold; nil where the mode judges nothing.
  public var threshold: Double?
  /// How the base model judged; nil where the mode judges nothing.
  public var judge: JudgeKind?
  /// Steps that the base model wrote first; nil where the mode judges nothing.
  public var firstBaseSteps: Int?
  /// The number of different problems.
  public var problems: Int
  /// The number of solutions: problems × seeds × samples.
  public var solutions: Int
  /// The number of right solutions.
  public var right: Int
  /// Share of right solutions, 0 to 1.
  public var accuracy: Double
  /// The 95% interval of the accuracy, over problems: several solutions of one are not independent.
  /// Nil without problems.
  public var interval: ConfidenceInterval?
  /// How often at least one of several solutions is right; nil with one solution of each problem.
  public var passAt: [PassAt]?
  /// The same problems solved by the first configuration; nil for itself.
  public var comparison: PairedComparison?
  /// What came of the solutions.
  public var outcomes: Outcomes
  /// The number of answers that did not stand in a box.
  public var withoutBox: Int
  /// The number of answers that could not be read as mathematics, or whose right one could not.
  public var comparedAsText: Int
  /// Wall time per problem.
  public var seconds: Seconds
  /// Share of drafted steps that were accepted; nil where none was judged.
  public var acceptance: Double?
  /// Tokens by purpose, of all solutions.
  public var tokens: TokenCounts
  /// How many solutions ended for which reason, by the reason's name in traces.
  public var stops: [String: Int]
  /// The number of solutions that did not end as the base model's own solution of the same round and
  /// sample did: one came to its own end, the other was stopped, or they were stopped by different
  /// things. Where it is not 0, the speedup compares unlike things. Nil when the base model alone is
  /// not part of the evaluation.
  public var endedOtherwise: Int?
  /// Mean number of tokens that both models wrote for a solution.
  public var tokensPerSolution: Double
  /// Median seconds of the base model alone divided by median seconds here, from the same rounds;
  /// nil when the base model alone is not part of the evaluation.
  public var speedup: Double?
  /// The spread over seeds; nil with one seed.
  public var overSeeds: OverSeeds?

  /// One summary for each of `configurations`.
  public static func summaries(
    of rounds: [EvaluationRound], for configurations: [EvaluationConfiguration]
  ) -> [EvaluationSummary] {
    let reference = configurations.first { $0.mode == .base }
    let bySeed = Dictionary(grouping: rounds, by: \.seed)
    let seeds = bySeed.keys.sorted()
    return configurations.map { configuration in
      var summary = EvaluationSummary(configuration, rounds: rounds, reference: reference)
      if let first = configurations.first, first != configuration {
        summary.comparison = comparison(of: configuration, with: first, rounds)
      }
      let each = seeds.map {
        EvaluationSummary(configuration, rounds: bySeed[$0] ?? [], reference: reference)
      }
      if each.count > 1, let accuracy = Quartiles(each.map(\.accuracy)),
        let seconds = Quartiles(each.map(\.seconds.median))
      {
        let speedups = each.compactMap(\.speedup)
        summary.overSeeds = OverSeeds(
          accuracy: accuracy, seconds: seconds, speedup: Quartiles(speedups))
      }
      return summary
    }
  }

  private init(
    _ configuration: EvaluationConfiguration, rounds: [EvaluationRound],
    reference: EvaluationConfiguration?
  ) {
    method = configuration.method
    mode = configuration.mode
    threshold = configuration.threshold
    judge = configuration.judge
    firstBaseSteps = configuration.firstBaseSteps
    func solutions(_ wanted: EvaluationConfiguration) -> [[EvaluationRound.Solution]] {
      rounds.map { $0.solutions.filter { $0.configuration == wanted } }
    }
    let own = solutions(configuration)
    let all = own.flatMap(\.self)
    problems = Set(rounds.map(\.problem)).count
    self.solutions = all.count
    right = all.count(where: \.right)
    accuracy = all.isEmpty ? 0 : Double(right) / Double(all.count)
    interval = ConfidenceInterval(share: accuracy, of: problems)
    passAt = Self.passAt(Array(Self.counts(of: configuration, in: rounds).values))
    outcomes = Outcomes(all)
    withoutBox = all.count { $0.boxed == false }
    comparedAsText = all.count { $0.compared == .text }
    let times = all.map(\.seconds)
    let median = Quartiles(times)?.median ?? 0
    let total = times.reduce(0, +)
    seconds = Seconds(median: median, mean: total / Double(max(1, all.count)), total: total)
    let accepted = all.reduce(0) { $0 + $1.accepted }
    let decided = all.reduce(accepted) { $0 + $1.rejected }
    acceptance = decided > 0 ? Double(accepted) / Double(decided) : nil
    tokens = all.reduce(into: TokenCounts()) { $0 += $1.tokens }
    stops = Dictionary(all.map { ($0.stop.rawValue, 1) }, uniquingKeysWith: +)
    endedOtherwise = reference.map { reference in
      zip(own, solutions(reference)).reduce(0) { count, round in
        count
          + round.0.count { solution in
            round.1.contains { $0.sample == solution.sample && !solution.endsLike($0) }
          }
      }
    }
    tokensPerSolution = Double(tokens.draft + tokens.base) / Double(max(1, all.count))
    let baseTimes = reference.map { solutions($0).flatMap(\.self).map(\.seconds) } ?? []
    speedup = Quartiles(baseTimes).flatMap { median > 0 ? $0.median / median : nil }
  }

  /// For each problem by its number the solutions of `configuration` and the right ones among them.
  private static func counts(
    of configuration: EvaluationConfiguration, in rounds: [EvaluationRound]
  ) -> [Int: (solutions: Int, right: Int)] {
    rounds.reduce(into: [:]) { counts, round in
      let own = round.solutions.filter { $0.configuration == configuration }
      guard !own.isEmpty else { return }
      counts[round.problem, default: (0, 0)].solutions += own.count
      counts[round.problem, default: (0, 0)].right += own.count(where: \.right)
    }
  }

  /// At 1, 2, 5, 10, … solutions, up to as many as each problem has.
  private static func passAt(_ counts: [(solutions: Int, right: Int)]) -> [PassAt]? {
    guard let fewest = counts.map(\.solutions).min(), fewest > 1 else { return nil }
    let usual = [1, 2, 5, 10, 20, 50, 100, 200, 500].filter { $0 < fewest }
    return (usual + [fewest]).compactMap { PassAt($0, of: counts) }
  }

  private static func comparison(
    of configuration: EvaluationConfiguration, with other: EvaluationConfiguration,
    _ rounds: [EvaluationRound]
  ) -> PairedComparison {
    let own = counts(of: configuration, in: rounds)
    let others = counts(of: other, in: rounds)
    var (problems, better, worse) = (0, 0, 0)
    for (problem, count) in own {
      guard let theirs = others[problem] else { continue }
      problems += 1
      // Shares, as an interruption may leave one with fewer solutions.
      let (left, right) = (count.right * theirs.solutions, theirs.right * count.solutions)
      better += left > right ? 1 : 0
      worse += left < right ? 1 : 0
    }
    return PairedComparison(with: other.label, of: problems, better: better, worse: worse)
  }
}

extension EvaluationRound.Solution {
  /// Whether both came to their own end, or were stopped by the same.
  fileprivate func endsLike(_ other: Self) -> Bool {
    stop == other.stop || stop.isOwnEnd && other.stop.isOwnEnd
  }
}
