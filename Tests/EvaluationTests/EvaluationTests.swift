import Foundation
import Reasoning
import Reports
import TestSupport
import Testing
import Traces

@testable import Evaluation

struct EvaluationTests {
  private static let configurations = [
    EvaluationConfiguration(mode: .base),
    EvaluationConfiguration(mode: .reason, threshold: 3, judge: .short, firstBaseSteps: 0),
    EvaluationConfiguration(mode: .reason, threshold: 7, judge: .short, firstBaseSteps: 0),
  ]

  private func plan(
    modes: [Mode] = [.base, .reason], thresholds: [Double] = [3, 7], seeds: [UInt64] = [1],
    samples: Int = 1
  ) -> EvaluationPlan {
    EvaluationPlan(
      modes: modes, thresholds: thresholds, judges: [.short], firstBaseSteps: [0], seeds: seeds,
      samples: samples, options: RunOptions.published())
  }

  // MARK: Plan

  @Test func `only modes that judge vary by threshold, judge and first base steps`() {
    let plan = EvaluationPlan(
      modes: [.base, .specDecode, .reason], thresholds: [5, 7], judges: [.short, .likelihood],
      firstBaseSteps: [0, 2], seeds: [1], options: RunOptions.published())
    #expect(plan.configurations.count == 2 + 8)
    #expect(Set(plan.configurations.map(\.label)).count == 10)
    #expect(plan.configurations[0] == EvaluationConfiguration(mode: .base))
  }

