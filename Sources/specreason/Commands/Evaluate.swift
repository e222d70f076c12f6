import ArgumentParser
import Backends
import DemoPair
import Foundation
import Reasoning
import Traces

/// `specreason eval`: right answers and seconds over many problems, modes and thresholds.
struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "eval",
    abstract: "Measure modes and thresholds over the demo pair's held-out problems.",
    discussion: """
      Each problem is solved once by every mode and threshold in turn, so that all of them meet \
      the same state of the machine; nothing computed for one is kept for the next.
      """)

  @Option(help: "How many problems. [default: all]")
  var count: Int?

  @Option(name: .customLong("modes"), parsing: .upToNextOption, help: "Modes to compare.")
  var modes: [Mode] = [.base, .draft, .reason]

  @Option(parsing: .upToNextOption, help: "Acceptance thresholds for the modes that judge.")
  var thresholds: [Double] = [3, 5, 7, 9]

  @OptionGroup(title: "Models")
  var pair: PairOptions

  @OptionGroup(title: "Reasoning (mode and threshold come from --modes and --thresholds)")
  var reasoning: ReasoningFlags

  @Flag(help: "One JSON object a line for each mode and threshold.")
  var json = false

  func validate() throws {
    guard !modes.isEmpty, !thresholds.isEmpty, thresholds.allSatisfy({ (0...9).contains($0) })
    else { throw ValidationError("--thresholds must be between 0 and 9.") }
    if reasoning.unreadable == .ask {
      throw ValidationError("--unreadable ask needs the viewer: nobody answers here.")
    }
    if let count, count < 1 { throw ValidationError("--count must be 1 or more.") }
  }

  func run() throws {
    let files = try pair.files()
    let problems = Array(try DemoPair.problems().prefix(count ?? .max))
    let base = try reasoning.options(hasDraft: files.draft != nil, isDemo: pair.isDemo)
    let configurations = modes.flatMap { mode in
      (mode.judgesSteps ? thresholds : [base.threshold]).map { threshold in
        var options = base
        options.mode = mode
        options.threshold = threshold
        return options
      }
    }
    let results = try Foreground.run { [pair] in
      let engine = pair.engine(files)
      var results = configurations.map(EvaluationResult.init)
      for (index, problem) in problems.enumerated() {
        for position in results.indices {
          try Task.checkCancellation()
          await engine.forget()
          try await results[position].add(problem, solvedBy: engine)
        }
        Self.tell("\(index + 1)/\(problems.count)")
      }
      return results
    }
    Self.tell(nil)
    let reference = results.first { $0.options.mode == .base }
    if !json { Printing.line(EvaluationResult.heading) }
    for result in results {
      if json {
        try Printing.json(result.summary(against: reference))
      } else {
        Printing.line(result.row(against: reference))
      }
    }
  }

  /// Progress on a terminal's last line, which nil clears.
  private static func tell(_ progress: String?) {
    guard isatty(STDERR_FILENO) != 0 else { return }
    FileHandle.standardError.write(Data("\r\(progress ?? "")\u{1B}[K".utf8))
  }
}

/// What one mode and threshold reached over the problems.
struct EvaluationResult: Sendable {
  let options: ReasoningOptions
  private var right = 0
  private var seconds: [Double] = []
  private var accepted = 0
  private var rejected = 0
  private var tokens = TokenCounts()

  /// No problem solved yet.
  init(options: ReasoningOptions) {
    self.options = options
  }

  /// What `--json` prints.
  struct Summary: Encodable {
    struct Seconds: Encodable {
      var median: Double
      var total: Double
    }

    var mode: Mode
    var threshold: Double?
    var problems: Int
    var right: Int
    var accuracy: Double
    var seconds: Seconds
    var acceptance: Double?
    var tokens: TokenCounts
    var speedup: Double?
  }

  /// Lets the pair solve `problem`, and counts what it took.
  mutating func add(_ problem: Problem, solvedBy engine: LocalEngine) async throws {
    let reasoner = Reasoner(backend: engine, options: options, version: SpecReason.version)
    try await reasoner.start()
    await reasoner.run(prompt: problem.problem)
    await reasoner.finish()
    for await event in reasoner.events {
      switch event.kind {
      case .answer(let answer):
        if AnswerChecker.agree(answer.boxed ?? "", problem.answer) { right += 1 }
      case .turnEnded(let end):
        seconds.append(end.seconds)
        accepted += end.accepted
        rejected += end.rejected
        tokens.draft += end.tokens.draft
        tokens.judge += end.tokens.judge
        tokens.base += end.tokens.base
        tokens.discarded += end.tokens.discarded
      case .error(let notice):
        Failure.report("specreason: \(notice.message)")
      default:
        break
      }
    }
  }

  /// Median of the problems' wall times; 0 before the first.
  private var median: Double {
    let sorted = seconds.sorted()
    return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
  }

  /// The figures, with the speedup as a ratio of medians.
  func summary(against reference: EvaluationResult?) -> Summary {
    let decided = accepted + rejected
    return Summary(
      mode: options.mode, threshold: options.mode.judgesSteps ? options.threshold : nil,
      problems: seconds.count, right: right,
      accuracy: seconds.isEmpty ? 0 : Double(right) / Double(seconds.count),
      seconds: Summary.Seconds(median: median, total: seconds.reduce(0, +)),
      acceptance: decided > 0 ? Double(accepted) / Double(decided) : nil, tokens: tokens,
      speedup: reference.flatMap { median > 0 ? $0.median / median : nil })
  }

  /// The first lines of a Markdown table.
  static let heading = """
    | mode | τ | right | accuracy | acceptance | median s | total s | speedup (measured) |
    |---|---|---|---|---|---|---|---|
    """

  /// The figures as a line of that table.
  func row(against reference: EvaluationResult?) -> String {
    let summary = summary(against: reference)
    let cells = [
      summary.mode.rawValue, summary.threshold.map { String(format: "%.1f", $0) } ?? "",
      "\(summary.right)/\(summary.problems)", String(format: "%.1f%%", summary.accuracy * 100),
      summary.acceptance.map { String(format: "%.0f%%", $0 * 100) } ?? "",
      String(format: "%.4f", summary.seconds.median),
      String(format: "%.1f", summary.seconds.total),
      summary.speedup.map { String(format: "%.2f×", $0) } ?? "",
    ]
    return "| " + cells.joined(separator: " | ") + " |"
  }
}
