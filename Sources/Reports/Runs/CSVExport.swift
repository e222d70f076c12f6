import Traces
import Viewer

/// A run's steps as comma-separated values: one row for each step of each turn.
package enum CSVExport {
  /// The table with its head (RFC 4180). What a step does not have is an empty field; numbers have a
  /// point, times are seconds, texts are as they were written.
  package static func document(of run: RunState) -> String {
    let steps = run.turns.flatMap { turn in turn.steps.map { (turn, $0) } }
    return Table(
      of: steps,
      [
        "turn": { "\($0.0.number)" },
        "step": { "\($0.1.number)" },
        "status": { $0.1.committed?.status.rawValue ?? "" },
        "by": { $0.1.committed?.by.rawValue ?? "" },
        "verdict": { $0.1.decided?.verdict.rawValue ?? "" },
        "decided_by": { $0.1.decided?.by.rawValue ?? "" },
        "threshold": { number($0.1.decided?.threshold) },
        "score": { number($0.1.judged?.score) },
        "greedy": { $0.1.judged?.greedy.map(String.init) ?? "" },
        "average": { number($0.1.judged?.average) },
        "own_score": { number($0.1.scored?.score) },
        "draft_tokens": { $0.1.drafted.map { "\($0.tokens)" } ?? "" },
        "tokens": { $0.1.committed.map { "\($0.tokens)" } ?? "" },
        "draft_seconds": { number($0.1.drafted?.seconds) },
        "judge_seconds": { number($0.1.judged?.seconds) },
        "seconds": { number($0.1.committed?.seconds) },
        "cut": { $0.1.committed.map { $0.cut ? "true" : "false" } ?? "" },
        "identical": { $0.1.committed?.identical.map { $0 ? "true" : "false" } ?? "" },
        "draft": { $0.1.drafted?.text ?? "" },
        "text": { $0.1.committed?.text ?? "" },
      ]
    ).csv
  }

  private static func number(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }
}
