import Evaluation
import Foundation
import Traces

/// Progress of an evaluation on a terminal's last line, on standard error.
struct EvaluationProgress: Sendable {
  private var finished: Int
  private let total: Int
  private let finishedBefore: Int
  private let part: String
  private let start = ContinuousClock.now
  private var rightOf: [EvaluationConfiguration: (right: Int, solutions: Int)] = [:]

  /// `finished` are the rounds of `total` that were finished by earlier calls; `part` says of what,
  /// where there is more than one.
  init(finished: [EvaluationRound], of total: Int, part: String = "") {
    self.init(finished: finished.count, of: total, part: part)
    for round in finished { count(round) }
  }

  /// `finished` of `total` problems were finished by earlier calls; `part` says of what.
  init(finished: Int, of total: Int, part: String) {
    self.part = part
    self.finished = finished
    finishedBefore = finished
    self.total = total
  }

  /// One more problem is finished; nil for `round` where it was not solved but observed.
  mutating func finish(_ round: EvaluationRound?) {
    finished += 1
    if let round { count(round) }
  }

  private mutating func count(_ round: EvaluationRound) {
    for solution in round.solutions {
      rightOf[solution.configuration, default: (0, 0)].right += solution.right ? 1 : 0
      rightOf[solution.configuration, default: (0, 0)].solutions += 1
    }
  }

  /// Draws the line where there is a terminal: how far it is, what runs now and how often that was
  /// right so far, and the time left.
  func show(_ configuration: EvaluationConfiguration? = nil) {
    var parts = ["\(part)\(finished)/\(total) problems"]
    if let configuration { parts.append(configuration.label) }
    if let configuration, let count = rightOf[configuration], count.solutions > 0 {
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
