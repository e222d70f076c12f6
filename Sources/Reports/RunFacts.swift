import Foundation
import Traces

/// What exports say of a run beside its text: names and values.
enum RunFacts {
  /// What was asked for, and of whom.
  static func facts(of run: RunState) -> [(name: String, value: String)] {
    guard let started = run.started else { return [] }
    var facts = [("base model", name(started.base))]
    if let draft = started.draft { facts.append(("draft model", name(draft))) }
    facts.append(("mode", started.mode.rawValue))
    if started.mode.judgesSteps {
      facts.append(("acceptance threshold τ", number(started.threshold, decimals: 1)))
      facts.append(("judge", "\(started.judge.rawValue), \(started.score.rawValue) score"))
      if let wording = started.judgeWording {
        facts.append(("judge's question", "\(wording.question) \(wording.opening)"))
      }
    }
    facts.append(("seed", "\(started.seed)"))
    facts.append(("machine", started.machine))
    facts.append(("program", "specreason \(started.version)"))
    return facts
  }

  private static func name(_ model: ModelDescription) -> String {
    [model.name, model.quantization].compactMap(\.self).joined(separator: " ")
  }

  /// How a turn ended and what it gained; empty while it runs.
  static func outcome(of turn: TurnState, in run: RunState) -> [String] {
    guard let end = turn.ended else { return [] }
    let metrics = TurnMetrics(turn: turn, run: run)
    var parts = ["stopped: \(end.stop.rawValue)"]
    if let rate = metrics.acceptanceRate {
      let decided = metrics.accepted + metrics.rejected
      parts.append("\(metrics.accepted) of \(decided) drafted steps accepted (\(percent(rate)))")
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
    if let measured = metrics.measuredSpeedup {
      parts.append("\(number(measured, decimals: 2))× speedup (measured)")
    } else if let estimated = metrics.estimatedSpeedup {
      parts.append("\(number(estimated, decimals: 2))× speedup (est.)")
    }
    parts.append("\(number(end.seconds, decimals: 2)) s")
    return parts
  }

  /// The ledger's rows that have something in them: purpose, tokens, passes, seconds.
  static func rows(of ledger: Ledger) -> [[String]] {
    let works = [
      ("draft model: steps", ledger.drafting), ("draft tokens proposed", ledger.proposing),
      ("base model: judging", ledger.judging),
      ("base model: second judge", ledger.secondJudging),
      ("base model: regenerating", ledger.regenerating),
      ("base model: writing", ledger.writing), ("of these discarded", ledger.discarded),
    ]
    return works.filter { $0.1 != Work() }.map { name, work in
      [name, "\(work.tokens)", "\(work.passes)", number(work.seconds, decimals: 4)]
    }
  }

  /// The head of those rows.
  static let ledgerColumns = ["purpose", "tokens", "passes", "seconds"]

  static func number(_ value: Double, decimals: Int) -> String {
    String(format: "%.\(decimals)f", value)
  }

  private static func percent(_ share: Double) -> String {
    number(share * 100, decimals: 0) + "%"
  }
}