  @Test func `the order turns, so that each configuration runs first equally often`() {
    let plan = plan()
    let first = (0..<9).compactMap { plan.order(ofRound: $0).first }
    #expect(first == [0, 1, 2, 0, 1, 2, 0, 1, 2])
    for round in 0..<3 { #expect(plan.order(ofRound: round).sorted() == [0, 1, 2]) }
  }

  @Test func `samples differ in their seeds and configurations share them`() {
    let plan = plan()
    let seeds = (1...3).map {
      plan.options(for: plan.configurations[1], seed: 5, sample: $0).seed
    }
    #expect(seeds[0] == 5 && Set(seeds).count == 3)
    #expect(plan.options(for: plan.configurations[0], seed: 5, sample: 2).seed == seeds[1])
    let options = plan.options(for: plan.configurations[2], seed: 5, sample: 1)
    #expect(options.mode == .reason && options.threshold == 7 && options.judge == .short)
  }

  // MARK: Rounds

  @Test func `a round solves the problem by every configuration and checks the answers`()
    async throws
  {
    let answer = ScriptedBackend.Reply.text("So \\boxed{\\frac{8}{2}}", .endOfText)
    let backend = ScriptedBackend(
      drafts: [.text("So \\boxed{5}", .endOfText), .text("So \\boxed{5}", .endOfText)],
      base: [answer, answer], opinions: [.digit(5), .digit(5)])
    var traces: [String] = []
    let round = try await plan().round(
      0, problem: Problem(problem: "2 + 2?", answer: "4"), number: 3, seed: 9, on: backend,
      version: "1"
    ) { configuration, sample, events in
      traces.append("\(configuration.label) \(sample)")
      let run = events.reduce(into: RunState()) { $0.apply($1) }
      #expect(run.started?.options.seed == 9 && run.turns.last?.ended != nil)
    }
    #expect(round.problem == 3 && round.seed == 9)
    #expect(traces == ["base 1", "reason-short-t3.0-f0 1", "reason-short-t7.0-f0 1"])
    // At τ 3 the wrong draft passes; at τ 7 the base model writes the step.
    #expect(round.solutions.map(\.right) == [true, false, true])
    #expect(round.solutions.map(\.accepted) == [0, 1, 0])
    #expect(round.solutions.map(\.rejected) == [0, 0, 1])
    #expect(round.solutions.map(\.answer) == ["\\frac{8}{2}", "5", "\\frac{8}{2}"])
    #expect(round.solutions.allSatisfy { $0.compared == .mathematics })
  }

  @Test func `an error in a turn is a wrong answer, not the end of the evaluation`() async throws {
    struct Broken: Error {}
    let backend = ScriptedBackend(
      base: [.failure(after: "So", Broken()), .text("\\boxed{4}", .endOfText)])
    let round = try await plan(modes: [.base], samples: 2).round(
      0, problem: Problem(problem: "2 + 2?", answer: "4"), number: 1, seed: 1, on: backend,
      version: "1")
    #expect(round.solutions.map(\.stop) == [.error, .answer])
    #expect(round.solutions.map(\.right) == [false, true])
  }

  @Test func `a cancelled round is no round`() async {
    let backend = ScriptedBackend(base: [.stall(after: "So")])
    let task = Task {
      try await plan(modes: [.base]).round(
        0, problem: Problem(problem: "2 + 2?", answer: "4"), number: 1, seed: 1, on: backend,
        version: "1")
    }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  // MARK: Summaries

  private func solution(
    _ configuration: EvaluationConfiguration, right: Bool, seconds: Double, sample: Int = 1,
    accepted: Int = 0, rejected: Int = 0, stop: StopReason = .answer
  ) -> EvaluationRound.Solution {
    var tokens = TokenCounts()
    tokens.base = 10
    return EvaluationRound.Solution(
      configuration: configuration, sample: sample, answer: "1", boxed: true, right: right,
      stop: stop,
      seconds: seconds, tokens: tokens, accepted: accepted, rejected: rejected)
  }

  /// Two problems, two seeds; the base model takes 4 to 7 s, `reason` 1 to 4 s.
  private var rounds: [EvaluationRound] {
    let (base, reason) = (Self.configurations[0], Self.configurations[2])
    return [(1, 1), (2, 1), (1, 2), (2, 2)].enumerated().map { index, place in
      EvaluationRound(
        problem: place.0, seed: UInt64(place.1),
        solutions: [
          solution(base, right: true, seconds: 4 + Double(index)),
          solution(
            reason, right: index != 0, seconds: 1 + Double(index), accepted: 3, rejected: 1),
        ])
    }
  }

  @Test func `figures are those of all solutions, quartiles those of the seeds`() throws {
    let summaries = EvaluationSummary.summaries(
      of: rounds, for: [Self.configurations[0], Self.configurations[2]])
    let reason = try #require(summaries.last)
    #expect(reason.problems == 2 && reason.solutions == 4 && reason.right == 3)
    #expect(reason.accuracy == 0.75 && reason.acceptance == 0.75)
    #expect(reason.seconds == .init(median: 2.5, mean: 2.5, total: 10))
    #expect(reason.tokens.base == 40)
    #expect(summaries[0].speedup == 1 && summaries[0].acceptance == nil)
    // 5.5 s against 2.5 s; by seed 4.5 against 1.5 and 6.5 against 3.5.
    #expect(abs(try #require(reason.speedup) - 2.2) < 1e-9)
    let seeds = try #require(reason.overSeeds)
    #expect(seeds.accuracy == Quartiles([0.5, 1]))
    #expect(seeds.seconds == Quartiles([1.5, 3.5]))
    #expect(seeds.speedup == Quartiles([3, 6.5 / 3.5]))
  }

  @Test func `without the base model alone there is no speedup, with one seed no quartiles`() throws
  {
    let summaries = EvaluationSummary.summaries(
      of: Array(rounds.prefix(2)), for: [Self.configurations[2]])
    let only = try #require(summaries.first)
    #expect(only.speedup == nil && only.overSeeds == nil && only.passAt == nil)
  }

  @Test func `several samples also tell how often any was right`() throws {
    let base = Self.configurations[0]
    let rounds = [
      EvaluationRound(
        problem: 1, seed: 1,
        solutions: [
          solution(base, right: false, seconds: 1),
          solution(base, right: true, seconds: 1, sample: 2),
        ]),
      EvaluationRound(
        problem: 2, seed: 1,
        solutions: [
          solution(base, right: false, seconds: 1),
          solution(base, right: false, seconds: 1, sample: 2),
        ]),
    ]
    let summary = try #require(EvaluationSummary.summaries(of: rounds, for: [base]).first)
    #expect(summary.accuracy == 0.25)
    #expect(summary.passAt?.map(\.k) == [1, 2] && summary.passAt?.map(\.share) == [0.25, 0.5])
  }

  @Test func `an evaluation without rounds has rows of nothing`() {
    let summaries = EvaluationSummary.summaries(of: [], for: Self.configurations)
    #expect(summaries.map(\.accuracy) == [0, 0, 0])
    #expect(summaries.allSatisfy { $0.speedup == nil })
    #expect(AccuracyPlot(summaries, title: "nothing").svg.hasSuffix("</svg>\n"))
  }

  @Test(arguments: [
    ([3.0], 3.0, 3.0, 3.0), ([1, 2], 1.25, 1.5, 1.75), ([4, 1, 3, 2, 5], 2, 3, 4),
    ([10, 20, 30, 40], 17.5, 25, 32.5),
  ])
  func `quartiles are numpy's`(
    numbers: [Double], lower: Double, median: Double, upper: Double
  ) throws {
    let quartiles = try #require(Quartiles(numbers))
    #expect(
      quartiles.lower == lower && quartiles.median == median && quartiles.upper == upper)
    #expect(Quartiles([]) == nil)
  }

  // MARK: Reports

  @Test func `the table leaves out what all rows share`() {
    let summaries = EvaluationSummary.summaries(
      of: Array(rounds.prefix(2)), for: [Self.configurations[0], Self.configurations[2]])
    #expect(
      EvaluationTable(summaries).markdown == """
        | mode | τ | right | accuracy | 95% interval | against the first | acceptance | tokens | median s | total s | speedup (measured) |
        | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
        | base |  | 2/2 | 100.0% | 34.2% to 100.0% |  |  | 10 | 4.5000 | 9.0 | 1.00× |
        | reason | 7.0 | 1/2 | 50.0% | 9.5% to 90.5% | +0 −1, p = 1 | 75% | 10 | 1.5000 | 3.0 | 3.00× |
        """)
    let seeds = EvaluationSummary.summaries(of: rounds, for: [Self.configurations[0]])
    #expect(EvaluationTable(seeds).markdown.contains("quartiles"))
  }

