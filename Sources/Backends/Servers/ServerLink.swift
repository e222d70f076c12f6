import Foundation
import Synchronization

/// Talks to one server: its address, its key, and the manners of a client.
struct ServerLink: Sendable {
  /// The most bytes of one answer.
  static let answerLimit = 128 << 20
  /// The most bytes of an error's text.
  private static let complaintLimit = 64 << 10

  let address: ServerAddress
  let key: ServerKey?
  let transport: any ServerTransport
  let patience: Patience
  /// The most bytes of one line or event: top log-probabilities of a long prompt take megabytes.
  var lineLimit = 32 << 20

  /// Asks for `path`; posts `body`, if any.
  ///
  /// - Parameter time: The longest that the whole answer may take.
  func ask(
    _ path: String, _ body: (any Encodable & Sendable)? = nil, within time: Duration? = nil
  ) async throws -> (headers: [String: String], body: Data) {
    let request = try request(path, body)
    return try await retrying {
      let watch = Watch(allowing: time ?? patience.asking)
      return try await bounded(by: watch) {
        let answer = try await open(request)
        var content = Data()
        do {
          for try await bytes in answer.body {
            content += bytes
            guard content.count <= Self.answerLimit else {
              throw error(.endless(limit: Self.answerLimit))
            }
          }
        } catch let failure where !(failure is ServerError) && !(failure is CancellationError) {
          try Task.checkCancellation()
          throw error(.lost)
        }
        try Task.checkCancellation()
        return (answer.headers, content)
      }
    }
  }

  /// The answer of type `Value` to ``ask(_:_:within:)``.
  func ask<Value: Decodable & Sendable>(
    _ path: String, _ body: (any Encodable & Sendable)? = nil, within time: Duration? = nil,
    as type: Value.Type
  ) async throws -> Value {
    let content = try await ask(path, body, within: time).body
    do {
      return try JSONDecoder().decode(type, from: content)
    } catch {
      throw self.error(.unintelligible("something else than was asked for at \(path)"))
    }
  }

  /// The answer of type `Value`; nil where the server does not know the question or answers something
  /// else, as versions differ.
  ///
  /// - Throws: What another try may mend, and what stands against every question.
  func answer<Value: Decodable & Sendable>(
    _ path: String, _ body: (any Encodable & Sendable)? = nil, as type: Value.Type
  ) async throws -> Value? {
    do {
      return try await ask(path, body, as: type)
    } catch let error as ServerError {
      switch error.reason {
      case .refused, .unintelligible: return nil
      default: throw error
      }
    }
  }

  /// What to do after a piece of a streamed answer.
  enum Course: Sendable, Equatable {
    case goOn
    /// The model has not begun to write, and is at work.
    case wait
    /// The text is complete; what still comes is handed on for a moment.
    case end
    /// Nothing more is wanted: hang up.
    case hangUp
  }

  /// Posts `body` to `path`, and hands each piece of the answer to `onPiece` until it hangs up.
  ///
  /// A request of which nothing has been taken in may be sent again.
  ///
  /// - Parameter onPiece: Called with each piece, in order.
  func stream(
    _ path: String, _ body: any Encodable & Sendable, framing: EventReader.Framing,
    onPiece: @escaping @Sendable (Data) throws -> Course
  ) async throws {
    let request = try request(path, body)
    let received = Received()
    try await retrying(unless: { received.hasAny }) {
      let watch = Watch(allowing: patience.firstToken)
      do {
        try await bounded(by: watch) {
          let answer = try await open(request)
          try await read(answer, framing, received, watch, onPiece)
        }
      } catch is ServerError where received.isOver {
        // The text is whole; how the connection ends does not matter.
      }
    }
  }

  private func read(
    _ answer: ServerAnswer, _ framing: EventReader.Framing, _ received: Received, _ watch: Watch,
    _ onPiece: @Sendable (Data) throws -> Course
  ) async throws {
    var reader = EventReader(Self.framing(of: answer, framing), limit: lineLimit)
    var count = 0
    func take(_ pieces: [Data]) throws -> Bool {
      for piece in pieces {
        if piece.elementsEqual("[DONE]".utf8) { continue }
        received.note(.some)
        if let words = ServerComplaint.words(inPiece: piece, redacting: redacted) {
          throw error(.failed(words))
        }
        switch try onPiece(piece) {
        case .goOn: watch.allow(patience.stall)
        case .wait: watch.allow(patience.firstToken)
        case .end:
          // What a text cost comes after its end; that is waited for once.
          if !received.isOver { watch.allow(patience.ending) }
          received.note(.all)
        case .hangUp: return false
        }
      }
      return true
    }
    do {
      for try await bytes in answer.body {
        count += bytes.count
        guard count <= Self.answerLimit else { throw error(.endless(limit: Self.answerLimit)) }
        guard try take(try reader.append(bytes)) else { return }
      }
      try Task.checkCancellation()
      guard try take(try reader.finish()) else { return }
    } catch is LineReader.LineTooLong {
      throw error(.endless(limit: lineLimit))
    } catch let failure where !(failure is ServerError) && !(failure is CancellationError) {
      // Hanging up ends the stream as a fault does.
      try Task.checkCancellation()
      throw error(received.hasAny ? .cut : .lost)
    }
    if !received.hasAny {
      let type = answer.headers["content-type"] ?? "nothing"
      throw error(
        type.contains("event-stream") ? .lost : .unintelligible(String(redacted(type).prefix(80))))
    }
    if !received.isOver { throw error(.cut) }
  }

