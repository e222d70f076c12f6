import ArgumentParser
import Foundation
import Inference

/// `specreason tokenize`: a text as a model's tokenizer splits it.
struct Tokenize: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Split a text as a model's tokenizer does.",
    discussion: "A GGUF file with only a vocabulary is enough.")

  @Option(help: "A GGUF file, or demo for the demo pair's base model.")
  var model = "demo"

  @Argument(help: "The text. [default: read from standard input]")
  var text: String?

  @Flag(name: .customLong("no-special"), help: "Take special tokens in the text as plain text.")
  var noSpecial = false

  @Flag(help: "Print one JSON object: ids, pieces.")
  var json = false

  private struct Output: Encodable {
    var ids: [Token]
    var pieces: [String]
  }

  func run() throws {
    let tokenizer = try Tokenizer(try GGUFFile(path: try ModelArgument.path(model)))
    let text = try TextArgument.text(self.text)
    let ids = tokenizer.encode(text, parseSpecial: !noSpecial, beginsText: true)
    let pieces = ids.map { String(decoding: tokenizer.piece(of: $0), as: UTF8.self) }
    if json {
      try Printing.json(Output(ids: ids, pieces: pieces))
    } else {
      for (id, piece) in zip(ids, pieces) {
        Printing.line("\(id)\t\(piece.debugDescription)")
      }
    }
  }
}