  @Test func `why solutions ended is counted, and a speedup between unlike ends is marked`() throws
  {
    let (base, draft) = (Self.configurations[0], Self.configurations[1])
    let ends: [(StopReason, StopReason, StopReason)] = [
      (.answer, .answer, .finished), (.budget, .budget, .budget), (.answer, .budget, .answer),
    ]
    let rounds = ends.enumerated().map { index, stops in
      EvaluationRound(
        problem: index + 1, seed: 1,
        solutions: [
          solution(base, right: true, seconds: 2, stop: stops.0),
          solution(draft, right: true, seconds: 1, stop: stops.1),
          solution(Self.configurations[2], right: true, seconds: 1, stop: stops.2),
        ])
    }
    let summaries = EvaluationSummary.summaries(of: rounds, for: Self.configurations)
    #expect(summaries.map(\.endedOtherwise) == [0, 1, 0])
    #expect(summaries[1].stops == ["answer": 1, "budget": 2])
    let lines = EvaluationTable(summaries).markdown.split(separator: "\n")
    #expect(lines[3].contains("| answer 1, budget 2 |") && lines[3].contains("2.00× \\*"))
    #expect(lines[4].contains("| answer 1, finished 1, budget 1 |"))
    #expect(!lines[2].contains("*") && !lines[4].contains("*"))
    #expect(lines.last?.hasPrefix("\\* Not all") == true)
    // Without the base model alone there is nothing to compare with.
    let alone = EvaluationSummary.summaries(of: rounds, for: [draft])
    #expect(alone.first?.endedOtherwise == nil)
  }

