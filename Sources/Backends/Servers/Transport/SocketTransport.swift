import Foundation
import Synchronization

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// Plain HTTP/1.1 (RFC 9112): one connection and one thread for each request.
///
/// Not by `URLSession`, which on Linux keeps a processor busy while it waits for the answer to a post,
/// and at times never tells its end (seen with Swift 6.3); a long prefill is such a wait.
struct SocketTransport: ServerTransport {
  func open(_ request: ServerRequest) async throws -> ServerAnswer {
    let exchange = HTTPExchange(request)
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        exchange.start(continuation)
      }
    } onCancel: {
      exchange.cancel()
    }
  }
}

/// One request and its answer.
private final class HTTPExchange: Sendable {
  private struct State {
    var waiting: CheckedContinuation<ServerAnswer, any Error>?
    /// The connected socket; nil before and after.
    var socket: Int32?
    var isCancelled = false
  }

  private let request: ServerRequest
  private let state = Mutex(State())

  init(_ request: ServerRequest) {
    self.request = request
  }

  func start(_ continuation: CheckedContinuation<ServerAnswer, any Error>) {
    let isCancelled = state.withLock { state in
      if !state.isCancelled { state.waiting = continuation }
      return state.isCancelled
    }
    guard !isCancelled else {
      continuation.resume(throwing: CancellationError())
      return
    }
    Thread.detachNewThread { self.run() }
  }

  /// Hangs up, whatever is being waited for.
  func cancel() {
    let waiting = state.withLock { state in
      state.isCancelled = true
      // The thread closes it; until then its number is no other socket's.
      if let socket = state.socket { shutdown(socket, Int32(SHUT_RDWR)) }
      return state.waiting.take()
    }
    waiting?.resume(throwing: CancellationError())
  }

  private func run() {
    var body: AsyncThrowingStream<Data, any Error>.Continuation?
    do {
      let socket = try SocketConnection.connected(to: request.url) { self.isCancelled }
      guard adopt(socket) else { return }
      defer { leave(socket) }
      try SocketConnection.send(Array(head.utf8) + (request.body ?? Data()), on: socket)
      var reader = HTTPReader(socket: socket)
      let (status, headers) = try reader.head()
      let continuation = answer(status, headers)
      body = continuation
      var count = 0
      try reader.body(status, headers) { bytes in
        count += bytes.count
        continuation.yield(Data(bytes))
        // One more than is read: the reader tells why.
        if count > ServerLink.answerLimit { self.cancel() }
      }
      continuation.finish()
    } catch {
      body?.finish(throwing: error)
      state.withLock { $0.waiting.take() }?.resume(throwing: error)
    }
  }

  /// Hands out the answer, and returns what takes its body.
  ///
  /// In a function of its own: while this thread held the stream, nobody's letting go of it would hang up.
  private func answer(
    _ status: Int, _ headers: [String: String]
  ) -> AsyncThrowingStream<Data, any Error>.Continuation {
    let (stream, continuation) = AsyncThrowingStream.makeStream(of: Data.self)
    continuation.onTermination = { end in
      if case .cancelled = end { self.cancel() }
    }
    let waiting = state.withLock { $0.waiting.take() }
    waiting?.resume(returning: ServerAnswer(status: status, headers: headers, body: stream))
    return continuation
  }

  private var isCancelled: Bool { state.withLock { $0.isCancelled } }

  /// Whether the exchange goes on with `socket`; else it is closed.
  private func adopt(_ socket: Int32) -> Bool {
    let isWanted = state.withLock { state in
      if !state.isCancelled { state.socket = socket }
      return !state.isCancelled
    }
    if !isWanted { close(socket) }
    return isWanted
  }

  private func leave(_ socket: Int32) {
    state.withLock { $0.socket = nil }
    close(socket)
  }

  private var head: String {
    let url = request.url
    let path = url.path(percentEncoded: true)
    let port = url.port.map { ":\($0)" } ?? ""
    var lines = [
      "\(request.body == nil ? "GET" : "POST") \(path.isEmpty ? "/" : path) HTTP/1.1",
      "Host: \(url.host() ?? "")\(port)", "Connection: close",
    ]
    lines += request.headers.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
    if let body = request.body { lines.append("Content-Length: \(body.count)") }
    return lines.joined(separator: "\r\n") + "\r\n\r\n"
  }
}

/// Connected sockets.
private enum SocketConnection {
  private static let patience = 10.0

