/// What one client may take of the server.
package struct ServerLimits: Sendable {
  /// Greatest number of bytes of a request's body.
  package var bodyBytes = 4 << 20
  /// Greatest number of bytes of a request's header fields.
  package var headerBytes = 64 << 10
  /// Seconds within which a request must have come as a whole.
  package var requestSeconds = 30.0
  /// Seconds that a connection may stay open without a request.
  package var idleSeconds = 75.0
  /// Seconds within which a client must take what is sent to it.
  package var sendSeconds = 60.0
  /// Connections that are open at the same time.
  package var connections = 512

  /// The limits that `specreason serve` sets.
  package init() {}
}
