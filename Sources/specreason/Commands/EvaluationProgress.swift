import Backends
import Foundation
import Reasoning
import Traces

/// Progress of an evaluation on a terminal's last line, on standard error.
struct EvaluationProgress: Sendable {
  private var finished: Int
  private let total: Int
  private let finishedBefore: Int
  private let start = ContinuousClock.now

  /// `finished` of `total` rounds were finished by earlier calls.
  init(finished: Int, of total: Int) {
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
    tell("\(finished)/\(total) problems" + (timeLeft.map { " · \($0) left" } ?? ""))
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

  private func tell(_ line: String) {
    guard isatty(STDERR_FILENO) != 0 else { return }
    FileHandle.standardError.write(Data("\r\(line)\u{1B}[K".utf8))
  }
}

/// What an evaluation's results depend on, as names and values.
enum EvaluationSettings {
  /// The settings of `plan` over `problems` with the models of `pair`.
  static func of(
    _ plan: EvaluationPlan, problems: [Problem], models: LocalEngine.Files, _ pair: PairOptions
  ) throws -> [String: String] {
    var settings: [String: String] = [
      "configurations": plan.configurations.map(\.label).joined(separator: " "),
      "seeds": plan.seeds.map(String.init).joined(separator: " "),
      "samples": "\(plan.samples)",
      "problems": "\(problems.count), checksum \(try checksum(of: problems))",
      "base": try describe(models.base),
      "draft": try models.draft.map(describe) ?? "none",
      "context": pair.context.map { "\($0)" } ?? "the model's own",
      "threads": pair.threads.map { "\($0)" } ?? "one a core",
    ]
    // What varies between configurations stands in them already.
    let varying: Set = ["mode", "allowsOtherMode", "threshold", "judge", "firstBaseSteps", "seed"]
    for case (let name?, let value) in Mirror(reflecting: plan.options).children
    where !varying.contains(name) {
      settings[name] = "\(value)"
    }
    return settings
  }

  /// A model's file and its size: the same name may come to hold another model.
  private static func describe(_ path: String) throws -> String {
    let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
    return "\(path) of \(size ?? 0) bytes"
  }

  /// FNV-1a of the problems and their answers.
  private static func checksum(of problems: [Problem]) throws -> String {
    let bytes = problems.map { "\($0.problem)\u{0}\($0.answer)\u{0}" }.joined().utf8
    let hash = bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01B3
    }
    return String(hash, radix: 16)
  }
}
