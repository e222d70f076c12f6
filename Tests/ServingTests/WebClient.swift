import Foundation

/// A client that says over a socket exactly what a test wants said.
struct WebClient: Sendable {
  /// A response.
  struct Response: Sendable {
    var status: Int
    /// By name, in small letters.
    var fields: [String: String]
    var body: String

    /// The values of the server-sent events in the body.
    var events: [String] {
      body.components(separatedBy: "\n\n").filter { $0.hasPrefix("data: ") }.map {
        String($0.dropFirst("data: ".count))
      }
    }

    /// The body as a JSON object.
    func object() throws -> [String: Any] {
      try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any] ?? [:]
    }
  }

  struct Failure: Error {
    var what: String
  }

  let port: Int

  /// A connection, which must be closed.
  func connect() throws -> Int32 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else { throw Failure(what: "connect: \(errno)") }
    return descriptor
  }

  static func send(_ text: String, to descriptor: Int32) {
    let bytes = Array(text.utf8)
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      // The server may have closed; what it said is still there to be read.
      guard count > 0 else { return }
      sent += count
    }
  }

  /// Everything that comes until the server closes.
  static func receiveAll(from descriptor: Int32) -> String {
    var bytes: [UInt8] = []
    while let more = receive(from: descriptor) { bytes += more }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The next bytes; nil at the end.
  static func receive(from descriptor: Int32) -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: 4_096)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    return count > 0 ? Array(buffer.prefix(count)) : nil
  }

  static func request(
    _ method: String, _ path: String, _ fields: [String: String] = [:], body: String = ""
  ) -> String {
    var all = ["Host": "127.0.0.1", "Connection": "close"]
    if !body.isEmpty { all["Content-Length"] = "\(body.utf8.count)" }
    all.merge(fields) { $1 }
    let lines = all.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)\r\n" }
    return "\(method) \(path) HTTP/1.1\r\n\(lines.joined())\r\n\(body)"
  }

  /// Sends a request and gives its response, off the threads of tasks.
  func fetch(
    _ method: String, _ path: String, _ fields: [String: String] = [:], body: String = ""
  ) async throws -> Response {
    try await raw(Self.request(method, path, fields, body: body))
  }

  /// Asks the models.
  func chat(_ body: String, _ fields: [String: String] = [:]) async throws -> Response {
    try await fetch("POST", "/v1/chat/completions", fields, body: body)
  }

  /// Sends `text` as it is and gives the first response.
  func raw(_ text: String) async throws -> Response {
    try await Self.onThread {
      let descriptor = try connect()
      defer { close(descriptor) }
      Self.send(text, to: descriptor)
      return try Self.response(Self.receiveAll(from: descriptor))
    }
  }

  /// Everything that comes until the server closes.
  static func text(from descriptor: Int32) async throws -> String {
    try await onThread { receiveAll(from: descriptor) }
  }

  /// What comes first.
  static func beginning(from descriptor: Int32) async throws -> String {
    try await onThread { String(decoding: receive(from: descriptor) ?? [], as: UTF8.self) }
  }

  /// Waits on a thread of its own: those of tasks are few, and the server needs them.
  private static func onThread<Value: Sendable>(
    _ work: @escaping @Sendable () throws -> Value
  ) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread { continuation.resume(with: Result { try work() }) }
    }
  }

  /// Reads a response, chunked or not.
  static func response(_ text: String) throws -> Response {
    guard let end = text.range(of: "\r\n\r\n") else { throw Failure(what: "no response: \(text)") }
    let lines = text[..<end.lowerBound].components(separatedBy: "\r\n")
    guard let status = lines.first?.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
    else { throw Failure(what: "no status: \(text)") }
    var fields: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { continue }
      fields[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
    }
    var body = String(text[end.upperBound...])
    if fields["transfer-encoding"] == "chunked" { body = dechunked(body) }
    return Response(status: status, fields: fields, body: body)
  }

  private static func dechunked(_ text: String) -> String {
    var rest = Array(text.utf8)[...]
    var body: [UInt8] = []
    while let newline = rest.firstIndex(of: UInt8(ascii: "\n")),
      let size = Int(
        String(decoding: rest[..<newline], as: UTF8.self).trimmingCharacters(
          in: .whitespaces
            .union(.newlines)), radix: 16), size > 0
    {
      let start = rest.index(after: newline)
      body += rest[start..<(start + size)]
      rest = rest[(start + size + 2)...]
    }
    return String(decoding: body, as: UTF8.self)
  }
}
