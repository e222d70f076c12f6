import Foundation
import Inference
import Reasoning
import Traces

/// Runs a pair of which at least one model is behind a server; the other may be computed here.
///
/// Steps pass between the models as text, so the two need nothing in common. Tokens of one model mean
/// nothing at another's server: there is no token-level speculation between them.
public actor ServerPair: PairEngine {
  private enum Side {
    case remote(RemoteModel)
    case local(LocalEngine, path: String)
  }

  private let base: Side
  private let draft: Side?
  private var hasWarned = false

  /// Draft and base model are two machines, or two servers that see to it themselves.
  public nonisolated let overlaps: Bool

  /// A pair of the models that `files` names; servers are asked on the first call.
  ///
  /// - Parameters:
  ///   - local: Makes the engine of a model that is computed here, from its file and its role.
  ///   - patience: How long to wait, and how often to try again.
  ///   - onProgress: Gets the progress of long work, and nil when it is over.
  /// - Throws: ``ServerError`` for an address or a key that cannot be used.
  public init(
    _ files: LocalEngine.Files, patience: Patience = Patience(),
    onProgress: (@Sendable (EngineProgress?) -> Void)? = nil,
    local: (LocalEngine.Files, Role) -> LocalEngine
  ) throws(ServerError) {
    func side(
      _ role: Role, _ model: String, _ template: ChatTemplate.Source?
    ) throws(ServerError) -> Side {
      guard ServerAddress.isMeant(by: model) else {
        var file = LocalEngine.Files(base: model, draft: nil)
        file.baseTemplate = template
        return .local(local(file, role), path: model)
      }
      let address = try ServerAddress(model)
      let link = ServerLink(
        address: address, key: try files.sendsKeys ? ServerKey.key(for: role, at: address) : nil,
        transport: SocketTransport.fitting(address), patience: patience)
      return .remote(
        RemoteModel(role, link: link, template: template, onProgress: onProgress))
    }
    base = try side(.base, files.base, files.baseTemplate)
    if let model = files.draft {
      draft = try side(.draft, model, files.draftTemplate)
    } else {
      draft = nil
    }
    overlaps = files.draft != nil
  }

  /// A pair of models behind servers.
  init(base: RemoteModel, draft: RemoteModel?) {
    self.base = .remote(base)
    self.draft = draft.map { .remote($0) }
    overlaps = draft != nil
  }

  /// What each server was found to be, base first.
  public func facts() async throws -> [ServerFacts] {
    var facts: [ServerFacts] = []
    for side in [base, draft].compactMap(\.self) {
      if case .remote(let model) = side { facts.append(try await model.server().facts) }
    }
    return facts
  }

  // MARK: PairEngine

  /// Connects to the servers and loads what is computed here.
  public func open() async throws {
    for side in [base, draft].compactMap(\.self) {
      switch side {
      case .remote(let model): _ = try await model.server()
      case .local(let engine, _): try await engine.open()
      }
    }
  }

  /// Frees the memory of a model that is computed here.
  public func unload() async {
    for case .local(let engine, _) in [base, draft].compactMap(\.self) { await engine.unload() }
  }

  // MARK: Backend

  /// Describes the models; what the servers were found to be stands where the machine is told.
  public func describe() async throws -> PairDescription {
    let base = try await description(of: base, as: .base)
    let draft: SideDescription? =
      if let side = self.draft { try await description(of: side, as: .draft) } else { nil }
    var pair = PairDescription(
      base: base.model, draft: draft?.model,
      machine: (["base: \(base.machine)"]
        + [draft.map { "draft: \($0.machine)" }].compactMap(\.self))
        .joined(separator: " · "),
      baseSecondsPerToken: base.secondsPerToken)
    let passes = base.passes + (draft?.passes ?? [])
    pair.passes = passes.isEmpty ? nil : passes
    pair.baseContext = base.context
    pair.draftContext = draft?.context
    pair.checksTokens = false
    pair.likelihoodObstacle = base.likelihoodObstacle
    pair.confidenceObstacle = draft?.confidenceObstacle
    pair.glimpseObstacle = draft?.glimpseObstacle
    pair.untagged = Set(
      [(Role.base, base), (.draft, draft ?? base)].filter { !$0.1.hasOwnMarks }.map(\.0))
    return pair
  }

  /// What one side contributes to the pair's description.
  private struct SideDescription {
    var model: ModelDescription
    var machine: String
    var secondsPerToken: Double?
    var passes: [PassGroup]
    var context: Int?
    var likelihoodObstacle: String?
    var confidenceObstacle: String?
    var glimpseObstacle: String?
    /// Whether the model or its template has marks of its own around a reasoning.
    var hasOwnMarks: Bool
  }

  private func description(of side: Side, as role: Role) async throws -> SideDescription {
    switch side {
    case .remote(let model):
      let server = try await model.server()
      return SideDescription(
        model: try await model.description(), machine: server.facts.line,
        secondsPerToken: server.secondsPerToken, passes: server.passes,
        context: server.facts.context,
        likelihoodObstacle: server.likelihood == nil
          ? "\(server.facts.address): \(server.facts.likelihoodObstacle ?? "untold")" : nil,
        confidenceObstacle: server.facts.digits == .text
          ? "\(server.facts.address) tells no probabilities" : nil,
        glimpseObstacle: "\(server.facts.address) tells no entropies",
        hasOwnMarks: server.renderer.marks.isOwn)
    case .local(let engine, _):
      let pair = try await engine.describe()
      return SideDescription(
        model: pair.base, machine: pair.machine,
        secondsPerToken: pair.baseSecondsPerToken, passes: pair.passes ?? [],
        context: pair.baseContext, likelihoodObstacle: nil,
        hasOwnMarks: !pair.untagged.contains(role))
    }
  }

  /// Continues a prefix with the draft or the base model.
  public func generate(
    _ request: GenerationRequest, onToken: @escaping @Sendable (GeneratedToken) -> Void
  ) async throws -> Generation {
    var request = request
    request.isSpeculative = false
    switch try side(of: request.role) {
    case .remote(let model): return try await model.generate(request, onToken: onToken)
    case .local(let engine, _): return try await engine.generate(request, onToken: onToken)
    }
  }

  /// Continues a prefix several times: at a server by requests side by side.
  public func generate(
    _ requests: [GenerationRequest], onToken: @escaping @Sendable (Int, GeneratedToken) -> Void
  ) async throws -> [Generation] {
    guard let first = requests.first else { return [] }
    switch try side(of: first.role) {
    case .local(let engine, _): return try await engine.generate(requests, onToken: onToken)
    case .remote(let model):
      return try await Generation.sideBySide(requests) { place, request in
        try await model.generate(request) { onToken(place, $0) }
      }
    }
  }

  /// Has a model judge the last steps of a prefix.
  public func judge(_ request: JudgeRequest) async throws -> [Judgement] {
    switch try side(of: request.role) {
    case .remote(let model): try await model.judge(request)
    case .local(let engine, _): try await engine.judge(request)
    }
  }

  /// What the servers were found to be and do, one line each and once, with what a person should know of
  /// it; and what is to be said of models that are computed here.
  public func advice(on prompt: String) async throws -> [String] {
    var sentences: [String] = []
    for (role, side) in [(Author.base, base), (.draft, draft)] {
      switch side {
      case .remote(let model)?:
        guard !hasWarned else { continue }
        let facts = try await model.server().facts
        sentences += ["\(role.rawValue): \(facts.line)."] + facts.warnings(as: role)
      case .local(let engine, _)?: sentences += try await engine.advice(on: prompt)
      case nil: break
      }
    }
    hasWarned = true
    return sentences
  }

  /// Known of a base model that is computed here.
  public func promptTokens(of messages: [ChatMessage]) async throws -> (all: Int, cached: Int)? {
    guard case .local(let engine, _) = base else { return nil }
    return try await engine.promptTokens(of: messages)
  }

  /// Rewinds a base model that is computed here; servers cannot be told.
  public func rewind(to count: Int, of messages: [ChatMessage]) async throws {
    guard case .local(let engine, _) = base else { return }
    try await engine.rewind(to: count, of: messages)
  }

  /// Clears what is cached here, and has servers begin anew as far as they can be told.
  public func forget() async {
    for side in [base, draft].compactMap(\.self) {
      switch side {
      case .remote(let model): await model.forget()
      case .local(let engine, _): await engine.forget()
      }
    }
  }

  private func side(of role: Role) throws -> Side {
    if role == .base { return base }
    guard let draft else { throw LocalEngineError.noDraftModel }
    return draft
  }
}

extension ServerFacts {
  /// What the server at `address` is and does.
  ///
  /// - Parameter owner: The model of the pair whose key is sent there; nil to send none.
  /// - Throws: ``ServerError`` where it cannot be used.
  public static func found(
    at address: String, withKeyOf owner: Role? = nil
  ) async throws -> ServerFacts {
    let address = try ServerAddress(address)
    let link = ServerLink(
      address: address, key: try owner.flatMap { try ServerKey.key(for: $0, at: address) },
      transport: SocketTransport.fitting(address), patience: Patience())
    return try await RemoteModel(owner ?? .base, link: link).server().facts
  }
}
