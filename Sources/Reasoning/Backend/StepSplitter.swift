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
  /// How many of the held bytes were looked at: each is looked at once, however they come.
  private var seen = 0
  /// How many of them there are up to the last one that is no white space.
  private var textEnd = 0
  /// Where in them the line break stands after which only white space came, and no block is open.
  private var lineBreak: Int?
  /// Whether the bytes seen end inside a block that may hold blank lines.
  private var block = OpenBlock()
  /// The same before the step.
  private let blockBefore: OpenBlock

  /// A splitter at the beginning of a step that follows `steps`; a step that was cut may have left a
  /// block open.
  ///
  /// - Parameter tag: The tag that closes the reasoning; nil where no text does.
  public init(after steps: [String] = [], closedBy tag: String? = "</think>") {
    self.tag = Array((tag ?? "").utf8)
    for byte in steps.joined(separator: "\n\n").utf8 { block.append(byte) }
    if !steps.isEmpty { block.append(UInt8(ascii: "\n")) }
    blockBefore = block
  }

  /// The step so far, without what ended it and without white space at its end.
  public var text: String { String(decoding: certain, as: UTF8.self) }

  /// Adds `piece` and returns the text that is now certain to belong to the step.
  public mutating func append(_ piece: String) -> String {
    guard end == nil else { return "" }
    let before = certain.count
    held += piece.utf8
    look()
    release()
    if end != nil { held = [] }
    return String(decoding: certain[before...], as: UTF8.self)
  }

  /// Ends the write where it stands, and returns text that was held back as a possible tag.
  public mutating func finish() -> String {
    guard end == nil else { return "" }
    let before = certain.count
    textEnd = held.count - held.reversed().prefix(while: Self.isWhitespace).count
    release()
    held = []
    return String(decoding: certain[before...], as: UTF8.self)
  }

  /// Ends the step because the reasoning is over, and returns text that was held back.
  public mutating func close() -> String {
    let rest = finish()
    if end == nil { end = .thinkingTag }
    return rest
  }

  /// Looks at what was added, as far as it can be told what it is.
  private mutating func look() {
    var skipped = 0
    while seen < held.count, end == nil {
      let rest = held[seen...]
      if !tag.isEmpty, rest.starts(with: tag) {
        end = .thinkingTag
        break
      }
      // More of the tag may follow.
      if tag.starts(with: rest) { break }
      let byte = held[seen]
      block.append(byte)
      seen += 1
      if byte == UInt8(ascii: "\n") {
        if certain.isEmpty, textEnd == 0 {
          // Blank lines before the step; spaces that indent its first line stay.
          skipped = seen
          block = blockBefore
        } else if lineBreak != nil {
          end = .blankLine
        } else if !block.isOpen {
          lineBreak = seen - 1
        }
      } else if !Self.isWhitespace(byte) {
        textEnd = seen
        lineBreak = nil
      }
    }
    drop(skipped)
  }

  /// Makes the held text certain.
  private mutating func release() {
    certain += held[..<textEnd]
    drop(textEnd)
  }

  /// Drops the first held bytes.
  private mutating func drop(_ count: Int) {
    held.removeSubrange(..<count)
    seen = max(0, seen - count)
    textEnd = max(0, textEnd - count)
    lineBreak = lineBreak.map { $0 - count }
  }

  private static func isWhitespace(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\t")
      || byte == UInt8(ascii: "\r")
  }
}
