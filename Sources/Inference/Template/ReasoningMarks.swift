/// How a model's reasoning is told from its answer, as its template writes them.
public struct ReasoningMarks: Sendable, Equatable {
  /// What opens the reasoning, where an answer might begin.
  public let opening: String
  /// What stands between the reasoning and the answer.
  public let closing: String
  /// What a model writes when its reasoning is over: the first tag of `closing`.
  public let end: String
  /// Whether the template or the vocabulary has the marks; where not, they are the usual ones.
  public let isOwn: Bool

  /// Marks that nobody asked for, where a template has none of its own.
  public static let usual = ReasoningMarks(
    opening: "<think>\n", closing: "\n</think>\n\n", end: "</think>", isOwn: false)

  private init(opening: String, closing: String, end: String, isOwn: Bool) {
    self.opening = opening
    self.closing = closing
    self.end = end
    self.isOwn = isOwn
  }

  /// Marks that a template wrote around a reasoning; nil where they are not what a model could write:
  /// nothing, or the way in which a list of parts is spelt.
  init?(opening: String, closing: String) {
    guard let end = Self.firstTag(of: closing), opening.utf8.count <= Self.longest,
      closing.utf8.count <= Self.longest, !opening.contains("type\"") && !opening.contains("type'")
    else { return nil }
    self.init(opening: opening, closing: closing, end: end, isOwn: true)
  }

  private static let longest = 256

  /// Marks of models whose templates do not write a reasoning that they are given: what opens it,
  /// what stands before the answer.
  private static let known = [
    ("<think>\n", "\n</think>\n\n"), ("[THINK]", "[/THINK]"),
    ("<|channel>thought\n", "\n<channel|>"), ("<seed:think>\n", "\n</seed:think>\n"),
  ]

  /// The marks that the template `source` names, or the vocabulary has as tokens; else the usual
  /// ones.
  static func known(in source: String, _ tokenizer: Tokenizer?) -> ReasoningMarks {
    let all = known.compactMap { ReasoningMarks(opening: $0, closing: $1) }
    return all.first { source.contains($0.end) }
      ?? all.first { tokenizer?.specialToken($0.end) != nil } ?? .usual
  }

  /// Whether `text` is nothing, an open reasoning or the beginning of one, or an empty one.
  func begin(_ text: String) -> Bool {
    let (text, opening) = (Self.trimmed(text), Self.trimmed(opening))
    return text.hasPrefix(opening) || opening.hasPrefix(text) || text.hasPrefix(end)
  }

  private static func trimmed(_ text: String) -> Substring {
    let rest = text.drop { $0.isWhitespace }
    return rest.dropLast(rest.reversed().prefix { $0.isWhitespace }.count)
  }

  /// The tag that `text` begins with, or its first line; nil where it is white space.
  private static func firstTag(of text: String) -> String? {
    let text = text.drop { $0.isWhitespace }
    let close: Character? = text.first == "<" ? ">" : text.first == "[" ? "]" : nil
    if let close, let end = text.firstIndex(of: close) { return String(text[...end]) }
    let line = text.prefix { !$0.isNewline }
    return line.isEmpty ? nil : String(line)
  }
}
