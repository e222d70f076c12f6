import Inference
import Reasoning

/// How a server reads chats and digits.
extension ServerProbe {
  /// Who writes the model's chats: the server, where it can, by its own template.
  ///
  /// - Throws: ``ServerError``; `TemplateError` for a template that the person named.
  func renderer(
    _ kind: ServerKind, _ model: String, _ told: ToldOfModel
  ) async throws -> ChatRenderer {
    let marks = try await marks(kind, model, told)
    if let template { return .template(try ChatTemplate(template).with(marks)) }
    if var renderer = serverRenderer(kind, model) {
      do {
        if kind == .llamaCpp { renderer.serverBegins = try await beginning() }
        try await renderer.learn(marks)
        return .server(renderer)
      } catch let error as ServerError {
        guard case .refused = error.reason else { throw error }
      }
    }
    let known =
      told.template.flatMap(BuiltInTemplate.withWords) ?? BuiltInTemplate.named(like: model)
    guard let known else { throw link.error(.noTemplate(model: model)) }
    let source = ChatTemplate.Source(name: known.rawValue, text: known.source)
    return .template(try ChatTemplate(source).with(marks))
  }

  private func serverRenderer(_ kind: ServerKind, _ model: String) -> ServerRenderer? {
    switch kind {
    case .llamaCpp: ServerRenderer(.applyTemplate, link: link, model: model)
    case .vllm: ServerRenderer(.tokenizer, link: link, model: model)
    case .sglang, .ollama, .other: nil
    }
  }

  /// How the model's reasoning is told from its answer: as the template has it that the server tells, else
  /// by what its vocabulary has as one token; else the usual marks.
  private func marks(
    _ kind: ServerKind, _ model: String, _ told: ToldOfModel
  ) async throws -> ReasoningMarks {
    if let marks = told.template.map(ReasoningMarks.of(template:)), marks.isOwn { return marks }
    for (sign, marks) in ReasoningMarks.known {
      if try await tokens(of: sign, kind, model)?.count == 1 { return marks }
    }
    return .usual
  }

  /// The server's tokens of `text` alone; nil where it does not tell them.
  private func tokens(
    of text: String, _ kind: ServerKind, _ model: String
  ) async throws -> [Int]? {
    switch kind {
    case .llamaCpp:
      try await llamaTokens(of: text, addingSpecial: false)
    case .vllm, .sglang:
      try await link.answer(
        "/tokenize", Tokenize(model: model, prompt: text), as: TokensAnswer.self)?.tokens
    case .ollama, .other: nil
    }
  }

  private func llamaTokens(of text: String, addingSpecial: Bool) async throws -> [Int]? {
    let body = LlamaTokenize(content: text, add_special: addingSpecial)
    return try await link.answer("/tokenize", body, as: TokensAnswer.self)?.tokens
  }

  /// The text of the token that llama.cpp's server puts before every prompt; empty for none.
  ///
  /// - Throws: ``ServerError`` for a fault that says nothing of the model.
  private func beginning() async throws -> String {
    guard let with = try await llamaTokens(of: "1", addingSpecial: true),
      let without = try await llamaTokens(of: "1", addingSpecial: false),
      with.count > without.count, let first = with.first, first != without.first
    else { return "" }
    let body = LlamaDetokenize(tokens: [first])
    return try await link.answer("/detokenize", body, as: PromptAnswer.self)?.prompt ?? ""
  }

  /// The ids of the digits where each is one token; else none.
  func digitIDs(_ kind: ServerKind, _ model: String) async throws -> [Int] {
    var ids: [Int] = []
    for digit in 0...9 {
      guard let tokens = try await tokens(of: "\(digit)", kind, model), tokens.count == 1 else {
        return []
      }
      ids += tokens
    }
    return ids
  }
}
