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

  /// What models are known by whose templates do not write a reasoning that they are given: a text that
  /// their templates or vocabularies have, and the marks that go with it.
  public static let known: [(sign: String, marks: ReasoningMarks)] = [
    ("</think>", "<think>\n", "\n</think>\n\n"),
    ("[/THINK]", "[THINK]", "[/THINK]"),
    ("<channel|>", "<|channel>thought\n", "\n<channel|>"),
    ("</seed:think>", "<seed:think>\n", "\n</seed:think>\n"),
    (
      "<|channel|>", "<|channel|>analysis<|message|>",
      "<|end|><|start|>assistant<|channel|>final<|message|>"
    ),
  ].compactMap { sign, opening, closing in
    ReasoningMarks(opening: opening, closing: closing).map { (sign: sign, marks: $0) }
  }

  /// The marks that the template `source` names, or the vocabulary has as tokens; else the usual
  /// ones.
  static func known(in source: String, _ tokenizer: Tokenizer?) -> ReasoningMarks {
    known.first { source.contains($0.sign) }?.marks
      ?? known.first { tokenizer?.specialToken($0.sign) != nil }?.marks ?? .usual
  }

  /// The marks of a template of which no vocabulary is at hand, in whatever language: those that it writes
  /// where it can be rendered, else those that it names; else the usual ones.
  public static func of(template source: String) -> ReasoningMarks {
    (try? CheckedTemplate(source, nil))?.form.marks ?? known(in: source, nil)
  }

  /// The tags in the marks, each once: what a vocabulary may have as tokens that are no text.
  public var tags: [String] {
    (opening + closing).matches(of: /<[^<>\s]+>|\[[^\[\]\s]+\]/).map { String($0.output) }
      .reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
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
