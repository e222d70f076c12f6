import ArgumentParser
import Backends
import DemoPair
import Foundation
import Traces

/// One prompt a line comes in as a JSON string; for each prompt and mode one JSON object a line goes out.
///
/// `Benchmarks/estimate_check.py` makes the prompts and the table.
@main
struct EstimateBenchmark: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare estimated speedups with measured ones: the pair and the base model alone "
      + "solve each prompt of standard input in turns of about a second, in one process.")

  @Argument(help: "Base model: a GGUF file, or demo.")
  var base: String

  @Argument(help: "Draft model: a GGUF file, or demo.")
  var draft: String

  @Option(parsing: .upToNextOption, help: "Modes of the pair.")
  var modes = [Mode.specDecode, .reason, .reasonDecode].map(\.rawValue)

  @Option(help: "Judge.")
  var judge = RunOptions().judge.rawValue

  @Option(help: "Acceptance threshold.")
  var threshold = RunOptions().threshold

  @Option(help: "Token budget of a turn.")
  var budget = 500

  @Option(help: "Seed.")
  var seed: UInt64 = 1

  @Option(help: "Compute threads. [default: one a core]")
  var threads: Int?

  @Option(help: "Seconds after which the other run computes.")
  var slice = 0.5

  func run() async throws {
    var options = RunOptions()
    options.budget = budget
    options.seed = seed
    options.threshold = threshold
    guard let judge = JudgeKind(rawValue: judge) else {
      throw ValidationError("There is no judge \(judge).")
    }
    options.judge = judge
    let modes = try modes.map { name in
      guard let mode = Mode(rawValue: name) else {
        throw ValidationError("There is no mode \(name).")
      }
      return mode
    }
    let demo = try DemoPair.locate()
    let basePath = base == "demo" ? demo.base.path : base
    let draftPath = draft == "demo" ? demo.draft.path : draft
    let pair = LocalEngine(files: .init(base: basePath, draft: draftPath), threads: threads)
    let single = LocalEngine(files: .init(base: basePath, draft: nil), threads: threads)
    let encoder = JSONEncoder()
    while let line = readLine() {
      let prompt = try JSONDecoder().decode(String.self, from: Data(line.utf8))
      for mode in modes {
        options.mode = mode
        let comparison = try await Comparison(
          prompt, pair: pair, base: single, options: options, slice: slice)
        let line = try encoder.encode(comparison) + Data("\n".utf8)
        try FileHandle.standardOutput.write(contentsOf: line)
      }
    }
  }
}
