import CLibcrypto
import Foundation
import Synchronization

/// A server on this machine that answers as a hub of models does, and as badly as it is told.
///
/// HTTP/1.1 with one request a connection. It knows `api/models/OWNER/REPO/revision/REVISION`, and
/// `OWNER/REPO/resolve/COMMIT/FILE`, which it redirects to `cdn/FILE` under another name of this
/// machine, as hubs do.
public final class LocalHub: Sendable {
  /// What can go wrong with an answer.
  public enum Fault: Sendable, Equatable, CaseIterable {
    /// The connection ends in the middle of the content.
    case drop
    /// The connection ends before an answer.
    case hangUp
    /// 429, with `Retry-After: 1`.
    case tooMany
    /// 500.
    case broken
    /// Another part than the one that was asked for, rightly labelled.
    case otherPart
    /// Another part, labelled as the one that was asked for.
    case mislabelled
    /// The whole content with 200 where a part was asked for.
    case whole
    /// One byte is another.
    case changedByte
    /// More bytes than the part has.
    case tooLong
    /// 416.
    case noSuchPart
  }

  /// A request as it came.
  public struct Request: Sendable {
    /// The path, with what follows `?`.
    public var path: String
    /// The headers, names in lower case.
    public var headers: [String: String]
  }

  /// What the hub has and does.
  public struct Behaviour: Sendable {
    /// The files of the repository by their paths.
    public var files: [String: [UInt8]]
    /// The commit that every revision is.
    public var commit = String(repeating: "c0ffee00", count: 5)
    /// What is wrong with an answer that has a file's content, by how many came before.
    public var fault: @Sendable (Int) -> Fault? = { _ in nil }
    /// The token that must be sent; nil for none.
    public var token: String?
    /// The answer to a request for the list, where it is another than the right one.
    public var listing: String?
    /// Where files are redirected to, where it is not `cdn/FILE` on this machine.
    public var location: String?

    /// A hub with `files`.
    public init(files: [String: [UInt8]]) { self.files = files }
  }

  private struct State {
    var requests: [Request] = []
    var answers = 0
  }

  private let behaviour: Behaviour
  private let socket: Int32
  private let state = Mutex(State())
  /// The port on 127.0.0.1.
  public let port: UInt16

  /// The requests so far.
  public var requests: [Request] { state.withLock { $0.requests } }
  /// The hub's address.
  public var endpoint: String { "http://127.0.0.1:\(port)" }

