import Synchronization
import Traces

/// What the server did since it began, for `/metrics`.
package final class ServerMetrics: Sendable {
  /// How a request ended.
  package enum Outcome: String, CaseIterable, Sendable {
    case answered
    /// A budget or the context ended it.
    case length
    /// The client hung up, or the server ended.
    case cancelled
    /// The request was wrong, or too many waited.
    case refused
    case failed
  }

  private struct Counts {
    var outcomes: [Outcome: Int] = [:]
    var promptTokens = 0
    var tokens = TokenCounts()
    var accepted = 0
    var rejected = 0
    var unreadable = 0
    var scores = Histogram(bounds: (0...9).map(Double.init))
    var draftSeconds = 0.0
    var judgeSeconds = 0.0
    var baseSeconds = 0.0
    var waitedSeconds = 0.0
    var turnSeconds = Histogram(bounds: [0.1, 0.3, 1, 3, 10, 30, 100, 300, 1_000])
  }

  private let counts = Mutex(Counts())

  /// Nothing yet.
  package init() {}

  /// Counts a request's end.
  package func ended(_ outcome: Outcome) {
    counts.withLock { $0.outcomes[outcome, default: 0] += 1 }
  }

  /// Counts the seconds that a request waited for the ones before it.
  func waited(_ seconds: Double) {
    counts.withLock { $0.waitedSeconds += seconds }
  }

  /// Counts what `event` tells of judging.
  func take(_ event: Event.Kind) {
    guard case .stepJudged(let judged) = event else { return }
    counts.withLock { counts in
      if let score = judged.score { counts.scores.add(score) } else { counts.unreadable += 1 }
    }
  }

  /// Counts a turn that has ended.
  func take(_ metrics: TurnMetrics, promptTokens: Int) {
    counts.withLock { counts in
      counts.promptTokens += promptTokens
      counts.tokens += metrics.tokens
      counts.accepted += metrics.accepted
      counts.rejected += metrics.rejected
      counts.draftSeconds += metrics.seconds.draft
      counts.judgeSeconds += metrics.seconds.judge
      counts.baseSeconds += metrics.seconds.base
      counts.turnSeconds.add(metrics.wallSeconds)
    }
  }

  /// Everything in Prometheus' text format, version 0.0.4
  /// (prometheus.io/docs/instrumenting/exposition_formats).
  ///
  /// - Parameters:
  ///   - waiting: Requests that wait now.
  ///   - running: Requests that are answered now.
  func text(waiting: Int, running: Int) -> String {
    let counts = counts.withLock { $0 }
    func family(_ name: String, _ type: String, _ help: String, _ lines: [String]) -> [String] {
      ["# HELP \(name) \(help)", "# TYPE \(name) \(type)"] + lines
    }
    func labelled(
      _ name: String, _ label: String, _ help: String, _ values: [(String, String)]
    ) -> [String] {
      family(name, "counter", help, values.map { "\(name){\(label)=\"\($0.0)\"} \($0.1)" })
    }
    let tokens = counts.tokens
    var lines = labelled(
      "specreason_requests_total", "outcome", "Chat requests by how they ended.",
      Outcome.allCases.map { ($0.rawValue, "\(counts.outcomes[$0] ?? 0)") })
    lines += family(
      "specreason_requests_waiting", "gauge", "Chat requests that wait for the models.",
      ["specreason_requests_waiting \(waiting)"])
    lines += family(
      "specreason_requests_running", "gauge", "Chat requests that the models work on.",
      ["specreason_requests_running \(running)"])
    lines += family(
      "specreason_waited_seconds_total", "counter", "Seconds that requests waited for the models.",
      ["specreason_waited_seconds_total \(counts.waitedSeconds)"])
    lines += family(
      "specreason_turn_seconds", "histogram", "Wall time of a request in the models.",
      counts.turnSeconds.lines("specreason_turn_seconds"))
    lines += labelled(
      "specreason_drafted_steps_total", "verdict", "Drafted steps by what became of them.",
      [("accepted", "\(counts.accepted)"), ("rejected", "\(counts.rejected)")])
    lines += family(
      "specreason_judge_score", "histogram", "Judge scores, 0 to 9.",
      counts.scores.lines("specreason_judge_score"))
    lines += family(
      "specreason_unreadable_judgements_total", "counter", "Judgements that gave no score.",
      ["specreason_unreadable_judgements_total \(counts.unreadable)"])
    lines += labelled(
      "specreason_tokens_total", "purpose",
      "Tokens by purpose; discarded ones are also in draft or base, kept proposals in base.",
      [
        ("prompt", "\(counts.promptTokens)"), ("draft", "\(tokens.draft)"),
        ("judge", "\(tokens.judge)"), ("base", "\(tokens.base)"),
        ("discarded", "\(tokens.discarded)"), ("proposed", "\(tokens.proposed)"),
        ("proposed_kept", "\(tokens.proposedKept)"),
      ])
    lines += labelled(
      "specreason_seconds_total", "purpose", "Seconds of finished work by purpose.",
      [
        ("draft", "\(counts.draftSeconds)"), ("judge", "\(counts.judgeSeconds)"),
        ("base", "\(counts.baseSeconds)"),
      ])
    return lines.joined(separator: "\n") + "\n"
  }
}