  @Test func `every line of the comma-separated values has every field`() {
    let summaries = EvaluationSummary.summaries(of: rounds, for: Self.configurations)
    let lines = EvaluationTable(summaries).csv.split(separator: "\r\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    #expect(lines.count == 4)
    #expect(Set(lines.map(\.count)).count == 1)
    #expect(lines[1].prefix(3).elementsEqual(["base", "", ""]))
  }

  @Test func `the plot is well-formed, whatever a name holds`() throws {
    let summaries = EvaluationSummary.summaries(of: rounds, for: Self.configurations)
    let hostile = "</title><script>alert(1)</script> & \u{1B}[2J \u{202E}"
    let svg = AccuracyPlot(summaries, title: hostile).svg
    #expect(!svg.contains("<script") && !svg.contains("\u{1B}") && !svg.contains("\u{202E}"))
    let elements = try #require(XMLElements.counted(in: svg))
    // One mark for the base model, two for τ 3 and 7, and two in the legend.
    #expect(elements["circle"] == 2 && elements["polygon"] == 3)
    #expect(elements["polyline"] == 1)
  }

  // MARK: Methods

  @Test func `every method's options are ones that go together, and it has a name of its own`()
    throws
  {
    let configurations = EvaluationMethod.all.map(\.configuration)
    let plan = EvaluationPlan(configurations, seed: 1, options: RunOptions())
    for (method, configuration) in zip(EvaluationMethod.all, configurations) {
      let options = plan.options(for: configuration, seed: 1, sample: 1)
      #expect(throws: Never.self) { try options.validate() }
      #expect(configuration.label == method.name && configuration.mode == options.mode)
      for (name, text) in method.settings {
        let option = try #require(RunOption.named(name), "\(method.name): \(name)")
        #expect(try option.value(from: text) == option.value(in: options))
      }
    }
    #expect(Set(configurations.map(\.label)).count == configurations.count)
    #expect(configurations.first == EvaluationMethod.all.first?.configuration)
    #expect(configurations.first?.mode == .base)
  }

  @Test func `a method is what its name says, whatever else was asked for`() throws {
    var asked = RunOptions()
    for (name, text) in [
      ("threshold", "80%"), ("score", "greedy"), ("judge", "own"), ("second-judge", "reference"),
      ("cascade", "confidence,1,2"), ("glimpse", "3"), ("triggers", "reflection"),
      ("lookahead", "7"), ("candidates", "5"), ("adapt", "speedup=2"), ("unreadable", "accept"),
      ("first-base-steps", "4"),
    ] {
      #expect(EvaluationMethod.policy.contains(name))
      asked.apply(.of(name, text))
    }
    asked.budget = 77
    for configuration in EvaluationMethod.all.map(\.configuration) {
      let (own, row) = (
        EvaluationPlan([configuration], seed: 1, options: RunOptions())
          .options(for: configuration, seed: 1, sample: 1),
        EvaluationPlan([configuration], seed: 1, options: asked)
          .options(for: configuration, seed: 1, sample: 1)
      )
      for option in RunOption.all where EvaluationMethod.policy.contains(option.name) {
        #expect(option.value(in: row) == option.value(in: own), "\(configuration.label)")
      }
      #expect(row.budget == 77 && row.thresholdShare == nil)
    }
    // A row that is no method's has what was asked for.
    let plan = EvaluationPlan([EvaluationConfiguration(mode: .reason)], seed: 1, options: asked)
    #expect(plan.options(for: plan.configurations[0], seed: 1, sample: 1).candidates == 5)
  }

  @Test func `a method's row has its name and tokens, and the plot its place and the frontier`()
    throws
  {
    let chosen = ["base", "glimpse", "cascade", "draft"].compactMap { name in
      EvaluationMethod.all.first { $0.name == name }?.configuration
    }
    // Right answers of 4, and seconds: glimpse is as right as the base and faster; cascade is beaten.
    let figures = [(4, 4.0), (4, 2), (2, 3), (1, 1)]
    let rounds = (0..<4).map { problem in
      EvaluationRound(
        problem: problem + 1, seed: 1,
        solutions: zip(chosen, figures).map { configuration, figure in
          solution(configuration, right: problem < figure.0, seconds: figure.1)
        })
    }
    let summaries = EvaluationSummary.summaries(of: rounds, for: chosen)
    #expect(summaries.frontier.map(\.method) == ["draft", "glimpse"])
    let table = EvaluationTable(summaries).markdown.split(separator: "\n").map(String.init)
    #expect(table[0].hasPrefix("| method | right |") && table[3].hasPrefix("| glimpse | 4/4 |"))
    let elements = try #require(
      XMLElements.counted(in: AccuracyPlot(summaries, title: "methods").svg))
    #expect(elements["polyline"] == 1)
    #expect(EvaluationTable(summaries).csv.contains(",glimpse\r\n"))
    // Results are read back with what each method set.
    let again = try JSONDecoder().decode(
      EvaluationRound.self, from: JSONEncoder().encode(rounds[0]))
    #expect(again == rounds[0])
  }

  // MARK: Folder

