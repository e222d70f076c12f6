/// The byte-level byte-pair tokenizer of a model.
///
/// A text is cut into words, each word into bytes, and neighbouring tokens are merged by rank.
/// Text is taken as it is: no Unicode normalisation, so that decoding gives back what was encoded.
public struct Tokenizer: Sendable {
  /// Number of tokens.
  public let count: Int
  /// Tokens that end a text or a turn.
  public let endOfText: Set<Token>
  /// The token that every text begins with, where the model was trained so. `encode(prompt:)`
  /// puts it there; encoding a bare text does not.
  public let beginOfText: Token?
  /// The text of the model's own beginning token, which chat templates call `bos_token`.
  public let beginOfTextPiece: String
  /// The chat template of the file.
  public let chatTemplate: String?

  private let preTokenizer: PreTokenizer
  private let encoder: BytePairEncoder
  private let pieces: PieceTable
  private let controls: Set<Token>
  private let specials: [String: Token]
  private let matcher: SpecialTokenMatcher
  /// Words that are tokens as they stand, whatever the merges; nil where merges decide alone.
  private let wholeWords: [[UInt8]: Token]?

  /// Checks `vocabulary` and prepares it.
  public init(_ vocabulary: Vocabulary) throws(TokenizerError) {
    let checked = try CheckedVocabulary(vocabulary)
    count = checked.pieces.count
    endOfText = checked.endOfText
    beginOfText = checked.addsBeginOfText ? checked.beginOfText : nil
    beginOfTextPiece = checked.beginOfText.map { vocabulary.tokens[Int($0)] } ?? ""
    chatTemplate = vocabulary.chatTemplate
    preTokenizer = checked.preTokenizer
    encoder = BytePairEncoder(byteTokens: checked.byteTokens, merges: checked.merges)
    pieces = checked.pieces
    controls = checked.controls
    specials = Dictionary(
      checked.specials.map { (vocabulary.tokens[Int($0)], $0) },
      uniquingKeysWith: { first, _ in first })
    matcher = SpecialTokenMatcher(
      checked.specials.map { (Array(checked.pieces[$0]), $0) })
    wholeWords = checked.wholeWords
  }

  /// The tokens of `text`, without a beginning token.
  ///
  /// - Parameter parseSpecial: whether the texts of special tokens (`<|im_end|>`, `<think>`)
  ///   become these tokens. Never set it for text that a person or a model wrote.
  public func encode(_ text: String, parseSpecial: Bool) -> [Token] {
    encode([ChatTemplate.Segment(text, isControl: parseSpecial)])
  }

  /// The tokens of a whole prompt: as `encode` of its segments, after the beginning token where
  /// the model wants one and the prompt has none.
  public func encode(prompt: [ChatTemplate.Segment]) -> [Token] {
    let tokens = encode(prompt)
    guard let beginOfText, tokens.first != beginOfText else { return tokens }
    return [beginOfText] + tokens
  }

  /// The tokens of segments that continue one another, without a beginning token.
  ///
  /// They are what the joined text would give, except that only control segments can hold special
  /// tokens.
  public func encode(_ segments: [ChatTemplate.Segment]) -> [Token] {
    var tokens: [Token] = []
    var plain: [UInt8] = []
    for segment in segments {
      var rest = ArraySlice(Array(segment.text.utf8))
      while segment.isControl, let match = matcher.firstMatch(in: rest) {
        plain += rest[..<match.range.lowerBound]
        encodePlain(plain[...], into: &tokens)
        plain.removeAll(keepingCapacity: true)
        tokens.append(match.token)
        rest = rest[match.range.upperBound...]
      }
      plain += rest
    }
    encodePlain(plain[...], into: &tokens)
    return tokens
  }

  /// The text of `tokens`; bytes that are no UTF-8 become U+FFFD.
  public func decode(_ tokens: some Sequence<Token>) -> String {
    String(decoding: tokens.flatMap { piece(of: $0) }, as: UTF8.self)
  }

  /// The bytes that `token` stands for, possibly part of a character; none for an unknown token.
  public func piece(of token: Token) -> ArraySlice<UInt8> {
    token >= 0 && token < count ? pieces[token] : []
  }

  /// Whether `token` directs the model and is no text, like `<|im_end|>`.
  public func isControl(_ token: Token) -> Bool { controls.contains(token) }

  /// The special token whose text is `text`, if there is one.
  public func specialToken(_ text: String) -> Token? { specials[text] }

  /// The first token that does not mean the same to `other`; nil where all do that both have.
  ///
  /// Control tokens are left out: families share their words and differ in these, and a model that
  /// proposes a wrong one is only rejected.
  public func firstDifference(from other: Tokenizer) -> Token? {
    let shared = Token(clamping: min(count, other.count))
    return (0..<shared).first { token in
      !isControl(token) && !other.isControl(token) && piece(of: token) != other.piece(of: token)
    }
  }

  private func encodePlain(_ text: ArraySlice<UInt8>, into tokens: inout [Token]) {
    for word in preTokenizer.words(of: text) {
      if let wholeWords, let token = wholeWords[Array(text[word])] {
        tokens.append(token)
      } else {
        encoder.encode(text[word], into: &tokens)
      }
    }
  }
}

/// The bytes of all tokens, one after another.
struct PieceTable: Sendable {
  private var bytes: [UInt8] = []
  /// Where each piece ends in `bytes`.
  private var ends: [Int] = []

  var count: Int { ends.count }

  mutating func append(_ piece: some Collection<UInt8>) {
    bytes.append(contentsOf: piece)
    ends.append(bytes.count)
  }

  subscript(token: Token) -> ArraySlice<UInt8> {
    let index = Int(token)
    return bytes[(index > 0 ? ends[index - 1] : 0)..<ends[index]]
  }
}
