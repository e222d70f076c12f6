import ArgumentParser
import Backends
import DemoPair
import Foundation
import Evaluation
import Reasoning
import Reports
import Traces

/// `specreason eval`: right answers and seconds over many problems, modes and thresholds.
struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "eval",
    abstract: "Measure modes, thresholds and judges over a data set.",
    discussion: """
      Data sets are files of one JSON object a line, or one JSON array, as those of GSM8K \
      (question, answer), MATH-500 and AIME (problem, answer), or CSV with such a head; also with \
      choices (MMLU, GPQA). Each problem is solved by every \
      mode, threshold and judge in turn, in a rotating order, so that all of them meet the same \
      state of the machine; nothing computed for one is kept for the next. With --output every \
      result and trace is kept, and the same command goes on where an interrupted one stopped. An \
      option that takes a list takes all that follows: name files before it, or behind --.
      """)

  @Argument(help: "Data sets. [default: the demo pair's held-out problems]")
  var files: [String] = []

  @Option(help: "How many problems, from the first. [default: all]")
  var count: Int?

  @Option(parsing: .upToNextOption, help: "Modes to compare. [default: all that the models can do]")
  var modes: [Mode] = []

  @Option(parsing: .upToNextOption, help: "Acceptance thresholds for the modes that judge.")
  var thresholds = Evaluate.usualThresholds

  @Option(parsing: .upToNextOption, help: "Judges for the modes that judge. [default: --judge]")
  var judges: [JudgeKind] = []

  @Option(
    name: .customLong("first-steps"), parsing: .upToNextOption,
    help: "Numbers of first base steps for the modes that judge. [default: --first-base-steps]")
  var firstSteps: [Int] = []

  @Option(help: "Published methods to compare, instead of the lists above: methods.")
  var preset: EvaluationPreset?

  @Option(
    parsing: .upToNextOption,
    help: "Which methods of the preset, by name. [default: all that the models can do]")
  var methods: [String] = []

  @Option(
    name: .customLong("row"),
    help: ArgumentHelp(
      "A row of the table by its options, such as 'mode=reason judge=likelihood threshold=3'; may "
        + "stand several times. Without --modes there are only these rows.",
      valueName: "NAME=VALUE …"))
  var rows: [EvaluationRow] = []

  @Option(
    parsing: .upToNextOption, help: "Seeds; all problems once for each. [default: --seed, or 1]")
  var seeds: [UInt64] = []

  @Option(help: "How often each problem is solved with each seed.")
  var samples = 1

  @Option(
    help: "A folder for results, all traces, and the table as Markdown, CSV, JSON and plot.")
  var output: String?

  @OptionGroup(title: "Models")
  var pair: PairOptions

  @OptionGroup(title: "Reasoning (of mode, threshold, judge and seed, the lists above go first)")
  var reasoning: ReasoningFlags

  @Flag(help: "Print one JSON object a line for each row of the table.")
  var json = false

  @Flag(help: "Print comma-separated values.")
  var csv = false

  private static let usualThresholds: [Double] = [3, 5, 7, 9]

  func validate() throws {
    if preset != nil,
      !rows.isEmpty || !modes.isEmpty || !judges.isEmpty || !firstSteps.isEmpty
        || thresholds != Self.usualThresholds
    {
      throw ValidationError(
        "--preset says what is compared: leave out --row, --modes, --thresholds, --judges and "
          + "--first-steps.")
    }
    if preset == nil, !methods.isEmpty {
      throw ValidationError("--methods chooses from a preset: add --preset methods.")
    }
    let known = EvaluationMethod.all.map(\.name)
    if let name = methods.first(where: { !known.contains($0) }) {
      throw ValidationError(
        "--methods: there is no \(name); there are \(known.joined(separator: ", ")).")
    }
    if thresholds.isEmpty { throw ValidationError("--thresholds names none.") }
    try Self.check(thresholds, "--thresholds", "threshold")
    try Self.check(firstSteps, "--first-steps", "first-base-steps")
    if let count, count < 1 { throw ValidationError("--count must be 1 or more.") }
    guard (1...1000).contains(samples) else {
      throw ValidationError("--samples must be between 1 and 1000.")
    }
    if json && csv { throw ValidationError("Choose one of --json and --csv.") }
    for (name, isUnique) in [
      ("--modes", Set(modes).count == modes.count),
      ("--thresholds", Set(thresholds).count == thresholds.count),
      ("--judges", Set(judges).count == judges.count),
      ("--first-steps", Set(firstSteps).count == firstSteps.count),
      ("--seeds", Set(seeds).count == seeds.count),
      ("--methods", Set(methods).count == methods.count),
      ("--row", Set(rows.map(\.method.name)).count == rows.count),
    ] where !isUnique {
      throw ValidationError("\(name) names the same twice.")
    }
  }

  /// Throws where one of `values` of the list `name` is not what the option `single` takes.
  private static func check(
    _ values: [some CustomStringConvertible], _ name: String, _ single: String
  ) throws {
    guard let option = RunOption.named(single) else { return }
    for value in values {
      guard (try? option.value(from: value.description)) != nil else {
        throw ValidationError("\(name): each must be \(option.allowed), not \(value).")
      }
    }
  }

  func run() throws {
    let problems = try ProblemFiles.problems(in: files, first: count) { try DemoPair.problems() }
    let models = try pair.files()
    var options = try reasoning.options(hasDraft: models.draft != nil, isDemo: pair.isDemo)
    pair.adapt(&options, to: models, unless: reasoning)
    try options.requireNoPerson()
    try options.requireWording(for: judges)
    let modes =
      modes.isEmpty && rows.isEmpty
      ? (models.draft == nil ? [Mode.base] : Mode.allCases).filter {
        !models.haveServer || !$0.needsOneVocabulary
      } : modes
    if models.draft == nil, let mode = modes.first(where: { $0 != .base }) {
      throw ValidationError(
        "Mode \(mode.rawValue) needs a draft model: add --draft FILE, or --modes base.")
    }
    if models.draft == nil,
      let row = rows.first(where: { $0.method.configuration.mode != .base })
    {
      throw ValidationError("--row '\(row.method.name)' needs a draft model: add --draft FILE.")
    }
    let engine = try pair.engine(models)
    let seeds = seeds.isEmpty ? [reasoning.gives("seed") ? options.seed : 1] : seeds
    let listed = EvaluationPlan(
      modes: modes, thresholds: thresholds, judges: judges.isEmpty ? [options.judge] : judges,
      firstBaseSteps: firstSteps.isEmpty ? [options.firstBaseSteps] : firstSteps, seeds: seeds,
      samples: samples, options: options)
    var plan =
      preset == nil
      ? EvaluationPlan(
        listed.configurations + rows.map(\.method.configuration), seeds: seeds, samples: samples,
        options: options)
      : EvaluationPlan(
        try configurations(of: engine, hasDraft: models.draft != nil), seeds: seeds,
        samples: samples, options: options)
    for configuration in plan.configurations {
      let options = plan.options(for: configuration, seed: 1, sample: 1)
      do throws(OptionError) { try options.validate() } catch {
        throw ValidationError("\(configuration.label): \(error)")
      }
    }
    if models.haveServer { try leaveOut(from: &plan, impossibleOn: engine) }
    let settings = try EvaluationSettings.of(plan, problems: problems, models: models, pair)
    let title = title(problems.count, models.base)
    do {
      let summaries = try Foreground.run { [output, plan] in
        var folder = try output.map { try EvaluationFolder($0, settings: settings) }
        for line in folder?.damagedLines ?? [] {
          Failure.report("specreason: results.jsonl line \(line) is damaged and was left out.")
        }
        let rounds = try await Self.solve(
          problems, by: plan, on: engine, keepingIn: &folder)
        let summaries = EvaluationSummary.summaries(of: rounds, for: plan.configurations)
        try folder?.writeReports(summaries, title: title)
        return summaries
      }
      try show(summaries)
      reportNoRoom(summaries)
    } catch let interruption as Interruption where output != nil {
      Failure.report("specreason: stopped; the same command goes on where it was.")
      throw interruption
    }
  }

  /// The methods of the preset that were asked for, or that the two models can do.
  private func configurations(
    of engine: any PairEngine, hasDraft: Bool
  ) throws -> [EvaluationConfiguration] {
    let chosen = EvaluationMethod.all.filter { methods.isEmpty || methods.contains($0.name) }
      .map(\.configuration)
    guard hasDraft else {
      throw ValidationError(
        "--preset methods compares ways to use a draft model: add --draft FILE.")
    }
    let described = try Foreground.run { try await engine.describe() }
    let reason: String
    switch described.speculationObstacle {
    case nil, .noDraftModel: return chosen
    case .behindServer:
      reason = "they check tokens of both models in one process, and a server has one of these"
    case .vocabularies(let difference): reason = "they need one vocabulary, but \(difference)"
    }
    let left = chosen.filter { !$0.mode.needsOneVocabulary }
    if left.count < chosen.count {
      let names = chosen.filter(\.mode.needsOneVocabulary).map(\.label).joined(separator: ", ")
      Failure.report("specreason: left out \(names): \(reason).")
    }
    return left
  }

  /// Leaves out what needs probabilities that a server does not tell, and says so.
  private func leaveOut(from plan: inout EvaluationPlan, impossibleOn engine: any PairEngine) throws
  {
    let described = try Foreground.run { try await engine.describe() }
    let options = plan.configurations.map { plan.options(for: $0, seed: 1, sample: 1) }
    let obstacles = options.map { described.obstacle(to: $0) }
    for (configuration, obstacle) in zip(plan.configurations, obstacles) {
      if let obstacle { Failure.report("specreason: left out \(configuration.label): \(obstacle)") }
    }
    let possible = zip(plan.configurations, obstacles).filter { $0.1 == nil }.map(\.0)
    guard !possible.isEmpty else { throw ExitCode.failure }
    plan.configurations = possible
  }

  /// Solves what `folder` does not have yet; gives all rounds.
  private static func solve(
    _ problems: [Problem], by plan: EvaluationPlan, on engine: any PairEngine,
    keepingIn folder: inout EvaluationFolder?
  ) async throws -> [EvaluationRound] {
    var rounds = folder?.finished ?? []
    let isFinished = Set(rounds.map { "\($0.seed) \($0.problem)" })
    let tasks = plan.seeds.flatMap { seed in problems.indices.map { (seed, $0) } }
    var progress = EvaluationProgress(finished: rounds, of: tasks.count)
    defer { progress.clear() }
    for (index, (seed, place)) in tasks.enumerated() {
      let number = place + 1
      if isFinished.contains("\(seed) \(number)") { continue }
      let kept = folder
      let shown = progress
      let round = try await plan.round(
        index, problem: problems[place], number: number, seed: seed, on: engine,
        version: SpecReason.version
      ) { configuration, sample, events in
        shown.report(errorsIn: events, problem: number)
        try kept?.keep(
          events, problem: number, configuration: configuration, seed: seed, sample: sample)
      } onStart: {
        shown.show($0)
      }
      rounds.append(round)
      try folder?.append(round)
      progress.finish(round)
    }
    return rounds
  }

  private func title(_ count: Int, _ base: String) -> String {
    let sets = files.map { URL(filePath: $0).lastPathComponent }.joined(separator: ", ")
    let what = sets.isEmpty ? "held-out problems of the demo pair" : "problems of \(sets)"
    let name = LocalEngine.Files(base: base, draft: nil).shortNames.joined()
    let model = pair.isDemo ? "" : " · \(name)"
    return "\(count) \(what)\(model)"
  }

  /// Says what no table of right answers tells: that there was no room to try.
  private func reportNoRoom(_ summaries: [EvaluationSummary]) {
    guard let most = summaries.map(\.outcomes.noRoom).max(), most > 0 else { return }
    let what = most == 1 ? "1 solution" : "\(most) solutions"
    Failure.report(
      "specreason: \(what) found no room in the context, which counts as not right; give a larger "
        + "--context, or leave such problems out.")
  }

  private func show(_ summaries: [EvaluationSummary]) throws {
    if json {
      for summary in summaries { try Printing.json(summary) }
    } else if csv {
      Printing.write(EvaluationTable(summaries).csv)
    } else {
      Printing.line(EvaluationTable(summaries).markdown)
    }
  }
}

extension EvaluationFolder {
  /// The table in every form, and the plot.
  fileprivate func writeReports(_ summaries: [EvaluationSummary], title: String) throws {
    let table = EvaluationTable(summaries)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    try write(table.markdown + "\n", as: "table.md")
    try write(table.csv, as: "table.csv")
    try write(String(decoding: encoder.encode(summaries), as: UTF8.self) + "\n", as: "table.json")
    try write(AccuracyPlot(summaries, title: title).svg, as: "plot.svg")
  }
}

/// What an evaluation compares as a whole.
enum EvaluationPreset: String, ExpressibleByArgument, CaseIterable {
  case methods
}

extension Mode: ExpressibleByArgument {}
extension JudgeKind: ExpressibleByArgument {}
