/// Finds where a step ends in a generated text, piece by piece.
///
/// A step ends at a blank line (a line break, nothing but spaces, tabs or carriage returns, and
/// another line break) or at the tag that closes the reasoning. A blank line inside a code fence, a display formula, a LaTeX
/// environment or an HTML table does not end it (see ``OpenBlock``). Blank lines before the step are
/// skipped, and white space at its end is not part of it. Ends are found in the text, not by token
/// ids: in many vocabularies a full stop and a blank line are one token.
///
///     var splitter = StepSplitter()
///     splitter.append("So 2 + 1 = 3.")   // "So 2 + 1 = 3."
///     splitter.append("\n")              // "", held back: a blank line may follow
///     splitter.append("\nNext")          // "", and splitter.end == .blankLine
///     splitter.text                      // "So 2 + 1 = 3."
public struct StepSplitter: Sendable {
  /// What ended a step.
  public enum End: Sendable, Equatable {
    case blankLine
    case thinkingTag
  }

  /// What ended the step; nil while it goes on. Text after the end is dropped.
  public private(set) var end: End?

  /// Bytes of the step that are certain to belong to it.
  private var certain: [UInt8] = []
  /// White space and the beginning of a tag: part of the step only if more text follows.
  private var held: [UInt8] = []
  /// The tag that closes the reasoning; empty where no text does.
  private let tag: [UInt8]
  /// Whether the certain bytes end inside a block that may hold blank lines.
  private var block = OpenBlock()

  /// A splitter at the beginning of a step that follows `steps`; a step that was cut may have left a
  /// block open.
  ///
  /// - Parameter tag: The tag that closes the reasoning; nil where no text does.
  public init(after steps: [String] = [], closedBy tag: String? = "</think>") {
    self.tag = Array((tag ?? "").utf8)
    for byte in steps.joined(separator: "\n\n").utf8 { block.append(byte) }
    if !steps.isEmpty { block.append(UInt8(ascii: "\n")) }
  }

  /// The step so far, without what ended it and without white space at its end.
  public var text: String { String(decoding: certain, as: UTF8.self) }

  /// Adds `piece` and returns the text that is now certain to belong to the step.
  public mutating func append(_ piece: String) -> String {
    guard end == nil else { return "" }
    let before = certain.count
    held += piece.utf8
    if certain.isEmpty { skipLeadingBlankLines() }
    if let (found, position) = firstEnd() {
      held.removeSubrange(position...)
      end = found
      release(upTo: held.count - trailingWhitespace(held[...]))
      held = []
    } else {
      let body = held.count - partialTag()
      release(upTo: body - trailingWhitespace(held[..<body]))
    }
    return String(decoding: certain[before...], as: UTF8.self)
  }

  /// Ends the write where it stands, and returns text that was held back as a possible tag.
  public mutating func finish() -> String {
    guard end == nil else { return "" }
    let before = certain.count
    release(upTo: held.count - trailingWhitespace(held[...]))
    held = []
    return String(decoding: certain[before...], as: UTF8.self)
  }

  /// Ends the step because the reasoning is over, and returns text that was held back.
  public mutating func close() -> String {
    let rest = finish()
    if end == nil { end = .thinkingTag }
    return rest
  }

  private mutating func release(upTo count: Int) {
    for byte in held[..<count] { block.append(byte) }
    certain += held[..<count]
    held.removeSubrange(..<count)
  }

  private mutating func skipLeadingBlankLines() {
    let blank = held.prefix(while: Self.isWhitespace)
    // Spaces that indent the first line stay, so only whole lines are skipped.
    if let lastBreak = blank.lastIndex(of: UInt8(ascii: "\n")) {
      held.removeSubrange(...lastBreak)
    }
  }

  /// The first end in the held bytes, and where it begins.
  private func firstEnd() -> (End, Int)? {
    var block = block
    for index in held.indices {
      if !tag.isEmpty, held[index...].starts(with: tag) { return (.thinkingTag, index) }
      block.append(held[index])
      if !certain.isEmpty || index > 0, held[index] == UInt8(ascii: "\n"), !block.isOpen {
        let gap = held[(index + 1)...].prefix { Self.isWhitespace($0) && $0 != UInt8(ascii: "\n") }
        if gap.endIndex < held.endIndex, held[gap.endIndex] == UInt8(ascii: "\n") {
          return (.blankLine, index)
        }
      }
    }
    return nil
  }

  /// Length of the longest tail of the held bytes with which the closing tag could begin.
  private func partialTag() -> Int {
    let longest = min(max(0, tag.count - 1), held.count)
    return (0...longest).last { held.suffix($0).elementsEqual(tag.prefix($0)) } ?? 0
  }

  private func trailingWhitespace(_ bytes: ArraySlice<UInt8>) -> Int {
    bytes.reversed().prefix(while: Self.isWhitespace).count
  }

  private static func isWhitespace(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\t")
      || byte == UInt8(ascii: "\r")
  }
}
