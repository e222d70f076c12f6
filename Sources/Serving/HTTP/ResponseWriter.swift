import NIOCore
import NIOHTTP1

/// Sends the response to one request: as a whole, or piece by piece.
package struct ResponseWriter: Sendable {
  let channel: any Channel
  let version: HTTPVersion
  let keepsAlive: Bool
  /// The request was HEAD: its response has no body, and the fields that a body would have.
  let isHead: Bool
  /// How long the client may take until it has taken a piece.
  let patience: TimeAmount

  /// Sends a whole response.
  ///
  /// - Throws: Where the connection is gone, or the client takes nothing any more.
  package func send(
    _ status: Int, _ fields: [(String, String)] = [], type: String, _ body: String
  ) async throws {
    let bytes = ByteBuffer(string: body)
    let length = ("Content-Length", "\(bytes.readableBytes)")
    try await put(.head(head(status, [("Content-Type", type), length] + fields)))
    if !isHead { try await put(.body(.byteBuffer(bytes))) }
    try await put(.end(nil))
  }

  /// Begins a response whose body comes in pieces; `end` finishes it.
  package func begin(_ status: Int, _ fields: [(String, String)] = [], type: String) async throws {
    try await put(.head(head(status, [("Content-Type", type)] + fields)))
  }

  /// Sends the next piece of the body, and waits until it is on its way.
  package func write(_ text: String) async throws {
    try await put(.body(.byteBuffer(ByteBuffer(string: text))))
  }

  /// Finishes a response that was begun.
  package func end() async throws {
    try await put(.end(nil))
  }

  private func head(_ status: Int, _ fields: [(String, String)]) -> HTTPResponseHead {
    var all = HTTPHeaders(fields)
    if !keepsAlive { all.replaceOrAdd(name: "Connection", value: "close") }
    return HTTPResponseHead(
      version: version, status: HTTPResponseStatus(statusCode: status), headers: all)
  }

  private func put(_ part: HTTPServerResponsePart) async throws {
    // A client that stops reading would otherwise keep the connection for ever.
    let timer = channel.eventLoop.scheduleTask(in: patience) { [channel] in
      channel.close(promise: nil)
    }
    defer { timer.cancel() }
    try await channel.writeAndFlush(part).get()
  }
}
