import NIOCore
import NIOHTTP1

/// One connection of a client: takes in a request, lets it be answered, and then takes the next.
///
/// A request that comes before the last one is answered is not read; the connection closes after the
/// answer, and the client sends it again. A client that hangs up cancels what answers it.
final class Connection: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart
  private enum Phase {
    /// Between requests.
    case idle
    case reading(HTTPRequestHead)
    case answering(Task<Void, Never>)
    /// Refused: the rest of the request is let go by, so that the client can read why.
    case refused
  }

  private let limits: ServerLimits
  private let refusal: WebServer.Refusal
  private let respond: WebServer.Respond
  private var phase = Phase.idle
  private var body = ByteBuffer()
  private var deadline: Scheduled<Void>?
  private var closesAfterAnswer = false

  init(
    limits: ServerLimits, refusal: @escaping WebServer.Refusal,
    respond: @escaping WebServer.Respond
  ) {
    self.limits = limits
    self.refusal = refusal
    self.respond = respond
  }

  func channelActive(context: ChannelHandlerContext) {
    close(after: limits.requestSeconds, context)
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    deadline?.cancel()
    if case .answering(let task) = phase { task.cancel() }
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // What the parser could not read has been answered by the handler before this one.
    context.close(promise: nil)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch (unwrapInboundIn(data), phase) {
    case (.head(let head), .idle):
      begin(head, context)
    case (.body(let bytes), .reading(let head)):
      var bytes = bytes
      body.writeBuffer(&bytes)
      if body.readableBytes > limits.bodyBytes { refuse(head, tooLarge, context) }
    case (.end, .reading(let head)):
      answer(head, context)
    case (.head, .answering):
      closesAfterAnswer = true
    case (.end, .refused):
      context.close(promise: nil)
    default:
      break
    }
  }

  private func begin(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
    close(after: limits.requestSeconds, context)
    phase = .reading(head)
    body.clear()
    // Who may not ask does not have its body taken first.
    if let error = refusal(WebRequest(head, body: body)) {
      refuse(head, error, context)
      return
    }
    let announced = head.headers.first(name: "Content-Length").flatMap { Int($0) } ?? 0
    guard announced <= limits.bodyBytes else {
      refuse(head, tooLarge, context)
      return
    }
    if head.headers[canonicalForm: "Expect"].contains(where: { $0.lowercased() == "100-continue" })
    {
      let goOn = HTTPResponseHead(version: head.version, status: .continue)
      context.writeAndFlush(wrapOutboundOut(.head(goOn)), promise: nil)
    }
  }

  private var tooLarge: APIError {
    APIError(413, "The request's body is larger than \(limits.bodyBytes) bytes; send less.")
  }

  private func refuse(
    _ head: HTTPRequestHead, _ error: APIError, _ context: ChannelHandlerContext
  ) {
    phase = .refused
    body = ByteBuffer()
    let bytes = ByteBuffer(string: error.body)
    var fields = HTTPHeaders([
      ("Content-Type", "application/json"), ("Content-Length", "\(bytes.readableBytes)"),
      ("Connection", "close"),
    ])
    if error.status == 401 { fields.add(name: "WWW-Authenticate", value: "Bearer") }
    let response = HTTPResponseHead(
      version: head.version, status: HTTPResponseStatus(statusCode: error.status), headers: fields)
    context.write(wrapOutboundOut(.head(response)), promise: nil)
    if head.method != .HEAD {
      context.write(wrapOutboundOut(.body(.byteBuffer(bytes))), promise: nil)
    }
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
  }

  private func answer(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
    deadline?.cancel()
    let isModern = head.version.major == 1 && head.version.minor >= 1
    let writer = ResponseWriter(
      channel: context.channel, version: head.version,
      keepsAlive: head.isKeepAlive && isModern, isHead: head.method == .HEAD,
      patience: Self.time(limits.sendSeconds))
    let request = WebRequest(head, body: body)
    body = ByteBuffer()
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    phase = .answering(
      Task { [respond, loop = context.eventLoop] in
        var isWhole = true
        do { try await respond(request, writer) } catch { isWhole = false }
        let keepsOpen = isWhole && writer.keepsAlive
        loop.execute {
          let (connection, context) = bound.value
          connection.finish(keepingOpen: keepsOpen, context)
        }
      })
  }

  private func finish(keepingOpen: Bool, _ context: ChannelHandlerContext) {
    phase = .idle
    if keepingOpen, !closesAfterAnswer, context.channel.isActive {
      close(after: limits.idleSeconds, context)
    } else {
      context.close(promise: nil)
    }
  }

  private func close(after seconds: Double, _ context: ChannelHandlerContext) {
    deadline?.cancel()
    deadline = context.eventLoop.scheduleTask(in: Self.time(seconds)) {
      [channel = context.channel] in channel.close(promise: nil)
    }
  }

  private static func time(_ seconds: Double) -> TimeAmount {
    .nanoseconds(Int64(seconds * 1e9))
  }
}
