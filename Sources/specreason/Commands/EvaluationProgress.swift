import Evaluation
import Foundation
import Traces

/// Progress of an evaluation on a terminal's last line, on standard error.
struct EvaluationProgress: Sendable {
  private var finished: Int
  private let total: Int
  private let finishedBefore: Int
  private let start = ContinuousClock.now
  private var rightOf: [EvaluationConfiguration: (right: Int, solutions: Int)] = [:]

  /// `finished` are the rounds of `total` that were finished by earlier calls.
  init(finished: [EvaluationRound], of total: Int) {
    self.finished = 0
    finishedBefore = finished.count
    self.total = total
    for round in finished { finish(round) }
  }

  /// One more round is finished.
  mutating func finish(_ round: EvaluationRound) {
    finished += 1
    for solution in round.solutions { count(solution.configuration, isRight: solution.right) }
  }

  private mutating func count(_ configuration: EvaluationConfiguration, isRight: Bool) {
    rightOf[configuration, default: (0, 0)].right += isRight ? 1 : 0
    rightOf[configuration, default: (0, 0)].solutions += 1
  }

  /// Draws the line where there is a terminal: how far it is, what runs now and how often that was
  /// right so far, and the time left.
  func show(_ configuration: EvaluationConfiguration) {
    var parts = ["\(finished)/\(total) problems", configuration.label]
    if let count = rightOf[configuration], count.solutions > 0 {
      parts.append(
        String(
          format: "%d/%d right, %.0f%%", count.right, count.solutions,
          100 * Double(count.right) / Double(count.solutions)))
    }
    if let timeLeft { parts.append("\(timeLeft) left") }
    tell(parts.joined(separator: " · "))
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
