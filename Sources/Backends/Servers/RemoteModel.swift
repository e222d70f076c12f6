import Foundation
import Inference
import Reasoning
import Traces

/// One model of a pair behind a server: writes prefixes as text, has them continued, and asks for
/// judgements.
///
/// The server is probed at the first call. Calls may overlap.
actor RemoteModel {
  /// Which model of the pair it is.
  nonisolated let role: Role
  /// Where it is.
  nonisolated let address: ServerAddress
  private let link: ServerLink
  private let template: ChatTemplate.Source?
  private let onProgress: (@Sendable (EngineProgress?) -> Void)?
  private var connection: Task<ConnectedServer, any Error>?
  private var prompt: (messages: [ChatMessage], thinking: Thinking, text: String)?
  private var judgeTurn: (judge: JudgeRequest.Judge, text: String)?
  /// The prompt sent last, and its tokens: what a server that does not tell its cached tokens may have
  /// in its cache.
  private var last: (text: String, tokens: Int)?
  /// A word that sets requests apart from those of before; nil until caches are to be forgotten.
  private(set) var cacheSalt: String?
  private var usesCache = true

  /// The model of `role` behind `link`.
  ///
  /// - Parameters:
  ///   - template: A chat template in Jinja; nil for the server's own.
  ///   - onProgress: Gets the progress of long work, and nil when it is over.
  init(
    _ role: Role, link: ServerLink, template: ChatTemplate.Source? = nil,
    onProgress: (@Sendable (EngineProgress?) -> Void)? = nil
  ) {
    self.role = role
    self.link = link
    self.template = template
    self.onProgress = onProgress
    address = link.address
  }

  /// The server, probed once; a failed attempt is made again at the next call.
  func server() async throws -> ConnectedServer {
    while let connection {
      do {
        return try await connection.value
      } catch is CancellationError where !Task.isCancelled {
        // The call that had begun to connect was cancelled, and this one was not.
        drop(connection)
      }
    }
    onProgress?(EngineProgress(work: .connecting("\(address)"), share: 0))
    defer { onProgress?(nil) }
    let task = Task { [link, role, template] in
      try await ServerProbe(link: link, role: role, template: template).connect()
    }
    connection = task
    do {
      return try await withTaskCancellationHandler {
        try await task.value
      } onCancel: {
        task.cancel()
      }
    } catch {
      drop(task)
      throw error
    }
  }

  /// Lets the next call connect anew, unless one has begun to.
  private func drop(_ attempt: Task<ConnectedServer, any Error>) {
    if connection == attempt { connection = nil }
  }

  /// The model as traces record it.
  func description() async throws -> ModelDescription {
    let server = try await server()
    var source = address.whole
    if address.model == nil, server.facts.model != "default" {
      source = address.naming(server.facts.model).whole
    }
    return ModelDescription(name: server.facts.model, source: source)
  }

  /// Lets what was computed so far count for nothing, as far as the server allows that.
  func forget() {
    // vLLM keeps salted prefixes apart; llama.cpp's server is told once to begin anew.
    cacheSalt = String(Int.random(in: 0..<Int.max), radix: 36)
    usesCache = false
    last = nil
  }

  // MARK: Texts

  /// `prefix` as the model is to read it, and the bytes of the chat at its beginning.
  func text(of prefix: Prefix) async throws -> (text: String, chat: Int) {
    let prefix = prefix.seen(by: role)
    var text = try await chat(prefix.messagesWithRubric, prefix.thinking)
    let chat = text.utf8.count
    guard prefix.thinkingClosed else {
      for step in prefix.steps { text += step + Self.blankLine }
      return (text, chat)
    }
    text += prefix.steps.joined(separator: Self.blankLine)
    text +=
      prefix.thinking == .off
      ? Self.blankLine : try await server().renderer.marks.closing
    text += prefix.answer
    return (text, chat)
  }

  /// What asks for the judge's digit after a prefix.
  func text(of judge: JudgeRequest.Judge) async throws -> String {
    if let judgeTurn, judgeTurn.judge == judge { return judgeTurn.text }
    let text =
      switch judge {
      case .wording(let question, let opening):
        try await server().renderer.followUp(question) + opening
      case .continuation(let opening): opening
      case .likelihood: ""
      }
    judgeTurn = (judge, text)
    return text
  }

  private static let blankLine = "\n\n"

  private func chat(_ messages: [ChatMessage], _ thinking: Thinking) async throws -> String {
    if let prompt, prompt.messages == messages, prompt.thinking == thinking { return prompt.text }
    let text = try await server().renderer.thinkingPrompt(for: messages, thinking)
    prompt = (messages, thinking, text)
    return text
  }

  // MARK: Requests

  /// A completion of `text` with this model's place in the server's cache.
  func completion(_ text: String, maxTokens: Int, sampling: Sampling, seed: UInt64) -> Completion {
    var completion = Completion(
      prompt: text, maxTokens: maxTokens, sampling: sampling, seed: seed)
    completion.cacheSalt = cacheSalt
    completion.usesCache = usesCache
    usesCache = true
    return completion
  }

  /// The passes of a request, told as ``PassGroup``s.
  ///
  /// - Parameter chat: Bytes of the chat at the beginning of `text`.
  func passes(
    _ outcome: Speaker.Outcome, of text: String, chat: Int, at server: ConnectedServer
  ) -> [PassGroup] {
    let estimate =
      server.facts.cachesPrefixes == true
      ? estimatedCache(of: text, outcome.usage.promptTokens) : 0
    let cached = outcome.usage.cachedTokens ?? estimate
    if let tokens = outcome.usage.promptTokens { last = (text, tokens) }
    let share = Double(chat) / Double(max(1, text.utf8.count))
    return [PassGroup](outcome, by: role, cached: cached, promptShare: share)
  }

  /// Tokens of `text`, as many for its length as the prompt sent last had; nil where none was told.
  func estimatedTokens(of text: String) -> Int? {
    guard let last, !last.text.isEmpty else { return nil }
    return Int(Double(last.tokens) * Double(text.utf8.count) / Double(last.text.utf8.count))
  }

  /// Tokens of `text` that a server that keeps prefixes has read already, as far as that can be guessed.
  private func estimatedCache(of text: String, _ tokens: Int?) -> Int {
    guard let last, let tokens else { return 0 }
    let shared = zip(text.utf8, last.text.utf8).prefix { $0 == $1 }.count
    return Int(Double(tokens) * Double(shared) / Double(max(1, text.utf8.count)))
  }

  /// Shows how much of a long prompt has been read.
  nonisolated func prefillMeter() -> PrefillMeter { PrefillMeter(onProgress) }
}
