import ArgumentParser
import Foundation
import Inference

/// `specreason perplexity`: how well a model predicts a text.
struct Perplexity: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tell how well a model predicts a text.",
    discussion: """
      Each token's log-probability given all before it; the first token has none. For checking \
      a model against another program: with --window 512, what llama-perplexity computes.
      """)

  @Option(help: "A GGUF file, or demo for the demo pair's base model.")
  var model = "demo"

  @Argument(help: "The text. [default: read from standard input]")
  var text: String?

  @Option(help: "Tokens of context. [default: the model's own]")
  var context: Int?

  @OptionGroup
  var engine: EngineOptions

  @Option(
    help: ArgumentHelp(
      "Cut the text into windows of so many tokens and score the second half of each.",
      valueName: "tokens"))
  var window: Int?

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
    /// Tokens that were scored: all but the first, or the second halves of windows.
    var tokens: Int
    var meanLogProbability: Double
    var perplexity: Double
    var scores: [Scored]?
  }

  func validate() throws {
    if let context, context < 2 { throw ValidationError("--context must be 2 or more.") }
    if let window, window < 4 { throw ValidationError("--window must be 4 or more.") }
  }

  func run() throws {
    let file = try GGUFFile(path: try ModelArgument.path(model))
    let tokenizer = try Tokenizer(file)
    let text = try TextArgument.text(self.text)
    let ids = tokenizer.encode(prompt: [ChatTemplate.Segment(text, isControl: !noSpecial)])
    let windows = windows(of: ids, beginOfText: tokenizer.beginOfText)
    guard let longest = windows.map(\.count).max(), longest > 1 else {
      throw ValidationError("The text has \(ids.count) tokens; at least \(window ?? 2) are needed.")
    }
    let pool = engine.compute.pool
    let session = try Session(
      try Model.load(
        file, contextLength: min(longest, context ?? .max),
        cacheFormat: engine.cacheFormat, pool: pool))
    var scored: [Scored] = []
    for ids in windows {
      let first = window.map { $0 / 2 + 1 } ?? 1
      let scores = try session.score(ids, from: first)
      scored += zip(ids[first...], scores).map { Scored(id: $0, logProbability: $1.logProbability) }
    }
    let mean = scored.reduce(0) { $0 + $1.logProbability } / Double(scored.count)
    let output = Output(
      tokens: scored.count, meanLogProbability: mean, perplexity: exp(-mean),
      scores: tokens ? scored : nil)
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

  /// What is scored: the whole text, or its whole windows, each of which begins as the text does.
  private func windows(of ids: [Token], beginOfText: Token?) -> [[Token]] {
    guard let window else { return [ids] }
    return stride(from: 0, through: ids.count - window, by: window).map { start in
      var part = Array(ids[start..<start + window])
      if let beginOfText { part[0] = beginOfText }
      return part
    }
  }
}
