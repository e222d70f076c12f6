import ArgumentParser
import Foundation
import Inference

/// `specreason perplexity`: how well a model predicts a text.
struct Perplexity: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tell how well a model predicts a text.",
    discussion: """
      Each token's log-probability given all before it; the first token has none. For checking \
      a model against another program.
      """)

  @Option(help: "A GGUF file, or demo for the demo pair's base model.")
  var model = "demo"

  @Argument(help: "The text. [default: read from standard input]")
  var text: String?

  @Option(help: "Tokens of context. [default: the model's own]")
  var context: Int?

  @Option(name: .customLong("kv-cache"), help: "What keys and values are stored as.")
  var cacheFormat = KVCacheFormat.f16

  @Option(help: "Compute threads. [default: one a core]")
  var threads: Int?

  @Flag(name: .customLong("no-special"), help: "Take special tokens in the text as plain text.")
  var noSpecial = false

  @Flag(help: "Also give each token's id and log-probability.")
  var tokens = false

  @Flag(help: "Print one JSON object.")
  var json = false

  private struct Scored: Encodable {
    var id: Token
    var logProbability: Double
  }

  private struct Output: Encodable {
    /// Tokens that have a probability: all but the first.
    var tokens: Int
    var meanLogProbability: Double
    var perplexity: Double
    var scores: [Scored]?
  }

  func validate() throws {
    if let context, context < 2 { throw ValidationError("--context must be 2 or more.") }
    if let threads, !(1...256).contains(threads) {
      throw ValidationError("--threads must be between 1 and 256, not \(threads).")
    }
  }

  func run() throws {
    let model = try Model(
      path: try ModelArgument.path(self.model), contextLength: context, cacheFormat: cacheFormat)
    let tokenizer = try Tokenizer(model.file)
    let text = try TextArgument.text(self.text)
    let ids = tokenizer.encode(prompt: [ChatTemplate.Segment(text, isControl: !noSpecial)])
    guard ids.count > 1 else {
      throw ValidationError("The text has \(ids.count) tokens; at least 2 are needed.")
    }
    let pool = ComputePool(threads: threads ?? ProcessInfo.processInfo.activeProcessorCount)
    let session = try Session(
      model, contextLength: max(ids.count, 2), cacheFormat: cacheFormat, pool: pool)
    let scores = try session.score(ids, from: 1)
    let mean = scores.reduce(0) { $0 + $1.logProbability } / Double(scores.count)
    let output = Output(
      tokens: scores.count, meanLogProbability: mean, perplexity: exp(-mean),
      scores: tokens
        ? zip(ids.dropFirst(), scores).map { Scored(id: $0, logProbability: $1.logProbability) }
        : nil)
    if json {
      try Printing.json(output)
      return
    }
    for score in output.scores ?? [] {
      Printing.line("\(score.id)\t\(score.logProbability)")
    }
    Printing.line(
      "\(output.tokens) tokens · mean log-probability \(output.meanLogProbability)"
        + " · perplexity \(output.perplexity)")
  }
}
