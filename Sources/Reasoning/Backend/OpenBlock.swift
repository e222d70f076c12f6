/// Finds out, line by line, whether a text stands inside a block that may hold blank lines: a code
/// fence, a display formula, a LaTeX environment or an HTML table.
///
/// Fences follow CommonMark: three or more backticks or tildes, closed by at least as many of the
/// same; a fence of backticks has no backtick after it on its line. Pipe tables are left out, as a
/// blank line ends them.
struct OpenBlock: Sendable, Equatable {
  /// Bytes after which an open block no longer counts as one: what is never closed must not make one
  /// step of the rest of a run.
  static let longest = 4096

  private enum Kind: Equatable {
    case fence(mark: UInt8, count: Int)
    /// Closed by this text, wherever it stands.
    case until(String)
  }

  private var kind: Kind?
  /// Bytes since the block was opened.
  private var length = 0
  /// The line at hand.
  private var line: [UInt8] = []

  /// Whether a blank line here would be inside a block.
  var isOpen: Bool { kind != nil }

  /// Adds one byte of the text; a line counts when its end comes.
  mutating func append(_ byte: UInt8) {
    if kind != nil {
      length += 1
      if length > Self.longest { kind = nil }
    }
    guard byte == UInt8(ascii: "\n") else {
      line.append(byte)
      return
    }
    let text = String(decoding: line, as: UTF8.self)
    line.removeAll(keepingCapacity: true)
    let before = kind
    kind = Self.kind(after: text, in: kind)
    if kind != before { length = 0 }
  }

  private static func kind(after line: String, in kind: Kind?) -> Kind? {
    switch kind {
    case .fence(let mark, let count):
      guard let fence = fence(line), fence.mark == mark, fence.count >= count, fence.rest.isEmpty
      else { return kind }
      return nil
    case .until(let closing):
      guard let end = line.firstRange(of: closing) else { return kind }
      return opened(by: line[end.upperBound...])
    case nil:
      if let fence = fence(line), fence.mark == UInt8(ascii: "~") || !fence.rest.contains("`") {
        return .fence(mark: fence.mark, count: fence.count)
      }
      return opened(by: line[...])
    }
  }

  /// The block that `text` opens and does not close.
  private static func opened(by text: Substring) -> Kind? {
    var rest = text
    while let (opening, closing) = firstOpening(in: rest) {
      let inside = rest[opening.upperBound...]
      guard let end = inside.firstRange(of: closing) else { return .until(closing) }
      rest = inside[end.upperBound...]
    }
    return nil
  }

  private static func firstOpening(in text: Substring) -> (Range<Substring.Index>, String)? {
    var openings = [("$$", "$$"), ("\\[", "\\]"), ("<table", "</table>")].compactMap {
      opening, closing in text.firstRange(of: opening).map { ($0, closing) }
    }
    if let match = text.firstMatch(of: /\\begin\{([a-z]+\*?)\}/) {
      openings.append((match.range, "\\end{\(match.1)}"))
    }
    return openings.min { $0.0.lowerBound < $1.0.lowerBound }
  }

  /// The fence that begins `line`, indented by at most three spaces or as deep as a list may; nil
  /// where none does.
  private static func fence(_ line: String) -> (mark: UInt8, count: Int, rest: String)? {
    let body = line.drop { $0 == " " || $0 == "\t" }
    guard let first = body.utf8.first, first == UInt8(ascii: "`") || first == UInt8(ascii: "~")
    else { return nil }
    let count = body.utf8.prefix { $0 == first }.count
    guard count >= 3 else { return nil }
    let rest = body.dropFirst(count).filter { !$0.isWhitespace }
    return (first, count, String(rest))
  }
}
