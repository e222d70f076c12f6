import Traces

/// Who may use the server.
package struct AccessRule: Sendable {
  /// The key that every request must have; nil for none.
  private let key: String?

  /// With a key, whoever has it; without, programs on this machine.
  package init(key: String?) {
    self.key = key
  }

  /// Why `request` is refused; nil where it may pass.
  func refusal(of request: WebRequest) -> APIError? {
    if let key {
      let given = request.values(of: "Authorization").first ?? ""
      return Self.isSame(given, "Bearer \(key)")
        ? nil
        : APIError(
          401, "The API key is missing or wrong; send it as Authorization: Bearer KEY.",
          code: "invalid_api_key")
    }
    // A page in a browser can reach this machine, too: by a name that leads here, or from its own
    // place.
    let hosts = request.values(of: "Host").map(Self.hostName)
    let origins = request.values(of: "Origin").map { origin in
      Self.hostName(origin.split(separator: "/").last.map(String.init) ?? origin)
    }
    guard (hosts + origins).allSatisfy(ThisMachine.isMeant) else {
      return APIError(
        403, "Without an API key only programs on this machine are answered.",
        code: "not_loopback")
    }
    return nil
  }

  /// `field` without its port.
  private static func hostName(_ field: String) -> String {
    if field.hasPrefix("["), let end = field.firstIndex(of: "]") { return String(field[...end]) }
    return String(field.prefix { $0 != ":" })
  }

  /// In a time that does not tell where the two differ.
  private static func isSame(_ one: String, _ other: String) -> Bool {
    let (one, other) = (Array(one.utf8), Array(other.utf8))
    guard one.count == other.count else { return false }
    return zip(one, other).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }
}
