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
    /// Closed by these bytes, wherever they stand.
    case until([UInt8])
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
    let before = kind
    kind = Self.kind(after: line[...], in: kind)
    line.removeAll(keepingCapacity: true)
    if kind != before { length = 0 }
  }

  private static func kind(after line: ArraySlice<UInt8>, in kind: Kind?) -> Kind? {
    switch kind {
    case .fence(let mark, let count):
      guard let fence = fence(line), fence.mark == mark, fence.count >= count, fence.rest.isEmpty
      else { return kind }
      return nil
    case .until(let closing):
      guard let end = end(of: closing, in: line) else { return kind }
      return opened(by: line[end...])
    case nil:
      if let fence = fence(line), fence.mark == UInt8(ascii: "~") || !fence.rest.contains("`") {
        return .fence(mark: fence.mark, count: fence.count)
      }
      return opened(by: line)
    }
  }

  /// The block that `text` opens and does not close.
  private static func opened(by text: ArraySlice<UInt8>) -> Kind? {
    var place = text.startIndex
    while place < text.endIndex {
      guard let (inside, closing) = opening(of: text[place...]) else {
        place += 1
        continue
      }
      guard let end = end(of: closing, in: text[inside...]) else { return .until(closing) }
      place = end
    }
    return nil
  }

  private static let openings = [("$$", "$$"), ("\\[", "\\]"), ("<table", "</table>")].map {
    (Array($0.utf8), Array($1.utf8))
  }
  private static let beginning = Array("\\begin{".utf8)

  /// Where what `text` begins with is over and its block begins, and what closes that; nil where it
  /// begins with no block.
  private static func opening(of text: ArraySlice<UInt8>) -> (inside: Int, closing: [UInt8])? {
    if let (mark, closing) = openings.first(where: { text.starts(with: $0.0) }) {
      return (text.startIndex + mark.count, closing)
    }
    guard text.starts(with: beginning) else { return nil }
    let name = text.dropFirst(beginning.count).prefix {
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
    }
    let isStarred = text[name.endIndex...].first == UInt8(ascii: "*")
    let end = name.endIndex + (isStarred ? 1 : 0)
    guard !name.isEmpty, text[end...].first == UInt8(ascii: "}") else { return nil }
    return (end + 1, Array("\\end{".utf8) + text[name.startIndex...end])
  }

  /// Where `mark` ends that comes first in `text`; nil where it has none.
  private static func end(of mark: [UInt8], in text: ArraySlice<UInt8>) -> Int? {
    var place = text.startIndex
    while let first = text[place...].firstIndex(of: mark[0]) {
      if text[first...].starts(with: mark) { return first + mark.count }
      place = first + 1
    }
    return nil
  }

  /// The fence that begins `line`, indented by at most three spaces or as deep as a list may; nil
  /// where none does.
  private static func fence(
    _ line: ArraySlice<UInt8>
  ) -> (mark: UInt8, count: Int, rest: String)? {
    let body = line.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    guard let first = body.first, first == UInt8(ascii: "`") || first == UInt8(ascii: "~") else {
      return nil
    }
    let count = body.prefix { $0 == first }.count
    guard count >= 3 else { return nil }
    let rest = String(decoding: body.dropFirst(count), as: UTF8.self)
    return (first, count, rest.filter { !$0.isWhitespace })
  }
}
