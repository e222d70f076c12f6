import Foundation
import Synchronization

/// A small HTTP server on the loopback address that plays what a script says, faults included.
///
/// One thread a connection; every answer ends its connection unless the script keeps it.
public final class ScriptedServer: Sendable {
  /// A request as it came.
  public struct Request: Sendable {
    /// `GET` or `POST`.
    public var method: String
    /// The path.
    public var path: String
    /// The header, with names in lower case.
    public var headers: [String: String]
    /// The body.
    public var body: String
    /// The number of the connection, counted from 1.
    public var connection: Int
  }

  /// A part of an answer.
  public enum Part: Sendable {
    /// The status line and the header, with chunked encoding.
    case head(status: Int = 200, type: String = "text/event-stream", fields: [String: String] = [:])
    /// A chunk of the body.
    case chunk(String)
    /// A server-sent event with this data.
    case event(String)
    /// Bytes as they are, without the encoding.
    case raw([UInt8])
    /// Nothing for so long, or until the client hangs up.
    case wait(milliseconds: Int)
    /// The end of the body; the connection is kept for another request.
    case end
    /// The end of the connection.
    case close
  }

  private struct State {
    var requests: [Request] = []
    var hangUps = 0
    var connections: [Int32] = []
    var isStopped = false
  }

  /// The port that it listens at.
  public let port: Int
  private let listener: Int32
  private let state = Mutex(State())
  private let script: @Sendable (Request) -> [Part]

  /// A server that answers by `script`.
  public init(_ script: @escaping @Sendable (Request) -> [Part]) throws {
    self.script = script
    (listener, port) = try Self.listening()
    Thread.detachNewThread { [self] in accept() }
  }

  /// A socket that listens at a free port of the loopback address, and that port.
  private static func listening() throws -> (Int32, Int) {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        bind(listener, pointer, length) == 0 && listen(listener, 64) == 0
          && getsockname(listener, pointer, &length) == 0
      }
    }
    guard isBound else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    return (listener, Int(UInt16(bigEndian: address.sin_port)))
  }

  /// Where it is.
  public var address: String { "http://127.0.0.1:\(port)" }

  /// The requests so far, in order.
  public var requests: [Request] { state.withLock { $0.requests } }

  /// How often a client hung up before an answer was over.
  public var hangUps: Int { state.withLock { $0.hangUps } }

  /// Ends it, and all connections.
  public func stop() {
    let connections = state.withLock { state in
      state.isStopped = true
      return state.connections
    }
    shutdown(listener, Int32(SHUT_RDWR))
    for connection in connections { shutdown(connection, Int32(SHUT_RDWR)) }
  }

  private func accept() {
    var number = 0
    while true {
      let connection = Foundation.accept(listener, nil, nil)
      guard connection >= 0 else { break }
      number += 1
      let isStopped = state.withLock { state in
        state.connections.append(connection)
        return state.isStopped
      }
      if isStopped { break }
      Thread.detachNewThread { [self, number] in serve(connection, number) }
    }
    close(listener)
  }

  private func serve(_ connection: Int32, _ number: Int) {
    defer {
      state.withLock { state in state.connections.removeAll { $0 == connection } }
      close(connection)
    }
    while let request = Self.request(from: connection, number) {
      state.withLock { $0.requests.append(request) }
      guard play(script(request), on: connection) else { return }
    }
  }

  /// Whether the connection is kept.
  private func play(_ parts: [Part], on connection: Int32) -> Bool {
    for part in parts {
      let isSent: Bool
      switch part {
      case .head(let status, let type, let fields):
        let more = fields.map { "\($0.key): \($0.value)\r\n" }.joined()
        isSent = Self.send(
          "HTTP/1.1 \(status) X\r\nContent-Type: \(type)\r\nTransfer-Encoding: chunked\r\n\(more)\r\n",
          on: connection)
      case .chunk(let text): isSent = Self.send(Self.chunk(text), on: connection)
      case .event(let data): isSent = Self.send(Self.chunk("data: \(data)\n\n"), on: connection)
      case .raw(let bytes): isSent = Self.send(bytes, on: connection)
      case .wait(let milliseconds): isSent = !Self.hangsUp(connection, within: milliseconds)
      case .end:
        guard Self.send("0\r\n\r\n", on: connection) else { return false }
        return true
      case .close: return false
      }
      guard isSent else {
        state.withLock { $0.hangUps += 1 }
        return false
      }
    }
    return false
  }

  private static func chunk(_ text: String) -> String {
    "\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n"
  }

  /// Whether the client ends the connection before the time is over.
  private static func hangsUp(_ connection: Int32, within milliseconds: Int) -> Bool {
    var descriptor = pollfd(fd: connection, events: Int16(POLLIN), revents: 0)
    return poll(&descriptor, 1, Int32(milliseconds)) > 0
  }

  private static func send(_ text: String, on connection: Int32) -> Bool {
    send(Array(text.utf8), on: connection)
  }

  private static func send(_ bytes: [UInt8], on connection: Int32) -> Bool {
    var start = 0
    while start < bytes.count {
      let count = bytes.withUnsafeBytes {
        Foundation.send(
          connection, $0.baseAddress.map { $0 + start }, bytes.count - start,
          Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      start += count
    }
    return true
  }

  /// The next request; nil where the connection is over.
  private static func request(from connection: Int32, _ number: Int) -> Request? {
    var bytes: [UInt8] = []
    let gap = Array("\r\n\r\n".utf8)
    func more() -> Bool {
      var buffer = [UInt8](repeating: 0, count: 65_536)
      let count = recv(connection, &buffer, buffer.count, 0)
      guard count > 0 else { return false }
      bytes += buffer[..<count]
      return true
    }
    var head: Range<Int>?
    while head == nil {
      guard more() else { return nil }
      head = bytes.firstRange(of: gap)
    }
    guard let head else { return nil }
    let lines = String(decoding: bytes[..<head.lowerBound], as: UTF8.self)
      .components(separatedBy: "\r\n")
    let words = lines[0].split(separator: " ").map(String.init)
    guard words.count >= 2 else { return nil }
    let fields = lines.dropFirst().compactMap { line -> (String, String)? in
      guard let colon = line.firstIndex(of: ":") else { return nil }
      let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
      return (line[..<colon].lowercased(), value)
    }
    let headers = Dictionary(fields) { first, _ in first }
    let length = headers["content-length"].flatMap { Int($0) } ?? 0
    while bytes.count < head.upperBound + length {
      guard more() else { return nil }
    }
    let body = bytes[head.upperBound..<head.upperBound + length]
    return Request(
      method: words[0], path: words[1], headers: headers,
      body: String(decoding: body, as: UTF8.self), connection: number)
  }
}
