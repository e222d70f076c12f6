import Foundation
import Traces
import Viewer

/// What exports say about a run besides its text, as names and values.
enum RunFacts {
  /// The models and options of the run.
  static func facts(of run: RunState) -> [(name: String, value: String)] {
    guard let started = run.started else { return [] }
    var facts = [("base model", name(started.base))]
    if let draft = started.draft { facts.append(("draft model", name(draft))) }
    let options = started.options
    facts.append(("mode", options.mode.rawValue))
    if options.mode.judgesSteps {
      facts.append(
        (
          "acceptance threshold τ",
          options.thresholdShare == nil
            ? number(options.threshold, decimals: 1)
            : "\(options.acceptance.text) of the base model's own steps pass"
        ))
      let method = options.judge.hasDigits ? ", \(options.score.rawValue) score" : ""
      facts.append(("judge", options.judge.rawValue + method))
      for name in ["cascade", "glimpse", "triggers"] {
        guard let value = RunOption.named(name)?.value(in: options), value != .off else { continue }
        facts.append((name, value.text))
      }
      if [options.judge, options.secondJudge, options.cascade?.judge].contains(.own) {
        let wording = options.judgeWording
        facts.append(("judge's question", "\(wording.question) \(wording.opening)"))
      }
    }
    facts.append(("seed", "\(options.seed)"))
    facts.append(("machine", started.machine))
    facts.append(("program", "specreason \(started.version)"))
    return facts
  }

  private static func name(_ model: ModelDescription) -> String {
    [model.name, model.quantization].compactMap(\.self).joined(separator: " ")
  }

  /// How a turn ended and what speculation gained; empty while it runs.
  static func outcome(of turn: TurnState, in run: RunState) -> [String] {
    guard let end = turn.ended else { return [] }
    let metrics = TurnMetrics(turn: turn, run: run)
    var parts = [end.stop.sentence(turn.answer)]
    if let rate = metrics.acceptanceRate {
      let decided = metrics.accepted + metrics.rejected
      parts.append("\(metrics.accepted) of \(decided) drafted steps accepted (\(percent(rate)))")
    }
    if turn.unaskedSteps > 0 {
      parts.append("\(turn.unaskedSteps) of them without asking the base model")
    }
    if let breakEven = metrics.breakEvenAcceptance {
      parts.append(
        breakEven <= 1
          ? "speculation breaks even at \(percent(breakEven)) accepted"
          : "drafting and judging a step cost more than writing it")
    }
    if let cost = metrics.judgeCostInBaseTokens {
      parts.append("one judgement costs \(number(cost, decimals: 1)) base tokens")
    }
    parts += Format.againstBase(end.seconds, baseAlone: metrics.baseAlone)
    if metrics.baseAlone == nil, let estimated = metrics.estimatedSpeedup {
      parts.append("\(number(estimated, decimals: 2))× speedup (est.)")
    }
    if let race = turn.race {
      parts.append("race: \(race.comparison)")
    } else if let measured = metrics.measuredSpeedup {
      parts.append("\(number(measured, decimals: 2))× speedup (measured)")
    }
    return parts
  }

  /// What each purpose took, without the purposes that took nothing; nil where all did.
  static func table(of ledger: Ledger) -> Table? {
    let works = [
      ("draft model: steps", ledger.drafting), ("draft tokens proposed", ledger.proposing),
      ("base model: judging", ledger.judging), ("draft model: judging", ledger.selfJudging),
      ("base model: second judge", ledger.secondJudging),
      ("base model: regenerating", ledger.regenerating),
      ("base model: writing", ledger.writing), ("of these wasted", ledger.discarded),
    ].filter { $0.1 != Work() }
    guard !works.isEmpty else { return nil }
    return Table(
      of: works,
      [
        "purpose": { $0.0 }, "tokens": { "\($0.1.tokens)" }, "passes": { "\($0.1.passes)" },
        "seconds": { number($0.1.seconds, decimals: 4) },
      ])
  }

  /// `value` with `decimals` decimals.
  static func number(_ value: Double, decimals: Int) -> String {
    String(format: "%.\(decimals)f", value)
  }

  private static func percent(_ share: Double) -> String {
    number(share * 100, decimals: 0) + "%"
  }
}
