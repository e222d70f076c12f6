import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// Listens for HTTP/1.1 requests and has each answered.
package struct WebServer: Sendable {
  /// Answers a request by the writer; what it throws closes the connection.
  package typealias Respond = @Sendable (WebRequest, ResponseWriter) async throws -> Void

  /// Why the server cannot listen.
  package struct Failure: Error, CustomStringConvertible {
    let host: String
    let port: Int
    /// In the system's words.
    let reason: String

    /// One sentence with the remedy.
    package var description: String {
      "Nothing can be served at \(host) port \(port): \(reason); choose another by --port or --host."
    }
  }

  /// Why a request may not ask, told before its body has come; nil where it may.
  package typealias Refusal = @Sendable (WebRequest) -> APIError?

  private let limits: ServerLimits
  private let refusal: Refusal
  private let respond: Respond

  /// A server whose requests are answered by `respond`, unless `refusal` says why not.
  package init(
    limits: ServerLimits = ServerLimits(), refusal: @escaping Refusal,
    respond: @escaping Respond
  ) {
    self.limits = limits
    self.refusal = refusal
    self.respond = respond
  }

  /// The connections that are open.
  private final class Connections: Sendable {
    private let channels = Mutex<[ObjectIdentifier: any Channel]>([:])

    /// Takes in a connection, unless there are `limit` already.
    func add(_ channel: any Channel, limit: Int) -> Bool {
      let isTaken = channels.withLock { channels in
        guard channels.count < limit else { return false }
        channels[ObjectIdentifier(channel)] = channel
        return true
      }
      guard isTaken else { return false }
      channel.closeFuture.whenComplete { [weak self] _ in
        _ = self?.channels.withLock { $0.removeValue(forKey: ObjectIdentifier(channel)) }
      }
      return true
    }

    func closeAll() async {
      let open = channels.withLock { Array($0.values) }
      for channel in open {
        channel.close(promise: nil)
        try? await channel.closeFuture.get()
      }
    }
  }

  /// Listens at `host` and `port` (0 for any that is free) until the surrounding task is cancelled;
  /// then closes all connections.
  ///
  /// - Parameter onListening: Gets the port, once connections are taken.
  /// - Throws: ``Failure`` where it cannot listen there.
  package func run(
    host: String, port: Int, onListening: @Sendable (Int) -> Void
  ) async throws {
    let connections = Connections()
    let bootstrap = ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .serverChannelOption(.backlog, value: 256)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { [limits, refusal, respond] channel in
        channel.eventLoop.makeCompletedFuture {
          guard connections.add(channel, limit: limits.connections) else {
            throw ChannelError.ioOnClosedChannel
          }
          var decoding = NIOHTTPDecoderLimitConfiguration()
          decoding.maxHeaderFieldSize = limits.headerBytes
          decoding.maxHeaderListSize = limits.headerBytes
          let pipeline = channel.pipeline.syncOperations
          try pipeline.configureHTTPServerPipeline(
            withPipeliningAssistance: false, withErrorHandling: true,
            withEncoderConfiguration: .init(), withDecoderLimitConfiguration: decoding)
          try pipeline.addHandler(Connection(limits: limits, refusal: refusal, respond: respond))
        }
      }
    let listener: any Channel
    do {
      listener = try await bootstrap.bind(host: host, port: port).get()
    } catch {
      throw Failure(host: host, port: port, reason: Self.reason(of: error))
    }
    onListening(listener.localAddress?.port ?? port)
    await withTaskCancellationHandler {
      try? await listener.closeFuture.get()
    } onCancel: {
      listener.close(promise: nil)
    }
    await connections.closeAll()
  }

  private static func reason(of error: any Error) -> String {
    guard let error = error as? IOError else { return "\(error)" }
    return String(cString: strerror(error.errnoCode))
  }
}
