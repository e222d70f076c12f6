/// What lets the base model take a step from the draft model without a judge.
///
/// After Speculative Thinking (arXiv 2504.12329: words of reflection and verification after a break,
/// too many returns) and TrigReason (arXiv 2604.14847: overconfidence). See docs/methods.md for what
/// of both is here.
public struct StepTriggers: Sendable, Equatable, LosslessStringConvertible {
  /// The base model writes a step that the draft model begins with a word of reflection.
  public var reflection = false
  /// The base model writes a step that the draft model begins with a word of verification.
  public var verification = false
  /// After so many kept steps that begin with a word of reflection, the base model writes the next
  /// one, and they are counted anew; nil for never.
  public var returns: Int?
  /// A draft is rejected whose perplexity to the draft model is at most this, at least 1; nil for
  /// never.
  public var perplexity: Double?

  /// None.
  public init() {}

  /// Reads a list of `reflection`, `verification`, `returns=15` and `perplexity=1.01`, with commas
  /// between; at least one of them, each once.
  public init?(_ text: String) {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map {
      $0.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    }
    guard Set(parts.map(\.first)).count == parts.count else { return nil }
    for part in parts {
      let value = part.count > 1 ? part[1] : nil
      switch (part[0], value) {
      case ("reflection", nil): reflection = true
      case ("verification", nil): verification = true
      case ("returns", let value?):
        guard let count = Int(value), (1...10_000).contains(count) else { return nil }
        returns = count
      case ("perplexity", let value?):
        guard let bound = Double(value), (1...1000).contains(bound) else { return nil }
        perplexity = bound
      default: return nil
      }
    }
  }

  /// The text that `init(_:)` reads.
  public var description: String {
    [
      reflection ? "reflection" : nil, verification ? "verification" : nil,
      returns.map { "returns=\($0)" }, perplexity.map { "perplexity=\($0)" },
    ].compactMap(\.self).joined(separator: ",")
  }

  /// The words at which a step is handed over.
  public var words: [String] {
    (reflection ? Self.reflectionWords : []) + (verification ? Self.verificationWords : [])
  }

  /// Words that turn back from what was said.
  public static let reflectionWords = [
    "wait", "hmm", "alternatively", "hold on", "actually", "on second thought",
  ]
  /// Words that check what was said.
  public static let verificationWords = [
    "verify", "check", "double-check", "recap", "think again", "make sure",
  ]
  /// Words of a step among which these are looked for.
  public static let openingWords = 6

  /// The first of `words` that stands among the first ``openingWords`` words of `text`, whatever its
  /// case; nil where none does.
  public static func word(of words: [String], opening text: String) -> String? {
    let opening = Self.words(in: text).prefix(openingWords)
    guard !opening.isEmpty else { return nil }
    let line = " " + opening.joined(separator: " ") + " "
    return words.first { line.contains(" " + Self.words(in: $0).joined(separator: " ") + " ") }
  }

  /// Whether `text` has so many whole words that what follows is no longer its opening.
  public static func hasOpening(_ text: String) -> Bool {
    // The last word may go on.
    words(in: text).count > openingWords
  }

  private static func words(in text: String) -> [String] {
    // Longer than any opening: a step may be one long line.
    text.prefix(400).lowercased().split { !$0.isLetter && !$0.isNumber && $0 != "'" }.map(
      String.init)
  }
}
