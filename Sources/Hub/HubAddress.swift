import Foundation
import Traces

/// Which hub is asked, as whom, and where its files are kept: what `huggingface_hub` reads from the
/// environment.
public struct HubAddress: Sendable {
  /// The hub's address, without a slash at its end.
  public let endpoint: URL
  /// The token that is sent to it, and to it alone; nil for none.
  let token: String?
  /// The folder of the cache, in which each model has one.
  public let cache: String

  /// The hub of `environment`: `HF_ENDPOINT`, `HF_TOKEN` (or the file at `HF_TOKEN_PATH`, or `token`
  /// in `HF_HOME`), and the cache in `HF_HUB_CACHE` or `HF_HOME`.
  public init(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(HubError) {
    func value(_ name: String) -> String? {
      environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
    var address = value("HF_ENDPOINT") ?? "https://huggingface.co"
    while address.hasSuffix("/") { address.removeLast() }
    guard let url = URL(string: address), let scheme = url.scheme?.lowercased(),
      ["http", "https"].contains(scheme), let host = url.host(), !host.isEmpty, url.user() == nil,
      url.query() == nil, url.fragment() == nil
    else { throw .endpoint(variable: "HF_ENDPOINT") }
    endpoint = url
    cache = Self.cache(environment: environment)
    let tokenFile = value("HF_TOKEN_PATH") ?? Self.home(environment: environment) + "/token"
    let written =
      value("HF_TOKEN")
      ?? FileManager.default.contents(atPath: tokenFile).map { String(decoding: $0, as: UTF8.self) }
    let token = written?.trimmingCharacters(in: .whitespacesAndNewlines)
    // In the open it would be anyone's who listens; and it must not end its header.
    let isPrivate = scheme == "https" || ThisMachine.isMeant(by: host)
    let isPlain = token?.utf8.allSatisfy { (0x21...0x7E).contains($0) } ?? false
    self.token = isPrivate && isPlain && token?.isEmpty == false ? token : nil
  }

  /// The cache's folder in `environment`.
  public static func cache(environment: [String: String]) -> String {
    environment["HF_HUB_CACHE"].flatMap { $0.isEmpty ? nil : $0 }
      ?? home(environment: environment) + "/hub"
  }

  private static func home(environment: [String: String]) -> String {
    if let home = environment["HF_HOME"], !home.isEmpty { return home }
    let cache =
      environment["XDG_CACHE_HOME"].flatMap { $0.isEmpty ? nil : $0 }
      ?? (environment["HOME"] ?? NSHomeDirectory()) + "/.cache"
    return cache + "/huggingface"
  }

  /// Whether `url` is at the hub itself: the same scheme, host and port.
  func isHub(_ url: URL) -> Bool {
    func port(_ url: URL) -> Int { url.port ?? (url.scheme?.lowercased() == "https" ? 443 : 80) }
    return url.scheme?.lowercased() == endpoint.scheme?.lowercased()
      && url.host()?.lowercased() == endpoint.host()?.lowercased() && port(url) == port(endpoint)
  }

  /// The address of `parts` at the hub, each of which may have any characters.
  func url(_ parts: [String]) throws(HubError) -> URL {
    var allowed = CharacterSet.alphanumerics
    allowed.insert(charactersIn: "-._~")
    let path = parts.compactMap { part in
      part.unicodeScalars.allSatisfy(\.isASCII) && part.unicodeScalars.allSatisfy(allowed.contains)
        ? part : part.addingPercentEncoding(withAllowedCharacters: allowed)
    }
    guard path.count == parts.count,
      let url = URL(string: endpoint.absoluteString + "/" + path.joined(separator: "/"))
    else { throw .answer("a name in it makes no address") }
    return url
  }
}
