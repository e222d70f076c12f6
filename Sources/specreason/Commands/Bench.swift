import ArgumentParser
import Foundation
import Inference

/// `specreason bench`: how fast a model runs here, and how near that is to what the memory allows.
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure how fast a model runs on this machine.",
    discussion: """
      Prefill of several lengths into an empty context, decode at several depths of context, and \
      the memory's bandwidth in turns with decode. Figures are medians; tokens are random, and \
      nothing is drawn from the logits.
      """)

  @Option(help: "A GGUF file, or demo for the demo pair's base model.")
  var model = "demo"

  @OptionGroup
  var engine: EngineOptions

  @Option(help: "Tokens of the prefill passes, with commas between.")
  var prefill = CountList([16, 32, 64, 128, 256, 512])

  @Option(help: "Tokens to decode at each depth.")
  var decode = 64

  @Option(help: "Tokens of context before those that are decoded, with commas between.")
  var depth = CountList([0])

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    guard (1...100_000).contains(decode) else {
      throw ValidationError("--decode must be between 1 and 100000, not \(decode).")
    }
  }

  func run() throws {
    let path = try ModelArgument.path(model)
    let longest = max(prefill.greatest, depth.greatest + decode + 1)
    let pool = engine.compute.pool
    let start = ContinuousClock.now
    let file = try GGUFFile(path: path)
    let limit = try ModelConfiguration(file).contextLength
    guard longest <= limit else {
      throw ValidationError(
        "This needs \(longest) tokens of context; \(try file.modelName) has \(limit).")
    }
    let model = try Model.load(
      file, contextLength: longest, cacheFormat: engine.cacheFormat, pool: pool)
    let benchmark = try ModelBenchmark(model)
    let loadSeconds = (ContinuousClock.now - start) / .seconds(1)
    let prefills = try prefill.counts.map { try benchmark.prefill($0) }
    // What follows needs memory only to measure memory.
    let peak = PeakMemory.byteCount
    let memory = MemoryBandwidth(pool: pool)
    let decodes = try depth.counts.map { try benchmark.decode(decode, depth: $0, beside: memory) }
    let report = BenchReport(
      model: model, threads: pool.threads, loadSeconds: loadSeconds, peakMemoryBytes: peak,
      prefills: prefills, decodes: decodes)
    if json {
      try Printing.json(report)
    } else {
      for line in report.lines { Printing.line(line) }
    }
  }
}

/// Counts of tokens as an argument: `16,64,512`.
struct CountList: ExpressibleByArgument {
  /// At least one count, none negative.
  let counts: [Int]

  init(_ counts: [Int]) { self.counts = counts }

  init?(argument: String) {
    let counts = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard counts.allSatisfy({ (0...10_000_000).contains($0 ?? -1) }) else { return nil }
    self.init(counts.compactMap(\.self))
  }

  var defaultValueDescription: String { counts.map(String.init).joined(separator: ",") }

  var greatest: Int { counts.max() ?? 0 }
}