  /// The path of a folder that is not there yet, for as long as `body` runs.
  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = try TemporaryFolder()
    try withExtendedLifetime(folder) { try body(folder.path + "/evaluation") }
  }

  @Test func `a folder goes on where an earlier call stopped`() throws {
    try withFolder { path in
      do {
        var folder = try EvaluationFolder(path, settings: ["seeds": "1 2"])
        for round in rounds.prefix(2) { try folder.append(round) }
        try folder.keep(
          [Event(time: 0, kind: .warning(Notice(message: "w")))], problem: 1,
          configuration: Self.configurations[2], seed: 1, sample: 1)
      }
      // The third round's line was cut by an interruption.
      let file = URL(filePath: path).appending(path: "results.jsonl")
      try (try Data(contentsOf: file) + Data(#"{"problem":1,"se"#.utf8)).write(to: file)
      do {
        var again = try EvaluationFolder(path, settings: ["seeds": "1 2"])
        #expect(again.finished == Array(rounds.prefix(2)))
        for round in rounds.dropFirst(2) { try again.append(round) }
      }
      #expect(try EvaluationFolder(path, settings: ["seeds": "1 2"]).finished == rounds)
      let trace = URL(filePath: path).appending(path: "traces/0001-reason-short-t7.0-f0-s1-1.jsonl")
      let events = try TraceCoding.events(in: String(contentsOf: trace, encoding: .utf8))
      #expect(events.count == 1)
    }
  }

  @Test func `another evaluation is refused with what differs`() throws {
    try withFolder { path in
      _ = try EvaluationFolder(path, settings: ["seeds": "1 2", "base": "a"])
      let error = #expect(throws: EvaluationFolderError.self) {
        try EvaluationFolder(path, settings: ["seeds": "1", "base": "a", "budget": "9"])
      }
      let words = try #require(error?.description)
      #expect(words.contains("seeds was 1 2, is 1"))
      #expect(words.contains("budget was not given, is 9"))
      #expect(!words.contains("base was"))
    }
  }

  @Test func `a damaged line is named, left out and not thrown away`() throws {
    try withFolder { path in
      do {
        var folder = try EvaluationFolder(path, settings: [:])
        try folder.append(rounds[0])
      }
      let file = URL(filePath: path).appending(path: "results.jsonl")
      let content = Data("rubbish\n".utf8) + (try Data(contentsOf: file))
      try content.write(to: file)
      var folder = try EvaluationFolder(path, settings: [:])
      #expect(folder.damagedLines == [1])
      #expect(folder.finished == [rounds[0]])
      #expect(try Data(contentsOf: file) == content)
      try folder.append(rounds[1])
      #expect(try Data(contentsOf: file).starts(with: content))
    }
  }

  @Test func `a folder that is in use is refused with the number of the process`() throws {
    try withFolder { path in
      let error = try {
        var folder = try EvaluationFolder(path, settings: [:])
        let error = #expect(throws: EvaluationFolderError.self) {
          try EvaluationFolder(path, settings: [:])
        }
        try folder.append(rounds[0])
        return error
      }()
      #expect(error == .inUse(folder: path, pid: Int(getpid())))
      #expect(error?.description.contains("process \(getpid())") == true)
      #expect(try EvaluationFolder(path, settings: [:]).finished == [rounds[0]])
    }
  }

  @Test(arguments: ["settings.json.new", ".dat.nosync7f32.a7Xq1Z", "evaluation.lock"])
  func `a folder whose settings were never written is begun anew`(leftover: String) throws {
    try withFolder { path in
      let traces = URL(filePath: path).appending(path: "traces")
      try FileManager.default.createDirectory(at: traces, withIntermediateDirectories: true)
      try Data("{".utf8).write(to: URL(filePath: path).appending(path: leftover))
      #expect(try EvaluationFolder(path, settings: [:]).finished.isEmpty)
    }
  }

  @Test func `someone's own files are not written among`() throws {
    try withFolder { path in
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      try Data().write(to: URL(filePath: path).appending(path: "thesis.tex"))
      #expect(throws: EvaluationFolderError.notEmpty(folder: path)) {
        try EvaluationFolder(path, settings: [:])
      }
    }
    #expect(throws: EvaluationFolderError.self) {
      try EvaluationFolder("/proc/nothing", settings: [:])
    }
  }
}