  /// How the answer is divided: as its type says, else as this kind of server does it.
  private static func framing(
    of answer: ServerAnswer, _ usual: EventReader.Framing
  ) -> EventReader.Framing {
    let type = answer.headers["content-type"]?.lowercased() ?? ""
    if type.contains("event-stream") { return .events }
    if type.contains("ndjson") || type.contains("jsonl") { return .lines }
    return type.contains("json") ? .whole : usual
  }

  // MARK: Requests

  private func request(_ path: String, _ body: (any Encodable)?) throws -> ServerRequest {
    var headers = key?.header ?? [:]
    headers["Accept"] = "application/json, text/event-stream"
    headers["User-Agent"] = "specreason"
    // A compressed stream comes in lumps.
    headers["Accept-Encoding"] = "identity"
    var request = ServerRequest(url: address.url(of: path))
    if let body {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
      request.body = try encoder.encode(body)
      headers["Content-Type"] = "application/json"
    }
    request.headers = headers
    return request
  }

  /// Opens `request`; an answer that is no success is an error.
  private func open(_ request: ServerRequest) async throws -> ServerAnswer {
    let answer: ServerAnswer
    do {
      answer = try await transport.open(request)
    } catch let failure where !(failure is CancellationError) {
      try Task.checkCancellation()
      throw ServerError(opening: failure, at: "\(address)")
    }
    guard !(200..<300).contains(answer.status) else { return answer }
    if (300..<400).contains(answer.status) {
      throw error(.redirected(to: answer.headers["location"].map(redacted)))
    }
    let words = ServerComplaint.words(in: try await refusal(of: answer), redacting: redacted)
    switch answer.status {
    case 401, 403: throw error(.refusedKey(words))
    case 408, 425, 429, 502, 503, 504:
      throw Waits(
        error: error(.busy(status: answer.status, words)),
        seconds: answer.headers["retry-after"].flatMap { Double($0) })
    default: throw error(.refused(status: answer.status, words))
    }
  }

  /// What came of the body of a refusal within its time.
  private func refusal(of answer: ServerAnswer) async throws -> Data {
    let body = Mutex(Data())
    do {
      try await Watch(allowing: patience.refusal).over {
        for try await bytes in answer.body {
          let count = body.withLock { body in
            body += bytes
            return body.count
          }
          if count >= Self.complaintLimit { break }
        }
      }
    } catch  where !(error is CancellationError) {
      // What came of it is told.
    }
    try Task.checkCancellation()
    return body.withLock { $0 }
  }

  /// An error that names the seconds to wait before the next try.
  private struct Waits: Error {
    var error: ServerError
    var seconds: Double?
  }

  /// Does `work` again after errors that pass, unless `isSettled`.
  private func retrying<Value>(
    unless isSettled: @Sendable () -> Bool = { false },
    _ work: () async throws -> Value
  ) async throws -> Value {
    var number = 1
    while true {
      let failure: ServerError
      var asked: Double?
      do {
        return try await work()
      } catch let waits as Waits {
        (failure, asked) = (waits.error, waits.seconds)
      } catch let error as ServerError {
        failure = error
      }
      number += 1
      guard failure.isPassing, !isSettled(), number <= patience.tries, !Task.isCancelled else {
        throw failure
      }
      // An idle connection that the server had closed shows at the first use; the next try makes a new
      // one at once.
      if failure.reason == .lost, number == 2 { continue }
      try await Task.sleep(for: patience.wait(before: number, asked: asked))
    }
  }

  private func bounded<Value: Sendable>(
    by watch: Watch, _ work: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    do {
      return try await watch.over(work)
    } catch let overdue as Watch.Overdue {
      let seconds = Int((overdue.allowed / .seconds(1)).rounded(.up))
      throw error(.silent(seconds: seconds))
    }
  }

  func error(_ reason: ServerError.Reason) -> ServerError {
    ServerError(reason, at: "\(address)")
  }

  private func redacted(_ text: String) -> String { key?.redacted(from: text) ?? text }
}

/// How much of an answer was taken in.
private final class Received: Sendable {
  enum Amount: Int {
    case none, some, all
  }

  private let amount = Mutex(Amount.none)

  /// A request of which anything came is not sent again.
  var hasAny: Bool { amount.withLock { $0 != .none } }

  /// The text is whole.
  var isOver: Bool { amount.withLock { $0 == .all } }

  func note(_ more: Amount) {
    amount.withLock { $0 = more.rawValue > $0.rawValue ? more : $0 }
  }
}
