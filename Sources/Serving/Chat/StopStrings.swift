/// Ends a text before the first of several strings, as the text comes piece by piece.
struct StopStrings {
  private let stops: [[UInt8]]
  /// What may be the beginning of a stop string.
  private var held: [UInt8] = []
  /// A stop string was found: nothing follows.
  private(set) var isStopped = false

  init(_ stops: [String]) {
    self.stops = stops.map { Array($0.utf8) }
  }

  /// Takes in the next piece; gives what is surely before any stop string.
  mutating func take(_ piece: String) -> String {
    held += piece.utf8
    return release(isAtEnd: false)
  }

  /// What was held back, at the text's end.
  mutating func finish() -> String { release(isAtEnd: true) }

  private mutating func release(isAtEnd: Bool) -> String {
    guard !isStopped else { return "" }
    for start in held.indices {
      let rest = held[start...]
      if stops.contains(where: { rest.starts(with: $0) }) {
        isStopped = true
        return release(upTo: start)
      }
      // One that has only begun is waited for.
      if !isAtEnd, stops.contains(where: { $0.starts(with: rest) }) { return release(upTo: start) }
    }
    return release(upTo: held.count)
  }

  /// A stop string begins where a character does, so that no character is torn.
  private mutating func release(upTo end: Int) -> String {
    defer { held = isStopped ? [] : Array(held[end...]) }
    return String(decoding: held[..<end], as: UTF8.self)
  }
}
