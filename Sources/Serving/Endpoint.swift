import Foundation

/// The interface that clients see: what each path and method does.
package struct Endpoint: Sendable {
  /// What happened to a request, for a line in the log.
  package struct Note: Sendable {
    /// The path.
    package var path: String
    /// How it ended.
    package var outcome: ServerMetrics.Outcome
    /// Why it was refused or failed; nil where it was not.
    package var reason: String?
    /// Seconds from the request to the end of its response.
    package var seconds: Double
  }

  private let pair: ServedPair
  private let access: AccessRule
  private let onEnd: @Sendable (Note) -> Void
  private let began = Int(Date().timeIntervalSince1970)

  /// The interface of `pair`.
  ///
  /// - Parameter onEnd: Hears of each chat request that has ended.
  package init(
    _ pair: ServedPair, access: AccessRule, onEnd: @escaping @Sendable (Note) -> Void = { _ in }
  ) {
    self.pair = pair
    self.access = access
    self.onEnd = onEnd
  }

  private static let json = "application/json"

  /// Why `request`, whose body need not have come yet, is refused; nil where it may pass.
  package func refusal(of request: WebRequest) -> APIError? {
    request.path == Self.healthPath ? nil : access.refusal(of: request)
  }

  private static let healthPath = "/health"

  /// Answers `request`, which was not refused.
  package func respond(_ request: WebRequest, _ writer: ResponseWriter) async throws {
    if request.path == Self.healthPath {
      return try await writer.send(200, type: Self.json, "{\"status\":\"ok\"}")
    }
    let modelPath = "/v1/models/\(pair.settings.name)"
    // The writer leaves the body out.
    let method = request.method == "HEAD" ? "GET" : request.method
    switch (method, request.path) {
    case ("POST", "/v1/chat/completions"):
      try await chat(request, writer)
    case ("GET", "/v1/models"):
      try await writer.send(200, type: Self.json, WireJSON.text(ModelList(data: [model])))
    case ("GET", modelPath):
      try await writer.send(200, type: Self.json, WireJSON.text(model))
    case ("GET", "/metrics"):
      let load = pair.load
      try await writer.send(
        200, type: "text/plain; version=0.0.4; charset=utf-8",
        pair.metrics.text(waiting: load.waiting, running: load.inside))
    case (_, "/v1/chat/completions"):
      try await refuse(method: request.method, allowing: "POST", writer)
    case (_, "/v1/models"), (_, modelPath), (_, "/metrics"):
      try await refuse(method: request.method, allowing: "GET, HEAD", writer)
    default:
      let error = APIError(
        404, "There is nothing at \(request.path); docs/serve.md lists the paths.",
        code: "not_found")
      try await writer.send(404, type: Self.json, error.body)
    }
  }

  private func refuse(
    method: String, allowing allowed: String, _ writer: ResponseWriter
  ) async throws {
    let error = APIError(
      405, "\(method) is not known here; use \(allowed.replacing(", ", with: " or ")).")
    try await writer.send(405, [("Allow", allowed)], type: Self.json, error.body)
  }

  private struct Model: Encodable {
    var id: String
    var object = "model"
    var created: Int
    var ownedBy = "specreason"

    enum CodingKeys: String, CodingKey {
      case id, object, created
      case ownedBy = "owned_by"
    }
  }

  private struct ModelList: Encodable {
    var object = "list"
    var data: [Model]
  }

  private var model: Model { Model(id: pair.settings.name, created: began) }

  // MARK: Chat

  private func chat(_ request: WebRequest, _ writer: ResponseWriter) async throws {
    let start = ContinuousClock.now
    var outcome = ServerMetrics.Outcome.cancelled
    var reason: String?
    defer {
      pair.metrics.ended(outcome)
      let seconds = (ContinuousClock.now - start) / .seconds(1)
      onEnd(Note(path: request.path, outcome: outcome, reason: reason, seconds: seconds))
    }
    do throws(APIError) {
      let chat = try ChatRequest(request.body)
      try require(chat.model)
      let reply = StreamedReply(
        ChatReply.Name(
          id: "chatcmpl-\(UUID().uuidString.lowercased())",
          created: Int(Date().timeIntervalSince1970), model: pair.settings.name),
        isStreamed: chat.isStreamed, includesUsage: chat.includesUsage, writer)
      outcome = try await reply.send(answersOf: chat, by: pair)
    } catch {
      outcome = error.status >= 500 ? .failed : .refused
      reason = error.message
      let fields = error.status == 429 ? [("Retry-After", "5")] : []
      try await writer.send(error.status, fields, type: Self.json, error.body)
    }
    // Nothing more is sent: the connection cannot stay open.
    if outcome == .cancelled { throw CancellationError() }
  }

  private func require(_ model: String?) throws(APIError) {
    guard let model, model != pair.settings.name else { return }
    throw APIError(
      404, "There is no model \(model) here; the one served is \(pair.settings.name).",
      code: "model_not_found", parameter: "model")
  }
}
