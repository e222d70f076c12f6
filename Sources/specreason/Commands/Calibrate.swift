import ArgumentParser
import Backends
import DemoPair
import Evaluation
import Foundation
import Reasoning
import Reports
import Traces
import Viewer

/// `specreason calibrate`: which mode, judge and threshold suit a pair of models.
struct Calibrate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Find the mode, judge and threshold that suit a pair of models, and keep them.",
    discussion: """
      On the first half of the problems the base model solves; at each of its steps the draft model \
      writes one of its own, and every judge scores both. On the second half the most promising \
      judges solve at three thresholds each, beside the base model alone and token-level speculation, \
      in rotating order. What is best for the goal is kept for the two files, and later runs start \
      with it. An interrupted calibration goes on where it was when called again. An option that \
      takes a list takes all that follows: name files before it, or behind --.
      """)

  @Argument(
    help: """
      Data sets, as eval reads them. [default: 40 word problems that come with the program; the demo \
      pair's own with the demo pair]
      """)
  var files: [String] = []

  @Option(help: "How many problems, from the first; half of them to observe, half to try.")
  var problems = 40

  @Option(help: "The most accuracy that may be lost against the base model alone, such as 2%.")
  var keepAccuracy = Percentage(2)

  @Option(parsing: .upToNextOption, help: "Judges to look at.")
  var judges = JudgeKind.compared

  @Option(
    help: """
      Write a table of every judge, score and share to this file: as CSV where its name ends in \
      .csv, else as Markdown.
      """)
  var table: String?

  @Flag(name: .customLong("no-keep"), help: "Report only: later runs do not start with it.")
  var isNotKept = false

  @OptionGroup(title: "Models")
  var pair: PairOptions

  @OptionGroup(title: "Reasoning (mode, judge, score and threshold are what is looked for)")
  var reasoning: ReasoningFlags

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    guard (4...100_000).contains(problems) else {
      throw ValidationError("--problems must be 4 or more, not \(problems).")
    }
    if let judge = judges.first(where: { !$0.asksBase }) {
      throw ValidationError(
        "--judges: \(judge.rawValue) cannot be calibrated, because the base model's own steps have no "
          + "score by it.")
    }
    guard !judges.isEmpty, !judges.contains(.own), Set(judges).count == judges.count else {
      throw ValidationError(
        "--judges must name judges once each; an own judge is not kept, so it cannot be calibrated."
      )
    }
  }

  /// What was found.
  private struct Report: Encodable {
    var observedProblems: Int
    var steps: Int
    var judges: [JudgeFindings]
    var trials: [CalibrationTrial]
    var calibration: Calibration
  }

  func run() throws {
    let problems = try ProblemFiles.problems(in: files, first: problems) {
      pair.isDemo ? try DemoPair.problems() : try DemoPair.calibrationProblems()
    }
    guard problems.count >= 4 else {
      throw ValidationError("A calibration needs at least 4 problems, not \(problems.count).")
    }
    let models = try pair.files()
    guard let draft = models.draft else {
      throw ValidationError("A calibration needs a draft model: add --draft FILE.")
    }
    var options = try reasoning.options(hasDraft: true, isDemo: pair.isDemo)
    if !reasoning.gives("seed") { options.seed = 1 }
    options.acceptance = .score(RunOptions().threshold)
    // What moves by itself cannot be compared.
    options.adapt = nil
    try options.requireNoPerson()
    let shelf = CalibrationShelf()
    let settings = try EvaluationSettings.of(
      EvaluationPlan(
        modes: [], thresholds: [], judges: [], firstBaseSteps: [], seeds: [options.seed],
        options: options), problems: problems, models: models, pair
    )
    .merging(["judges": judges.map(\.rawValue).joined(separator: " ")]) { $1 }
    let work = try shelf.workFolder(for: models, settings: settings)
    let report: Report
    do {
      report = try Foreground.run { [self, options] in
        try await findings(problems, models: models, options: options, settings: settings, in: work)
      }
    } catch let interruption as Interruption {
      Failure.report("specreason: stopped; the same command goes on where it was.")
      throw interruption
    }
    try show(report, problems, base: models.base, draft: draft)
    guard !isNotKept else { return }
    let place = try shelf.keep(report.calibration, of: models)
    Failure.report("specreason: kept for these two files in \(place); later runs start with it.")
  }

  /// Observes the first half of `problems` and tries settings on the second, as far as that is not
  /// done yet.
  private func findings(
    _ problems: [Problem], models: LocalEngine.Files, options: RunOptions,
    settings: [String: String], in work: String
  ) async throws -> Report {
    var folder = try EvaluationFolder(work, settings: settings)
    var log = try ObservationLog(path: work + "/steps.jsonl")
    let engine = try pair.engine(models)
    let described = try await engine.describe()
    let judges = described.usable(judges)
    guard !judges.isEmpty else { throw ExitCode.failure }
    let half = problems.count / 2
    var progress = EvaluationProgress(
      finished: log.problems.count, of: half, part: "1 of 2, observing: ")
    let observer = StepObserver(judges: judges, options: options)
    for number in 1...half where !log.problems.contains(where: { $0.problem == number }) {
      progress.show()
      try log.append(
        try await observer.observe(problems[number - 1], number: number, on: engine), of: number)
      progress.finish(nil)
    }
    progress.clear()
    let findings = JudgeFindings.all(of: judges, in: log.steps)
    try writeTable(findings)
    let speculates = described.speculationObstacle == nil
    let promising = JudgeFindings.promising(findings, count: problems.count < 20 ? 2 : 3)
    let configurations = CalibrationTrial.configurations(trying: promising, speculates: speculates)
    progress = EvaluationProgress(
      finished: folder.finished, of: problems.count - half, part: "2 of 2, trying: ")
    for number in half + 1...problems.count
    where !folder.finished.contains(where: { $0.problem == number }) {
      let shown = progress
      let plan = EvaluationPlan(
        CalibrationTrial.contenders(configurations, after: folder.finished), seed: options.seed,
        options: options)
      let round = try await plan.round(
        number, problem: problems[number - 1], number: number, seed: options.seed, on: engine,
        version: SpecReason.version
      ) { _, _, events in
        shown.report(errorsIn: events, problem: number)
      } onStart: {
        shown.show($0)
      }
      try folder.append(round)
      progress.finish(round)
    }
    progress.clear()
    let trials = CalibrationTrial.all(
      of: configurations, in: folder.finished, judges: promising)
    let best = CalibrationTrial.best(of: trials, losingAtMost: keepAccuracy.share)
    let calibration = Calibration(
      best, findings, problems: problems.count, version: SpecReason.version, date: Self.today,
      base: models.base, draft: models.draft ?? "", reason: reason(for: best, in: trials, findings))
    return Report(
      observedProblems: half, steps: log.steps.count, judges: findings, trials: trials,
      calibration: calibration)
  }

  /// Why `best` is proposed, and what so many problems can show.
  private func reason(
    for best: CalibrationTrial?, in trials: [CalibrationTrial], _ findings: [JudgeFindings]
  ) -> String {
    let count = trials.first?.comparison.problems ?? 0
    if trials.first?.right == 0 {
      return "The base model alone solved none of the \(count) problems, so they cannot show what "
        + "accuracy a judge keeps; take easier ones, or a larger --budget."
    }
    guard let best else {
      let fastest = trials.dropFirst().max { $0.speedup < $1.speedup }
      let nearest = fastest.map {
        " (fastest of the others: \(CalibrationTable.name($0)), \(Format.speedup($0.speedup)), "
          + "\($0.right) of \(count) right)"
      }
      return "Nothing that keeps the accuracy was at least 3% faster than the base model alone"
        + (nearest ?? "") + "."
    }
    let speed = "\(Format.speedup(best.speedup)) as fast as the base model alone"
    guard best.configuration.mode.judgesSteps else {
      return "\(speed), with the base model's own text."
    }
    let (lost, gained) = (best.comparison.worse, best.comparison.better)
    return
      "\(speed); \(best.right) of \(count) right, \(lost) lost and \(gained) gained against it. "
      + "\(count) problems cannot rule out a loss of up to "
      + "\(Format.percent(best.comparison.greatestLoss))."
  }

  private static var today: String {
    Date.now.formatted(.iso8601.year().month().day())
  }

  /// Writes the table that was asked for; it is there before the second half is tried.
  private func writeTable(_ findings: [JudgeFindings]) throws {
    guard let table else { return }
    let shares = CalibrationTable.shares(findings)
    let text = table.hasSuffix(".csv") ? shares.csv : shares.markdown + "\n"
    try OutputFile.write(text, to: table)
  }

  private func show(
    _ report: Report, _ problems: [Problem], base: String, draft: String
  ) throws {
    if json {
      try Printing.json(report)
      return
    }
    let names = LocalEngine.Files(base: base, draft: draft).shortNames
    Self.tell(
      "\(names[0]) with \(names[1]): \(report.steps) steps of \(report.observedProblems) problems. "
        + "A judgement's cost in base tokens; how well a judge tells steps apart (0.5 not at all, 1 "
        + "always; 95%); quartiles of scores.")
    CalibrationTable.judges(report.judges).lines.forEach(Printing.line)
    Printing.line("")
    Printing.line("Tried on \(report.trials.first?.comparison.problems ?? 0) other problems:")
    CalibrationTable.trials(report.trials).lines.forEach(Printing.line)
    Printing.line("")
    Printing.line("→ \(report.calibration.summary)")
    Self.tell(report.calibration.reason)
  }

  /// Prints a text in lines of at most 90 characters.
  private static func tell(_ text: String) {
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty, line.count + word.count >= 90 {
        Printing.line(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    Printing.line(line)
  }
}

/// A percentage on the command line, such as `2%` or `2`.
struct Percentage: ExpressibleByArgument, Sendable, CustomStringConvertible {
  /// 0 to 100.
  let percent: Double

  /// `percent` of a hundred.
  init(_ percent: Double) { self.percent = percent }

  init?(argument: String) {
    guard let percent = Double(argument.hasSuffix("%") ? String(argument.dropLast()) : argument),
      (0...100).contains(percent)
    else { return nil }
    self.percent = percent
  }

  /// 0 to 1.
  var share: Double { percent / 100 }
  var description: String { "\(Format.fixed(percent, percent == percent.rounded() ? 0 : 1))%" }
  var defaultValueDescription: String { description }
}
