import ArgumentParser
import Backends
import DemoPair
import Evaluation
import Foundation
import Reasoning
import Traces

extension BenchPair {
  /// Measures a pair of which a model is behind a server. Its server takes texts alone, so the models write
  /// what they write.
  func measureThroughServers(_ pair: LocalEngine.Files) throws {
    let problems = try base == "demo" ? DemoPair.problems() : DemoPair.calibrationProblems()
    let engine = try ServerPair(
      pair, local: { LocalEngine(files: $0, soleRole: $1, threads: compute.threads) })
    let described = try Foreground.run { try await engine.describe() }
    let judges = described.usable(judges)
    if !json {
      showHead(
        [described.base, described.draft].compactMap(\.self).map { "\($0.name) (\($0.source))" },
        "steps of at most \(stepTokens) tokens")
    }
    let trial = PairTrial(on: problems, stepTokens: stepTokens)
    for judge in judges {
      let outcomes = try Foreground.run { [steps, accept] in
        var outcomes: [PairTrial.Outcome] = []
        for percentage in accept.counts {
          outcomes.append(
            try await trial.measure(
              steps: steps, acceptance: Double(percentage) / 100, judge: judge, on: engine))
        }
        return outcomes
      }
      let all = outcomes.reduce(PairTrial.Outcome(), +)
      for outcome in outcomes {
        try show(
          Row(
            judge: judge, wordingTokens: all.wordingTokens, acceptance: outcome.acceptance,
            speedup: outcome.speedup, limit: all.limit.speedup(acceptance: outcome.acceptance),
            breakEven: all.limit.breakEven))
      }
    }
  }
}
