import Foundation
import Traces

/// Progress of an evaluation on a terminal's last line, on standard error.
struct EvaluationProgress: Sendable {
  private var finished: Int
  private let total: Int
  private let finishedBefore: Int
  private let part: String
  private let start = ContinuousClock.now

  /// `finished` of `total` rounds were finished by earlier calls; `part` says of what, where there
  /// is more than one.
  init(finished: Int, of total: Int, part: String = "") {
    self.part = part
    self.finished = finished
    finishedBefore = finished
    self.total = total
  }

  /// One more round is finished.
  mutating func finishedOne() {
    finished += 1
  }

  /// Draws the line where there is a terminal.
  func show() {
    tell("\(part)\(finished)/\(total) problems" + (timeLeft.map { " · \($0) left" } ?? ""))
  }

  /// Takes the line away.
  func clear() {
    tell("")
  }

  /// Errors of a turn, which goes on counting as a wrong answer.
  func report(errorsIn events: [Event], problem: Int) {
    for case .error(let notice) in events.map(\.kind) {
      clear()
      Failure.report("specreason: problem \(problem): \(notice.message)")
    }
  }

  private var timeLeft: String? {
    guard finished > finishedBefore else { return nil }
    let each = (ContinuousClock.now - start) / .seconds(1) / Double(finished - finishedBefore)
    let seconds = each * Double(total - finished)
    return switch seconds {
    case ..<90: String(format: "%.0f s", seconds)
    case ..<5400: String(format: "%.0f min", seconds / 60)
    default: String(format: "%.1f h", seconds / 3600)
    }
  }

  private func tell(_ line: String) { ProgressLine.tell(line) }
}
