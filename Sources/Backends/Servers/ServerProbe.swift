import Foundation
import Inference
import Reasoning
import Traces

/// Finds out what a server is and does, by short requests: three of four servers ignore fields that they
/// do not know, so only an answer shows what holds.
struct ServerProbe: Sendable {
  let link: ServerLink
  let role: Role
  /// The chat template that the person named; nil for the server's own.
  let template: ChatTemplate.Source?

  /// Connects.
  ///
  /// - Throws: ``ServerError`` where there is no server, no model, or no way to render a chat.
  func connect() async throws -> ConnectedServer {
    let list = try await models()
    let kind = try await kind(list)
    let (model, entry) = try chosen(from: list.entries, kind)
    let told = try await details(of: model, kind, entry)
    var speaker = Speaker(link: link, kind: kind, model: model, context: told.context)
    var facts = ServerFacts(
      address: "\(link.address)", kind: kind.name, version: told.version, model: model,
      context: told.context, chats: "", digits: .text, tops: 0,
      likelihoodObstacle: Self.likelihoodObstacle(kind), isStrict: false)
    let renderer = try await renderer(kind, model, told)
    facts.chats = renderer.source.name
    if case .template = renderer.source { speaker.promptsHaveBeginning = false }
    var server = ConnectedServer(speaker: speaker, renderer: renderer, facts: facts)
    try await ServerTrial(role: role).measure(&server)
    if kind == .vllm {
      server.digitIDs = try await digitIDs(model)
      if try await ServerTrial(role: role).tellsChosen(server) {
        server.facts.digits = .exact
      } else {
        server.digitIDs = []
      }
    }
    switch kind {
    case .vllm: server.likelihood = server.digitIDs.isEmpty ? .promptLogprobs : .prefixes
    case .sglang: server.likelihood = .logprobStart
    case .llamaCpp, .ollama, .other: break
    }
    server.hasThinkingTags = try await hasThinkingTags(server, told)
    return server
  }

  private static func likelihoodObstacle(_ kind: ServerKind) -> String? {
    switch kind {
    case .vllm, .sglang: nil
    case .llamaCpp, .ollama, .other:
      "\(kind.name)s do not tell the probabilities of a text that they are given"
    }
  }

  // MARK: What it is

  private struct ModelList {
    /// Nil where the server makes no list.
    var entries: [ModelEntry]?
    var headers: [String: String] = [:]
  }

  struct ModelEntry: Decodable, Sendable {
    var id: String?
    var owned_by: String?
    var max_model_len: Int?
    var aliases: [String]?

    private enum Key: String, CodingKey {
      case id, owned_by, max_model_len, aliases
    }

    init(from decoder: any Decoder) throws {
      let fields = try decoder.container(keyedBy: Key.self)
      id = fields.lenient(String.self, .id)
      owned_by = fields.lenient(String.self, .owned_by)
      max_model_len = fields.count(.max_model_len)
      aliases = fields.lenient([String].self, .aliases)
    }
  }

  private struct ModelsAnswer: Decodable, Sendable {
    var data: [ModelEntry]?
  }

  private func models() async throws -> ModelList {
    do {
      let (headers, body) = try await link.ask("/v1/models", within: link.patience.connecting)
      let answer = try? JSONDecoder().decode(ModelsAnswer.self, from: body)
      return ModelList(entries: answer?.data, headers: headers)
    } catch let error as ServerError {
      // Some servers have no list, or fail to make it, and work all the same.
      guard case .refused = error.reason else { throw error }
      return ModelList()
    }
  }

  private func kind(_ list: ModelList) async throws -> ServerKind {
    let owner = list.entries?.first?.owned_by?.lowercased() ?? ""
    if list.headers["server"]?.lowercased().contains("llama.cpp") == true || owner == "llamacpp" {
      return .llamaCpp
    }
    switch owner {
    case "vllm": return .vllm
    case "sglang": return .sglang
    default: break
    }
    if (try? await link.ask("/api/version", as: VersionAnswer.self))?.version != nil {
      return .ollama
    }
    return .other
  }

  /// The model that the address names, or the first.
  private func chosen(
    from list: [ModelEntry]?, _ kind: ServerKind
  ) throws -> (String, ModelEntry?) {
    let entries = list ?? []
    let names = entries.compactMap(\.id)
    guard let wanted = link.address.model else {
      if let first = entries.first(where: { $0.id != nil }), let id = first.id {
        return (id, first)
      }
      guard kind == .llamaCpp else {
        throw link.error(list == nil ? .modelsUntold : .noModels)
      }
      return ("default", nil)
    }
    let entry = entries.first { $0.id == wanted || $0.aliases?.contains(wanted) == true }
    guard names.isEmpty || entry != nil else {
      throw link.error(.noModel(wanted, has: names))
    }
    return (wanted, entry)
  }

  /// What a server tells of itself and its model.
  struct Told: Sendable {
    var version: String?
    var context: Int?
    /// The chat template, in whatever language.
    var template: String?
  }

  private struct VersionAnswer: Decodable, Sendable {
    var version: String?
  }

