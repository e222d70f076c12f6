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
    let renderer = try await renderer(kind, model, told)
    if case .template = renderer { speaker.promptsHaveBeginning = false }
    speaker.shownTokens = renderer.marks.tags
    let facts = ServerFacts(
      address: "\(link.address)", kind: kind.name, version: told.version, model: model,
      context: told.context, chats: renderer.name, digits: .text, tops: 0,
      likelihoodObstacle: Self.likelihoodObstacle(kind), isStrict: false)
    var server = ConnectedServer(speaker: speaker, renderer: renderer, facts: facts)
    try await ServerTrial(role: role).measure(&server)
    if kind == .vllm {
      server.digitIDs = try await digitIDs(kind, model)
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

  private func details(
    of model: String, _ kind: ServerKind, _ entry: ModelEntry?
  ) async throws -> ToldOfModel {
    var told = ToldOfModel(context: entry?.max_model_len)
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
    // No model has a template of that length.
    if let template = told.template, template.utf8.count > 1 << 20 { told.template = nil }
    return told
  }
}
