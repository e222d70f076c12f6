import Foundation
import Traces

/// Where a server is, as a person writes it: `http://host:port/v1`, and behind a `#` the name of one of
/// its models.
public struct ServerAddress: Sendable, Equatable, CustomStringConvertible {
  /// The address without `/v1` at its end, and without a model.
  public let root: URL
  /// The model that was named; nil for the server's first.
  public let model: String?

  /// Whether `text` is meant as a server's address rather than as a file.
  public static func isMeant(by text: String) -> Bool {
    text.range(of: "^https?://", options: [.regularExpression, .caseInsensitive]) != nil
  }

  /// The address that `text` is.
  ///
  /// - Throws: ``ServerError`` where it is none, or holds a password.
  public init(_ text: String) throws(ServerError) {
    guard Self.isMeant(by: text), var parts = URLComponents(string: text),
      let host = parts.host, !host.isEmpty
    else { throw ServerError(.noAddress, at: Self.withoutSecrets(text)) }
    guard parts.user == nil, parts.password == nil, parts.query == nil else {
      throw ServerError(.secretInAddress, at: Self.withoutSecrets(text))
    }
    model = parts.fragment.flatMap { $0.isEmpty ? nil : $0.removingPercentEncoding ?? $0 }
    parts.fragment = nil
    while parts.path.hasSuffix("/") { parts.path.removeLast() }
    if parts.path.hasSuffix("/v1") { parts.path.removeLast(3) }
    while parts.path.hasSuffix("/") { parts.path.removeLast() }
    guard let root = parts.url else { throw ServerError(.noAddress, at: Self.withoutSecrets(text)) }
    self.root = root
  }

  private init(root: URL, model: String?) {
    self.root = root
    self.model = model
  }

  /// The same server, with `model` named.
  func naming(_ model: String) -> ServerAddress { ServerAddress(root: root, model: model) }

  /// The address of `path`, which begins with a slash.
  func url(of path: String) -> URL {
    URL(string: root.absoluteString + path) ?? root
  }

  /// The address as it is shown and recorded: without a model.
  public var description: String { root.absoluteString }

  /// The address with the model, as it can be given again.
  public var whole: String {
    model.map {
      description + "#"
        + ($0.addingPercentEncoding(withAllowedCharacters: .urlFragmentAllowed) ?? $0)
    } ?? description
  }

  /// The host, in lower case.
  public var host: String { root.host()?.lowercased() ?? "" }

  /// Whether it is this machine by its name.
  public var isThisMachine: Bool { ThisMachine.isMeant(by: host) }

  /// What is sent cannot be read on the way.
  var isEncrypted: Bool { root.scheme?.lowercased() == "https" }

  /// `text` without what stands before an `@` or behind a `?`, where secrets stand.
  private static func withoutSecrets(_ text: String) -> String {
    var shown = text
    if let scheme = shown.range(of: "://"), let at = shown.range(of: "@", options: .backwards),
      scheme.upperBound <= at.lowerBound
    {
      shown.replaceSubrange(scheme.upperBound..<at.upperBound, with: "")
    }
    return shown.split(separator: "?").first.map(String.init) ?? ""
  }
}
