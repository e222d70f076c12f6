/// Sends the answer to a chat request: piece by piece, or as a whole when it has ended.
struct StreamedReply {
  private let name: ChatReply.Name
  private let isStreamed: Bool
  private let includesUsage: Bool
  private let writer: ResponseWriter

  init(
    _ name: ChatReply.Name, isStreamed: Bool, includesUsage: Bool, _ writer: ResponseWriter
  ) {
    self.name = name
    self.isStreamed = isStreamed
    self.includesUsage = includesUsage
    self.writer = writer
  }

  private enum Part: Sendable {
    case piece(ChatReply.Piece)
    case end(ChatReply.End)
  }

  /// Lets `pair` answer `request` and sends the answer.
  ///
  /// The models never wait for a client that reads slowly: what they write waits for it.
  ///
  /// - Returns: How it ended.
  /// - Throws: ``APIError`` where nothing was sent yet; later ones are sent as the stream's end.
  func send(
    answersOf request: ChatRequest, by pair: ServedPair
  ) async throws(APIError) -> ServerMetrics.Outcome {
    let (parts, continuation) = AsyncThrowingStream.makeStream(of: Part.self)
    let job = Task {
      do {
        let end = try await pair.answer(request) { continuation.yield(.piece($0)) }
        continuation.yield(.end(end))
        continuation.finish()
      } catch {
        let isOwn = error is APIError || error is CancellationError
        continuation.finish(throwing: isOwn ? error : APIError(500, "\(error)"))
      }
    }
    defer { job.cancel() }
    var hasBegun = false
    do {
      var (reasoning, content) = ("", "")
      for try await part in parts {
        switch part {
        case .piece(let piece) where isStreamed:
          if !hasBegun { try await begin() }
          hasBegun = true
          try await writer.write(ChatReply.event(name, piece))
        case .piece(.reasoning(let text)): reasoning += text
        case .piece(.content(let text)): content += text
        case .end(let end) where isStreamed:
          if !hasBegun { try await begin() }
          hasBegun = true
          try await writer.write(ChatReply.closing(name, end, withUsage: includesUsage))
          try await writer.end()
          return Self.outcome(of: end)
        case .end(let end):
          hasBegun = true
          try await writer.send(
            200, type: "application/json",
            ChatReply.whole(name, reasoning: reasoning, content: content, end))
          return Self.outcome(of: end)
        }
      }
      return .cancelled
    } catch let error as APIError {
      guard hasBegun else { throw error }
      try? await writer.write(ChatReply.failure(error))
      try? await writer.end()
      return .failed
    } catch {
      // The client is gone, or the server ends.
      return .cancelled
    }
  }

  private static func outcome(of end: ChatReply.End) -> ServerMetrics.Outcome {
    end.finishReason == "length" ? .length : .answered
  }

  private func begin() async throws {
    try await writer.begin(
      200, [("Cache-Control", "no-cache"), ("X-Accel-Buffering", "no")],
      type: "text/event-stream; charset=utf-8")
    try await writer.write(ChatReply.opening(name))
  }
}
