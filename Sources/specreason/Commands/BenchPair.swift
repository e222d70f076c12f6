import ArgumentParser
import Backends
import DemoPair
import Foundation
import Inference
import Reasoning
import Reports
import Traces

/// `specreason bench-pair`: what step-level speculation gains with two models of given shapes.
struct BenchPair: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench-pair",
    abstract: "Measure what step-level speculation gains for a pair at given acceptance rates.",
    discussion: """
      All passes are run: drafting, judging with each wording, rewriting what was rejected; only \
      the judge's decisions come from a script that accepts the given share. Models of random \
      weights serve as well as others. Beside each speedup stands the limit: what the same passes \
      allow that were timed by themselves. Behind servers both models write steps of word problems, as \
      long as they make them, and the limit is computed from the mean of the same requests.
      """)

  @Option(help: "Base model: a GGUF file, a server's address, or demo.")
  var base = "demo"

  @Option(help: "Draft model: a GGUF file or a server's address. [default: the demo pair's]")
  var draft: String?

  @Option(help: "Percentages of accepted steps, with commas between.")
  var accept = CountList([40, 60, 80, 95])

  @Option(parsing: .upToNextOption, help: "Judges to compare.")
  var judges = JudgeKind.compared

  @Option(
    name: .customLong("step-tokens"), help: "Tokens of a step; behind servers the most of one.")
  var stepTokens = 35

  @Option(help: "Steps of each measurement.")
  var steps = 20

  @Option(help: "Tokens of the prompt. Not behind servers. [default: 128]")
  var prompt: Int?

  @OptionGroup
  var compute: ThreadOptions

  @Flag(help: "Print one JSON object a line for each judge and acceptance.")
  var json = false

  func validate() throws {
    for (name, value) in [
      ("step-tokens", stepTokens), ("steps", steps), ("prompt", promptTokens),
    ] where !(1...10_000).contains(value) {
      throw ValidationError("--\(name) must be between 1 and 10000, not \(value).")
    }
    guard accept.greatest <= 100 else {
      throw ValidationError("--accept must be percentages, at most 100.")
    }
    if let judge = judges.first(where: { !$0.asksBase }) {
      throw ValidationError("--judges takes judges of the base model, not \(judge.rawValue).")
    }
    guard !judges.contains(.own) else {
      throw ValidationError("--judges takes no own judge: its wording is not known here.")
    }
    guard !judges.isEmpty else { throw ValidationError("--judges names none.") }
  }

  private var promptTokens: Int { prompt ?? 128 }

  struct Row: Encodable {
    var judge: JudgeKind
    /// Tokens that the judge's wording adds to a step.
    var wordingTokens: Int
    /// Share of steps that were accepted.
    var acceptance: Double
    var speedup: Double
    var limit: Double
    /// Acceptance above which speculation gains, by the limit's formula.
    var breakEven: Double
  }

  func run() throws {
    let pair = try LocalEngine.Files(
      base: ModelArgument.path(base),
      draft: draft.flatMap { $0 == "demo" ? nil : $0 } ?? DemoPair.locate().draft.path)
    guard !pair.haveServer else {
      guard prompt == nil else {
        throw ValidationError("--prompt: behind servers the prompts are word problems.")
      }
      return try measureThroughServers(pair)
    }
    let pool = compute.pool
    // The longest prefix, one step alone at each end, and a wording.
    let context = promptTokens + (steps + 3) * stepTokens + 256
    let files = try [pair.base, pair.draft ?? pair.base].map { try GGUFFile(path: $0) }
    for file in files {
      let limit = try ModelConfiguration(file).contextLength
      guard context <= limit else {
        throw ValidationError(
          "This needs \(context) tokens of context; \(try file.modelName) has \(limit).")
      }
    }
    let tokenizer = try Tokenizer(files[0])
    let models = try files.map { try Model.load($0, contextLength: context, pool: pool) }
    let benchmark = try PairBenchmark(base: models[0], draft: models[1])
    let depth = promptTokens + steps * stepTokens / 2
    if !json {
      showHead(
        models.map { "\($0.name) \($0.file.quantization)" }, "steps of \(stepTokens) tokens")
    }
    for judge in judges {
      let wording = try wordingTokens(of: judge, in: tokenizer)
      let kind: PairBenchmark.Judge =
        judge.hasDigits ? .wording(tokens: wording) : .likelihood
      let passes = try benchmark.passes(stepTokens: stepTokens, depth: depth, judge: kind)
      let limit = SpeculationLimit(
        basePerToken: passes.basePerToken, draftPerToken: passes.draftPerToken,
        judging: passes.judging, catchingUp: passes.catchingUp, stepTokens: stepTokens)
      for percentage in accept.counts {
        let outcome = try benchmark.measure(
          steps: steps, stepTokens: stepTokens, promptTokens: promptTokens,
          acceptance: Double(percentage) / 100, judge: kind)
        let acceptance = Double(outcome.accepted) / Double(outcome.steps)
        try show(
          Row(
            judge: judge, wordingTokens: wording, acceptance: acceptance,
            speedup: outcome.speedup, limit: limit.speedup(acceptance: acceptance),
            breakEven: limit.breakEven))
      }
    }
  }

  private func wordingTokens(of judge: JudgeKind, in tokenizer: Tokenizer) throws -> Int {
    switch Prompts.judge(judge) {
    case .likelihood: 0
    case .wording(let question, let opening):
      tokenizer.encode(
        try ChatTemplate(tokenizer).judgeTurn(question: question, opening: opening)
      ).count
    case .continuation(let opening):
      tokenizer.encode(opening, parseSpecial: false).count
    }
  }

  /// Prints what was measured, base model first, and the head of the table.
  func showHead(_ models: [String], _ steps: String) {
    let names = zip(["base", "draft"], models).map { "\($0) \($1)" }
    Printing.line((names + [steps]).joined(separator: " · "))
    Self.table.markdownHead.forEach(Printing.line)
  }

  private static let table = Table([
    "judge", "wording", "accepted", "speedup (measured)", "limit", "breaks even at",
  ])

  /// Prints a row.
  func show(_ row: Row) throws {
    if json {
      try Printing.json(row)
      return
    }
    let breakEven =
      row.breakEven > 1 ? "no acceptance" : String(format: "%.0f%%", row.breakEven * 100)
    let cells = [
      row.judge.rawValue, "\(row.wordingTokens) tokens",
      String(format: "%.0f%%", row.acceptance * 100), String(format: "%.2f×", row.speedup),
      String(format: "%.2f×", row.limit), breakEven,
    ]
    Printing.line(Self.table.markdownLine(cells))
  }
}
