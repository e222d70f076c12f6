import ArgumentParser
import Backends
import Foundation
import Inference
import Reasoning
import Reports
import Viewer

/// `specreason models`: the models on this machine, what is in a model's file, and new ones.
struct Models: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the models on this machine, tell what is in a file, or download one.",
    subcommands: [ModelList.self, Info.self, ModelPull.self], defaultSubcommand: ModelList.self)

  /// `specreason models info FILE`.
  struct Info: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Check a GGUF file, or a server, and tell what is in it.")

    @Argument(help: "A GGUF file, a server's address, or demo for the demo pair's base model.")
    var file: String

    @Option(
      name: .customLong("as"),
      help: "Send a server the key of this model of the pair: base or draft. [default: no key]")
    var keyOwner: Role?

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
      var experts: Int
      var expertsUsed: Int
      var context: Int
      /// Bytes of what recurrent layers hold of a text, and of all that a text needs to go back in it;
      /// 0 without such layers.
      var stateBytes: Int
      var textStateBytes: Int
      var vocabulary: Int
      var chatTemplate: String
      var warnings: [String]
    }

    func run() throws {
      if ServerAddress.isMeant(by: file) {
        try showServer(at: file)
        return
      }
      let model = try GGUFFile(path: try ModelArgument.path(file))
      let configuration = try Model.check(model)
      let tokenizer = try Tokenizer(model)
      let output = Output(
        name: try model.modelName, file: model.path, parts: model.partPaths,
        bytes: model.byteCount,
        architecture: configuration.family.name, quantization: model.quantization,
        parameters: model.parameterCount, layers: configuration.blockCount,
        embedding: configuration.embeddingLength, heads: configuration.headCount,
        keyValueHeads: configuration.keyValueHeadCount,
        feedForward: configuration.feedForwardLength,
        experts: configuration.experts?.count ?? 0,
        expertsUsed: configuration.experts?.usedCount ?? 0, context: configuration.contextLength,
        stateBytes: configuration.stateMemory?.one ?? 0,
        textStateBytes: configuration.stateMemory?.whole ?? 0,
        vocabulary: tokenizer.count,
        chatTemplate: ChatTemplate(tokenizer).warning ?? "its own, understood",
        warnings: tokenizer.warnings)
      if json {
        try Printing.json(output)
        return
      }
      var rows = [
        ["name", output.name],
        ["file", output.parts.count == 1 ? output.file : output.parts.joined(separator: ", ")],
        ["size", Format.bytes(output.bytes)],
        ["architecture", output.architecture], ["quantization", output.quantization],
        ["parameters", output.parameters.formatted()], ["layers", "\(output.layers)"],
        ["embedding", "\(output.embedding)"],
        ["heads", "\(output.heads), \(output.keyValueHeads) for keys and values"],
        ["feed-forward", "\(output.feedForward)"],
        [
          "experts",
          output.experts == 0 ? "none" : "\(output.experts), \(output.expertsUsed) for each token",
        ],
        ["context", "\(output.context) tokens"],
        ["vocabulary", "\(output.vocabulary) tokens"], ["chat template", output.chatTemplate],
      ]
      if let memory = configuration.stateMemory, let net = configuration.deltaNet {
        let (one, whole) = (memory.one, memory.whole)
        rows.append([
          "state",
          "\(net.layerCount) layers, \(Format.bytes(one)); with what it takes "
            + "to go back, \(Format.bytes(whole)) a text",
        ])
      }
      rows += output.warnings.map { ["warning", $0] }
      Table(["", ""], rows: rows).lines.forEach(Printing.line)
    }
  }
}
