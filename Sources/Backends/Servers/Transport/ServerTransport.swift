import Foundation

/// A request to a server.
struct ServerRequest: Sendable {
  /// Its address.
  var url: URL
  /// What is posted, as JSON; nil to get.
  var body: Data?
  /// Header fields besides those of every request.
  var headers: [String: String] = [:]
}

/// An answer of which the status and the header have come.
struct ServerAnswer: Sendable {
  /// The HTTP status.
  var status: Int
  /// The header, with names in lower case.
  var headers: [String: String]
  /// The body as it comes; abandoning it hangs up.
  var body: AsyncThrowingStream<Data, any Error>
}

/// Carries requests to servers: by HTTP, or by a script in tests.
protocol ServerTransport: Sendable {
  /// Sends `request`, and returns when the header of its answer has come. Redirects are not followed.
  ///
  /// Throws when the task is cancelled, and hangs up.
  func open(_ request: ServerRequest) async throws -> ServerAnswer
}

extension SocketTransport {
  /// The transport for `address`: plain HTTP by sockets, the rest, and what goes through a proxy, by
  /// `URLSession`.
  static func fitting(
    _ address: ServerAddress, environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> any ServerTransport {
    let proxies = ["http_proxy", "all_proxy", "ALL_PROXY"]
    let hasProxy = !address.isThisMachine && proxies.contains { environment[$0]?.isEmpty == false }
    return address.isEncrypted || hasProxy ? HTTPTransport() : SocketTransport()
  }
}
