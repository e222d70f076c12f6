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

  @Flag(help: "Take the text as a person's message, and split the prompt that the model reads.")
  var chat = false

  @Option(help: ChatTemplateArgument.help("With --chat, the chat template"))
  var chatTemplate: String?

  @Flag(help: "Print one JSON object: ids, pieces.")
  var json = false

  private struct Output: Encodable {
    var ids: [Token]
    var pieces: [String]
  }

  func run() throws {
    let tokenizer = try Tokenizer(try GGUFFile(path: try ModelArgument.path(model)))
    for warning in tokenizer.warnings { Failure.report("specreason: \(warning)") }
    let text = try TextArgument.text(self.text)
    let ids =
      chat
      ? tokenizer.encode(prompt: try template(tokenizer).prompt(for: [.init(.user, text)]))
      : tokenizer.encode(text, parseSpecial: !noSpecial, beginsText: true)
    let pieces = ids.map { String(decoding: tokenizer.piece(of: $0), as: UTF8.self) }
    if json {
      try Printing.json(Output(ids: ids, pieces: pieces))
    } else {
      for (id, piece) in zip(ids, pieces) {
        Printing.line("\(id)\t\(piece.debugDescription)")
      }
    }
  }

  private func template(_ tokenizer: Tokenizer) throws -> ChatTemplate {
    if let chatTemplate {
      return try ChatTemplate(try ChatTemplateArgument.source(chatTemplate), for: tokenizer)
    }
    let template = ChatTemplate(tokenizer, file: model)
    if let warning = template.warning { Failure.report(warning) }
    return template
  }
}