  /// Begins to listen.
  public init(_ behaviour: Behaviour) throws {
    self.behaviour = behaviour
    let listener = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isListening = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, length) == 0 && listen(listener, 64) == 0
          && getsockname(listener, $0, &length) == 0
      }
    }
    guard isListening else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    socket = listener
    port = UInt16(bigEndian: address.sin_port)
    let own = port
    Thread.detachNewThread { [weak self] in
      while true {
        let connection = accept(listener, nil, nil)
        guard connection >= 0, let self else { return }
        Thread.detachNewThread {
          self.answer(on: connection, port: own)
          shutdown(connection, Int32(SHUT_RDWR))
          close(connection)
        }
      }
    }
  }

  deinit {
    shutdown(socket, Int32(SHUT_RDWR))
    close(socket)
  }

  // MARK: Answers

  private func answer(on connection: Int32, port: UInt16) {
    guard let request = Self.request(on: connection) else { return }
    state.withLock { $0.requests.append(request) }
    let path = String(request.path.prefix { $0 != "?" })
    let parts = path.split(separator: "/").map { $0.removingPercentEncoding ?? "" }
    if parts.first == "cdn" {
      sendContent(parts.dropFirst().joined(separator: "/"), request, connection)
      return
    }
    if let token = behaviour.token, request.headers["authorization"] != "Bearer \(token)" {
      Self.send("401 Unauthorized", [:], [], connection)
    } else if parts.starts(with: ["api", "models"]), parts.count == 6 {
      Self.send("200 OK", ["Content-Type": "application/json"], Array(listing.utf8), connection)
    } else if parts.count > 4, parts[2] == "resolve", parts[3] == behaviour.commit {
      let file = parts[4...].joined(separator: "/")
      let place = behaviour.location ?? "http://localhost:\(port)/cdn/\(file)"
      Self.send("302 Found", ["Location": place], [], connection)
    } else {
      Self.send("404 Not Found", [:], [], connection)
    }
  }

  private static func sha256(of content: [UInt8]) -> String {
    var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
    _ = SHA256(content, content.count, &digest)
    return digest.map { String(format: "%02x", $0) }.joined()
  }

  private var listing: String {
    if let listing = behaviour.listing { return listing }
    let files = behaviour.files.sorted { $0.key < $1.key }.map { name, content in
      let sum = Self.sha256(of: content)
      return """
        {"rfilename": "\(name)", "size": \(content.count), "blobId": "b",
         "lfs": {"sha256": "\(sum)", "size": \(content.count), "pointerSize": 134}}
        """
    }
    return """
      {"id": "o/r", "sha": "\(behaviour.commit)",
       "siblings": [{"rfilename": "README.md", "size": 3}, \(files.joined(separator: ", "))]}
      """
  }

  private func sendContent(_ name: String, _ request: Request, _ connection: Int32) {
    guard let content = behaviour.files[name] else {
      return Self.send("404 Not Found", [:], [], connection)
    }
    let number = state.withLock { state in
      defer { state.answers += 1 }
      return state.answers
    }
    let fault = behaviour.fault(number)
    let asked = request.headers["range"]?.split(separator: "=").last?.split(separator: "-")
      .compactMap { Int($0) }
    switch fault {
    case .hangUp: return
    case .tooMany: return Self.send("429 Too Many Requests", ["Retry-After": "1"], [], connection)
    case .broken: return Self.send("500 Internal Server Error", [:], [], connection)
    case .noSuchPart: return Self.send("416 Range Not Satisfiable", [:], [], connection)
    default: break
    }
    guard fault != .whole, let asked, asked.count == 2, asked[1] < content.count else {
      return Self.send("200 OK", ["ETag": "\"e\""], content, connection)
    }
    var range = asked[0]..<(asked[1] + 1)
    let label = range
    if fault == .otherPart || fault == .mislabelled {
      range = range.lowerBound > 0 ? 0..<range.count : min(1, range.count - 1)..<range.count
    }
    let told = fault == .mislabelled ? label : range
    var part = Array(content[range])
    if fault == .changedByte, !part.isEmpty { part[part.count / 2] ^= 1 }
    if fault == .tooLong { part += [1, 2, 3] }
    Self.send(
      "206 Partial Content",
      [
        "ETag": "\"e\"",
        "Content-Range": "bytes \(told.lowerBound)-\(told.upperBound - 1)/\(content.count)",
      ], part, connection, cut: fault == .drop)
  }

  // MARK: HTTP

  private static func request(on connection: Int32) -> Request? {
    var head: [UInt8] = []
    var byte: UInt8 = 0
    while !head.suffix(4).elementsEqual([13, 10, 13, 10]), head.count < 1 << 16 {
      guard recv(connection, &byte, 1, 0) == 1 else { return nil }
      head.append(byte)
    }
    let lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n")
    let words = lines.first?.split(separator: " ") ?? []
    guard words.count == 3 else { return nil }
    let headers = lines.dropFirst().compactMap { line -> (String, String)? in
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { return nil }
      return (parts[0].lowercased(), parts[1].trimmingCharacters(in: .whitespaces))
    }
    return Request(
      path: String(words[1]), headers: Dictionary(headers, uniquingKeysWith: { $1 }))
  }

  private static func send(
    _ status: String, _ headers: [String: String], _ content: [UInt8], _ connection: Int32,
    cut: Bool = false
  ) {
    var head = "HTTP/1.1 \(status)\r\nContent-Length: \(content.count)\r\nConnection: close\r\n"
    for (name, value) in headers { head += "\(name): \(value)\r\n" }
    let bytes =
      Array((head + "\r\n").utf8) + (cut ? content.prefix(content.count / 2) : content[...])
    var start = 0
    while start < bytes.count {
      let sent = bytes[start...].withUnsafeBytes {
        Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard sent > 0 else { return }
      start += sent
    }
  }
}