  private func details(
    of model: String, _ kind: ServerKind, _ entry: ModelEntry?
  ) async throws -> Told {
    var told = Told(context: entry?.max_model_len)
    switch kind {
    case .llamaCpp:
      let properties = try? await link.ask("/props", as: LlamaProperties.self)
      told.version = properties?.build
      told.context = properties?.context
      told.template = properties?.template
    case .vllm:
      told.version = try? await link.ask("/version", as: VersionAnswer.self).version
    case .sglang:
      told.version = try? await link.ask("/server_info", as: VersionAnswer.self).version
    case .ollama:
      told.version = try? await link.ask("/api/version", as: VersionAnswer.self).version
      let shown = try? await link.ask("/api/show", ["model": model], as: OllamaModel.self)
      told.context = shown?.context
      told.template = shown?.template
    case .other: break
    }
    // None at all is no context, but one that is not told.
    if told.context == 0 { told.context = nil }
    return told
  }

  private struct LlamaProperties: Decodable, Sendable {
    var build: String?
    var context: Int?
    var template: String?

    private enum Key: String, CodingKey {
      case build_info, chat_template, default_generation_settings, n_ctx
    }

    init(from decoder: any Decoder) throws {
      let fields = try decoder.container(keyedBy: Key.self)
      build = fields.lenient(String.self, .build_info)
      template = fields.lenient(String.self, .chat_template)
      let settings = try? fields.nestedContainer(
        keyedBy: Key.self, forKey: .default_generation_settings)
      context = settings?.count(.n_ctx)
    }
  }

  private struct OllamaModel: Decodable, Sendable {
    var template: String?
    var context: Int?

    private enum Key: String, CodingKey {
      case template, parameters
    }

    init(from decoder: any Decoder) throws {
      let fields = try decoder.container(keyedBy: Key.self)
      template = fields.lenient(String.self, .template)
      // The model's own length is no measure: the server's `num_ctx` is what it keeps.
      let parameters = fields.lenient(String.self, .parameters) ?? ""
      context = parameters.firstMatch(of: /num_ctx\s+(\d+)/).flatMap { Int($0.1) }
        .map { min($0, 1 << 31) }
    }
  }

  // MARK: How it reads chats

  private func renderer(
    _ kind: ServerKind, _ model: String, _ told: Told
  ) async throws -> ChatRenderer {
    var renderer = ChatRenderer(source: .applyTemplate, link: link, model: model)
    if let template {
      return ChatRenderer(source: .template(try ChatTemplate(template)), link: link, model: model)
    }
    switch kind {
    case .llamaCpp, .vllm:
      if kind == .vllm {
        renderer = ChatRenderer(source: .tokenizer, link: link, model: model)
      } else {
        renderer.serverBegins = try await beginning()
      }
      do {
        _ = try await renderer.followUp("?")
        return renderer
      } catch let error as ServerError {
        guard case .refused = error.reason else { throw error }
      }
    case .sglang, .ollama, .other: break
    }
    let known =
      told.template.flatMap(BuiltInTemplate.withWords) ?? BuiltInTemplate.named(like: model)
    guard let known else { throw link.error(.noTemplate(model: model)) }
    let source = ChatTemplate.Source(name: known.rawValue, text: known.source)
    return ChatRenderer(source: .template(try ChatTemplate(source)), link: link, model: model)
  }

  private struct LlamaTokenize: Encodable, Sendable {
    var content: String
    var add_special: Bool
    var parse_special = true
  }

  private struct LlamaDetokenize: Encodable, Sendable {
    var tokens: [Int]
  }

  /// The text of the token that llama.cpp's server puts before every prompt; empty for none.
  ///
  /// - Throws: ``ServerError`` for a fault that says nothing of the model.
  private func beginning() async throws -> String {
    func tokens(_ addsSpecial: Bool) async throws -> [Int] {
      let body = LlamaTokenize(content: "1", add_special: addsSpecial)
      return try await link.answer("/tokenize", body, as: TokensAnswer.self)?.tokens ?? []
    }
    let (with, without) = (try await tokens(true), try await tokens(false))
    guard with.count > without.count, let first = with.first, first != without.first else {
      return ""
    }
    let body = LlamaDetokenize(tokens: [first])
    return try await link.answer("/detokenize", body, as: PromptAnswer.self)?.prompt ?? ""
  }

  /// The ids of the digits where each is one token; else none.
  private func digitIDs(_ model: String) async throws -> [Int] {
    var ids: [Int] = []
    for digit in 0...9 {
      let body = Tokenize(model: model, prompt: "\(digit)")
      guard
        let tokens = try await link.answer("/tokenize", body, as: TokensAnswer.self)?.tokens,
        tokens.count == 1
      else { return [] }
      ids += tokens
    }
    return ids
  }

  private func hasThinkingTags(_ server: ConnectedServer, _ told: Told) async throws -> Bool {
    if let template = told.template ?? template?.text, template.contains("</think>") { return true }
    if case .template(let template) = server.renderer.source, template.marks.isOwn {
      return true
    }
    let answer: TokensAnswer?
    switch server.speaker.kind {
    case .llamaCpp:
      answer = try await link.answer(
        "/tokenize", LlamaTokenize(content: "</think>", add_special: false), as: TokensAnswer.self)
    case .vllm, .sglang:
      answer = try await link.answer(
        "/tokenize", Tokenize(model: server.speaker.model, prompt: "</think>"),
        as: TokensAnswer.self)
    case .ollama, .other: answer = nil
    }
    return answer?.tokens.count == 1
  }
}
