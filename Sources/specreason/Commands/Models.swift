import ArgumentParser
import Foundation
import Inference

/// `specreason models`: what is in a model's file.
struct Models: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tell what is in a model's file.", subcommands: [Info.self])

  /// `specreason models info FILE`.
  struct Info: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Check a GGUF file and tell what is in it.")

    @Argument(help: "A GGUF file, or demo for the demo pair's base model.")
    var file: String

    @Flag(help: "Print one JSON object.")
    var json = false

    private struct Output: Encodable {
      var name: String
      var file: String
      var parts: [String]
      var bytes: Int
      var architecture: String
      var quantization: String
      var parameters: Int
      var layers: Int
      var embedding: Int
      var heads: Int
      var keyValueHeads: Int
      var feedForward: Int
      var context: Int
      var vocabulary: Int
      var chatTemplate: String
    }

    func run() throws {
      let model = try Model(path: try ModelArgument.path(file))
      let tokenizer = try Tokenizer(model.file)
      let configuration = model.configuration
      let output = Output(
        name: model.name, file: model.file.path, parts: model.file.partPaths,
        bytes: model.file.byteCount,
        architecture: configuration.architecture.rawValue, quantization: model.quantisation,
        parameters: model.parameterCount, layers: configuration.blockCount,
        embedding: configuration.embeddingLength, heads: configuration.headCount,
        keyValueHeads: configuration.keyValueHeadCount,
        feedForward: configuration.feedForwardLength, context: configuration.contextLength,
        vocabulary: tokenizer.count,
        chatTemplate: ChatTemplate(tokenizer).warning ?? "its own, understood")
      if json {
        try Printing.json(output)
        return
      }
      let rows: [(String, String)] = [
        ("name", output.name),
        ("file", output.parts.count == 1 ? output.file : output.parts.joined(separator: ", ")),
        ("size", output.bytes.formatted(.byteCount(style: .file))),
        ("architecture", output.architecture), ("quantization", output.quantization),
        ("parameters", output.parameters.formatted()), ("layers", "\(output.layers)"),
        ("embedding", "\(output.embedding)"),
        ("heads", "\(output.heads), \(output.keyValueHeads) for keys and values"),
        ("feed-forward", "\(output.feedForward)"), ("context", "\(output.context) tokens"),
        ("vocabulary", "\(output.vocabulary) tokens"), ("chat template", output.chatTemplate),
      ]
      for (label, value) in rows {
        Printing.line(label.padding(toLength: 15, withPad: " ", startingAt: 0) + value)
      }
    }
  }
}
