/// The tokenizer of a model: byte-level byte-pair encoding or SentencePiece's.
///
/// Text is not normalised, so that decoding gives back what was encoded. (But SentencePiece puts a
/// space before a text and treats U+2581 as a space.)
public struct Tokenizer: Sendable {
  /// Number of tokens.
  public let count: Int
  /// Tokens that end a text or a turn.
  public let endOfText: Set<Token>
  /// The token that every text begins with, if the model was trained that way. `encode(prompt:)`
  /// adds it; encoding a bare text does not.
  public let beginOfText: Token?
  /// The text of the model's own beginning token, which chat templates call `bos_token`.
  public let beginOfTextPiece: String
  /// The text of the model's own ending token, which chat templates call `eos_token`.
  public let endOfTextPiece: String
  /// The chat template of the file.
  public let chatTemplate: String?
  /// What is wrong with the file and was set right, a sentence each.
  public let warnings: [String]

  private let encoder: any PlainTextEncoder
  private let pieces: PieceTable
  private let controls: Set<Token>
  private let specials: [String: Token]
  private let matcher: SpecialTokenMatcher
  /// Finds the special tokens that count in any text; nil where there are none.
  private let plainMatcher: SpecialTokenMatcher?

  /// Checks `vocabulary` and prepares it.
  public init(_ vocabulary: Vocabulary) throws(TokenizerError) {
    let checked = try CheckedVocabulary(vocabulary)
    count = checked.pieces.count
    endOfText = checked.endOfText
    beginOfText = checked.addsBeginOfText ? checked.beginOfText : nil
    beginOfTextPiece = checked.beginOfText.map { vocabulary.tokens[Int($0)] } ?? ""
    endOfTextPiece = checked.namedEndOfText.map { vocabulary.tokens[Int($0)] } ?? ""
    chatTemplate = vocabulary.chatTemplate
    warnings = checked.warnings
    encoder = checked.encoder
    pieces = checked.pieces
    controls = checked.controls
    specials = Dictionary(
      checked.specials.map { (vocabulary.tokens[Int($0)], $0) },
      uniquingKeysWith: { first, _ in first })
    func matcher(_ tokens: [Token]) -> SpecialTokenMatcher {
      SpecialTokenMatcher(tokens.map { (Array(checked.pieces[$0]), $0) })
    }
    self.matcher = matcher(checked.specials)
    plainMatcher = checked.plainSpecials.isEmpty ? nil : matcher(checked.plainSpecials)
  }

  /// The tokens of `text`, without a beginning token.
  ///
  /// - Parameters:
  ///   - parseSpecial: whether the texts of special tokens (`<|im_end|>`, `<think>`) become these
  ///     tokens. Never set it for text that a person or a model wrote.
  ///   - beginsText: whether nothing stands before `text`; SentencePiece then puts a space there.
  public func encode(_ text: String, parseSpecial: Bool, beginsText: Bool = false) -> [Token] {
    encode([ChatTemplate.Segment(text, isControl: parseSpecial)], beginsText: beginsText)
  }

  /// The tokens of a whole prompt: those of its segments, after the beginning token if the model
  /// needs one and the prompt has none. No ending token is added, whatever the file says, because a
  /// prompt is to be continued.
  public func encode(prompt: [ChatTemplate.Segment]) -> [Token] {
    let tokens = encode(prompt, beginsText: true)
    guard let beginOfText, tokens.first != beginOfText else { return tokens }
    return [beginOfText] + tokens
  }

  /// The tokens of consecutive segments, without a beginning token.
  ///
  /// They are those of the joined text, except that only control segments can hold special tokens.
  /// `beginsText` says that nothing precedes them.
  public func encode(_ segments: [ChatTemplate.Segment], beginsText: Bool = false) -> [Token] {
    var run = EncodingRun(encoder: encoder, beginsText: beginsText)
    for segment in segments {
      var rest = ArraySlice(Array(segment.text.utf8))
      if let matcher = segment.isControl ? matcher : plainMatcher {
        while let match = matcher.firstMatch(in: rest) {
          run.append(text: rest[..<match.range.lowerBound])
          run.append(special: match.token, isControl: controls.contains(match.token))
          rest = rest[match.range.upperBound...]
        }
      }
      run.append(text: rest)
    }
    return run.finish()
  }

  /// The text of `tokens`; bytes that are no UTF-8 become U+FFFD. SentencePiece's space before a
  /// text is part of it.
  public func decode(_ tokens: some Sequence<Token>) -> String {
    String(decoding: tokens.flatMap { piece(of: $0) }, as: UTF8.self)
  }

  /// The bytes that `token` stands for, possibly part of a character; none for an unknown token.
  public func piece(of token: Token) -> ArraySlice<UInt8> {
    token >= 0 && token < count ? pieces[token] : []
  }

  /// Whether `token` is a control token such as `<|im_end|>`, not text.
  public func isControl(_ token: Token) -> Bool { controls.contains(token) }

  /// The special token whose text is `text`, if there is one.
  public func specialToken(_ text: String) -> Token? { specials[text] }

  /// The first token that means something else in `other`; nil if the common part of the
  /// vocabularies is the same.
  ///
  /// Control tokens are ignored: related models often differ only in these, and a wrong draft token
  /// is simply rejected.
  public func firstDifference(from other: Tokenizer) -> Token? {
    let shared = Token(clamping: min(count, other.count))
    return (0..<shared).first { token in
      !isControl(token) && !other.isControl(token) && piece(of: token) != other.piece(of: token)
    }
  }
}

/// Tokens as they are made, and the text that waits for a special token or the end, because merges
/// go across the segments of a prompt.
private struct EncodingRun {
  let encoder: any PlainTextEncoder
  /// Whether the waiting text begins a text.
  var beginsText: Bool
  private var tokens: [Token] = []
  private var waiting: [UInt8] = []

  init(encoder: any PlainTextEncoder, beginsText: Bool) {
    self.encoder = encoder
    self.beginsText = beginsText
  }

  mutating func append(text: ArraySlice<UInt8>) {
    waiting += text
  }

  mutating func append(special token: Token, isControl: Bool) {
    // Before a token that is text, a text has begun.
    encodeWaiting(evenIfEmpty: !isControl && beginsText)
    tokens.append(token)
    beginsText = isControl
  }

  mutating func finish() -> [Token] {
    encodeWaiting()
    return tokens
  }

  private mutating func encodeWaiting(evenIfEmpty: Bool = false) {
    guard evenIfEmpty || !waiting.isEmpty else { return }
    encoder.encode(waiting[...], beginsText: beginsText, into: &tokens)
    waiting.removeAll(keepingCapacity: true)
    beginsText = false
  }
}