  /// A socket that is connected to the host of `url`, by the first of its addresses that answers.
  static func connected(to url: URL, isCancelled: () -> Bool) throws -> Int32 {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    let host = (url.host() ?? "").trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, "\(url.port ?? 80)", &hints, &list) == 0 else {
      throw URLError(.cannotFindHost)
    }
    defer { freeaddrinfo(list) }
    var failure = URLError(.cannotConnectToHost)
    var next = list
    while let entry = next?.pointee {
      next = entry.ai_next
      let socket = Foundation.socket(entry.ai_family, entry.ai_socktype, entry.ai_protocol)
      guard socket >= 0 else { continue }
      let flags = fcntl(socket, F_GETFL)
      _ = fcntl(socket, F_SETFL, flags | O_NONBLOCK)
      if connect(socket, entry.ai_addr, entry.ai_addrlen) != 0, errno != EINPROGRESS {
        close(socket)
        continue
      }
      switch wait(for: socket, isCancelled) {
      case .connected:
        _ = fcntl(socket, F_SETFL, flags)
        return socket
      case .refused: break
      case .silent: failure = URLError(.timedOut)
      }
      close(socket)
      if isCancelled() { throw CancellationError() }
    }
    throw failure
  }

  private enum Attempt {
    case connected, refused, silent
  }

  private static func wait(for socket: Int32, _ isCancelled: () -> Bool) -> Attempt {
    let slices = Int(patience * 10)
    for _ in 0..<slices where !isCancelled() {
      var descriptor = pollfd(fd: socket, events: Int16(POLLOUT), revents: 0)
      guard poll(&descriptor, 1, 100) > 0 else { continue }
      var error: Int32 = 0
      var size = socklen_t(MemoryLayout<Int32>.size)
      getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size)
      return error == 0 ? .connected : .refused
    }
    return .silent
  }

  static func send(_ bytes: [UInt8], on socket: Int32) throws {
    var start = 0
    while start < bytes.count {
      let count = bytes.withUnsafeBytes { all in
        Foundation.send(
          socket, all.baseAddress.map { $0 + start }, bytes.count - start, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { throw URLError(.networkConnectionLost) }
      start += count
    }
  }
}

/// Reads an answer from a socket.
private struct HTTPReader {
  private static let headLimit = 64 << 10

  let socket: Int32
  private var bytes: [UInt8] = []
  private var place = 0

  init(socket: Int32) {
    self.socket = socket
  }

  /// Status and header of the answer; interim answers are passed over.
  mutating func head() throws -> (status: Int, headers: [String: String]) {
    var status = 100
    var headers: [String: String] = [:]
    var size = 0
    while (100..<200).contains(status) {
      let words = try line(&size).split(separator: " ", maxSplits: 2)
      guard words.count >= 2, words[0].hasPrefix("HTTP/"), let number = Int(words[1]) else {
        throw URLError(.cannotParseResponse)
      }
      status = number
      headers = [:]
      while true {
        let line = try line(&size)
        if line.isEmpty { break }
        guard let colon = line.firstIndex(of: ":") else { continue }
        let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
        let name = line[..<colon].lowercased()
        headers[name] = headers[name] ?? value
      }
    }
    return (status, headers)
  }

  /// Hands the body to `onBytes` as it comes.
  mutating func body(
    _ status: Int, _ headers: [String: String], _ onBytes: ([UInt8]) -> Void
  ) throws {
    if status == 204 || status == 304 { return }
    if headers["transfer-encoding"]?.lowercased().contains("chunked") == true {
      while true {
        var size = 0
        let digits = try line(&size).prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces)
        guard let count = Int(digits, radix: 16), count >= 0 else {
          throw URLError(.networkConnectionLost)
        }
        if count == 0 { return }
        try pass(count, onBytes)
        _ = try line(&size)
      }
    } else if let length = headers["content-length"] {
      guard let count = Int(length), count >= 0 else { throw URLError(.cannotParseResponse) }
      try pass(count, onBytes)
    } else {
      repeat {
        if place < bytes.count { onBytes(Array(bytes[place...])) }
        place = bytes.count
      } while try fill()
    }
  }

  private mutating func pass(_ count: Int, _ onBytes: ([UInt8]) -> Void) throws {
    var rest = count
    while rest > 0 {
      if place == bytes.count, try !fill() { throw URLError(.networkConnectionLost) }
      let end = min(bytes.count, place + rest)
      onBytes(Array(bytes[place..<end]))
      rest -= end - place
      place = end
    }
  }

  /// The next line without its end; `size` grows by what was read.
  private mutating func line(_ size: inout Int) throws -> String {
    var line: [UInt8] = []
    while true {
      if place == bytes.count, try !fill() { throw URLError(.networkConnectionLost) }
      let byte = bytes[place]
      place += 1
      size += 1
      guard size <= Self.headLimit else { throw URLError(.cannotParseResponse) }
      if byte == UInt8(ascii: "\n") { break }
      line.append(byte)
    }
    if line.last == UInt8(ascii: "\r") { line.removeLast() }
    return String(decoding: line, as: UTF8.self)
  }

  /// Reads more; false at the end of the connection.
  private mutating func fill() throws -> Bool {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = recv(socket, &buffer, buffer.count, 0)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw URLError(.networkConnectionLost) }
      bytes = Array(buffer[..<count])
      place = 0
      return count > 0
    }
  }
}
