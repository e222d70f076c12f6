import Foundation
import Reasoning

/// A secret that a server asks for. It shows in no description, so in no error, trace or log.
struct ServerKey: Sendable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  private let secret: String

  init(_ secret: String) {
    self.secret = secret
  }

  /// The header field that carries it.
  var header: [String: String] { ["Authorization": "Bearer \(secret)"] }

  var description: String { "a key" }
  var debugDescription: String { description }
  var customMirror: Mirror { Mirror(self, children: [:]) }

  /// `text` without the secret, which servers repeat in their complaints, as it is or with characters of
  /// it percent-encoded.
  func redacted(from text: String) -> String {
    guard !secret.isEmpty else { return text }
    let bytes = Array(text.replacing(secret, with: "…").utf8)
    guard bytes.contains(UInt8(ascii: "%")) else { return String(decoding: bytes, as: UTF8.self) }
    var kept: [UInt8] = []
    var place = 0
    while place < bytes.count {
      if let end = end(ofSecretAt: place, in: bytes) {
        kept += "…".utf8
        place = end
      } else {
        kept.append(bytes[place])
        place += 1
      }
    }
    return String(decoding: kept, as: UTF8.self)
  }

  /// Where the secret ends that begins at `start`, percent-encoded or not; nil where there is none.
  private func end(ofSecretAt start: Int, in bytes: [UInt8]) -> Int? {
    var place = start
    for wanted in secret.utf8 {
      guard place < bytes.count else { return nil }
      if bytes[place] == UInt8(ascii: "%"), place + 2 < bytes.count,
        UInt8(String(decoding: bytes[(place + 1)...(place + 2)], as: UTF8.self), radix: 16)
          == wanted
      {
        place += 3
      } else if bytes[place] == wanted {
        place += 1
      } else {
        return nil
      }
    }
    return place
  }

  /// The key for the server of `role`: `SPECREASON_BASE_KEY` or `SPECREASON_DRAFT_KEY`, the content of
  /// the file that the same name with `_FILE` names, or `OPENAI_API_KEY`, which was not given for this
  /// server and so goes only to this machine or over an encrypted connection.
  ///
  /// - Throws: ``ServerError`` for a file that others can read, and for a key that no header can carry.
  static func key(
    for role: Role, at address: ServerAddress,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(ServerError) -> ServerKey? {
    let name = "SPECREASON_\(role.rawValue.uppercased())_KEY"
    if let secret = environment[name], !secret.isEmpty { return try checked(secret, name, address) }
    if let path = environment[name + "_FILE"], !path.isEmpty {
      return try checked(try content(of: path, at: address), path, address)
    }
    guard address.isEncrypted || address.isThisMachine,
      let secret = environment["OPENAI_API_KEY"], !secret.isEmpty
    else { return nil }
    return try checked(secret, "OPENAI_API_KEY", address)
  }

  private static func checked(
    _ secret: String, _ origin: String, _ address: ServerAddress
  ) throws(ServerError) -> ServerKey {
    let secret = secret.trimmingCharacters(in: .whitespacesAndNewlines)
    guard !secret.isEmpty, secret.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw ServerError(.badKey(origin: origin), at: "\(address)")
    }
    return ServerKey(secret)
  }

  private static let sizeLimit = 16_384

  private static func content(of path: String, at address: ServerAddress) throws(ServerError)
    -> String
  {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      status.st_size <= sizeLimit
    else { throw ServerError(.badKey(origin: path), at: "\(address)") }
    guard status.st_mode & 0o077 == 0 else {
      throw ServerError(.openKeyFile(path), at: "\(address)")
    }
    guard let data = FileManager.default.contents(atPath: path),
      let text = String(data: data, encoding: .utf8)
    else { throw ServerError(.badKey(origin: path), at: "\(address)") }
    return text
  }
}
