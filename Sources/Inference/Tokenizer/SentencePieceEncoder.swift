/// SentencePiece's byte-pair encoding: a text is cut into characters, spaces written as `▁`, and
/// two neighbours whose joined text is a token are merged, the token of the highest score first.
/// Characters that end up in no token are spelt in byte tokens; where one of these is missing, the
/// character becomes the unknown token, or is left out where there is none.
///
/// (Kudo and Richardson 2018; `bpe_model.cc` of the library defines the order.)
struct SentencePieceEncoder: PlainTextEncoder {
  /// Whether a space stands before every text, so that a first word is as those after it.
  private let addsSpace: Bool
  /// Symbols of the characters that are tokens.
  private let characters: [UInt32: Token]
  /// Symbols of ASCII, space included.
  private let ascii: [Token]
  /// The token of each of the 256 bytes; negative for those that the vocabulary lacks.
  private let byteTokens: [Token]
  private let unknown: Token?
  private let merger: PairMerger
  /// Whether no token goes on over a `▁`, so that words can be merged one by one.
  private let hasWords: Bool

  private static let space: Unicode.Scalar = "\u{2581}"

  /// A piece's length bounds the work on it, which is quadratic; SentencePiece's own limit is 16
  /// characters unless a training raises it.
  private static let pieceLengthLimit = 512

  func encode(_ text: ArraySlice<UInt8>, beginsText: Bool, into tokens: inout [Token]) {
    let space = ascii[0x20]
    var start = tokens.count
    if beginsText, addsSpace { tokens.append(space) }
    for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
      let symbol = scalar.isASCII ? ascii[Int(scalar.value)] : symbol(of: scalar)
      if hasWords, symbol == space, tokens.count > start, tokens.last != space {
        finishWord(&tokens, from: start)
        start = tokens.count
      }
      tokens.append(symbol)
    }
    finishWord(&tokens, from: start)
  }

  private func finishWord(_ tokens: inout [Token], from start: Int) {
    merger.merge(&tokens, from: start)
    guard tokens[start...].contains(where: { $0 < 0 }) else { return }
    let word = tokens[start...]
    tokens.removeSubrange(start...)
    for symbol in word {
      if let scalar = Self.scalar(of: symbol) {
        let bytes = (UTF8.encode(scalar) ?? .encodedReplacementCharacter).map {
          byteTokens[Int($0)]
        }
        if bytes.allSatisfy({ $0 >= 0 }) {
          tokens += bytes
        } else if let unknown {
          tokens.append(unknown)
        }
      } else {
        tokens.append(symbol)
      }
    }
  }

  private func symbol(of scalar: Unicode.Scalar) -> Token {
    characters[scalar.value] ?? Self.symbol(ofStranger: scalar)
  }

  /// The symbol of a character that is no token.
  private static func symbol(ofStranger scalar: Unicode.Scalar) -> Token {
    -2 - Token(scalar.value)
  }

  /// The character that is no token and has this symbol; nil for a token.
  private static func scalar(of symbol: Token) -> Unicode.Scalar? {
    symbol < 0 ? Unicode.Scalar(UInt32(-2 - symbol)) : nil
  }
}

extension SentencePieceEncoder {
  /// The encoder of a vocabulary whose pieces have scores.
  ///
  /// - Parameters:
  ///   - texts: the tokens as the file spells them.
  ///   - kinds: what each token is; only ordinary ones are merged, so that no text spells a special
  ///     token or a byte token.
  ///   - unknown: the token for what no other stands for.
  init(
    _ vocabulary: Vocabulary, texts: PieceTable, kinds: [Vocabulary.Kind], unknown: Token?
  ) throws(TokenizerError) {
    let ranks = try Self.ranks(vocabulary.scores, count: texts.count)
    var pieces = PieceIndex(of: texts)
    var ordinary: [Token] = []
    for (index, kind) in kinds.enumerated() where kind == .normal || kind == .unused {
      let token = Token(index)
      guard texts[token].count <= Self.pieceLengthLimit else {
        throw .tooLong(
          key: TokenizerKey.tokens, index: index, bytes: texts[token].count,
          limit: Self.pieceLengthLimit)
      }
      ordinary.append(token)
      _ = pieces.insert(token)
    }
    var characters: [UInt32: Token] = [:]
    var merges: [UInt64: PairMerger.Merge] = [:]
    var hasWords = true
    func symbol(_ part: ArraySlice<UInt8>) -> Token? {
      if let token = pieces[part] { return token }
      guard part.count <= 4 else { return nil }
      let scalars = String(decoding: part, as: UTF8.self).unicodeScalars
      return scalars.count == 1 ? scalars.first.map(Self.symbol(ofStranger:)) : nil
    }
    for token in ordinary where vocabulary.tokenBytes[Int(token)] == nil {
      let piece = texts[token]
      var previous: Unicode.Scalar?
      var place = piece.startIndex
      for scalar in String(decoding: piece, as: UTF8.self).unicodeScalars {
        if let previous {
          if scalar == Self.space, previous != Self.space { hasWords = false }
          if let left = symbol(piece[..<place]), let right = symbol(piece[place...]) {
            merges[PairMerger.key(left, right)] = PairMerger.Merge(
              rank: ranks[Int(token)], merged: token)
          }
        } else if UTF8.width(scalar) == piece.count {
          characters[scalar.value] = token
        }
        previous = scalar
        place += UTF8.width(scalar)
      }
    }
    addsSpace = vocabulary.addsSpacePrefix ?? true
    byteTokens = Self.byteTokens(texts, kinds)
    self.unknown = unknown
    self.characters = characters
    ascii = (0..<0x80).map { value in
      let scalar = value == 0x20 ? Self.space : Unicode.Scalar(UInt8(value))
      return characters[scalar.value] ?? Self.symbol(ofStranger: scalar)
    }
    merger = PairMerger(merges)
    self.hasWords = hasWords
  }

  /// How early each token is merged: tokens of equal scores have equal ranks.
  private static func ranks(_ scores: [Double]?, count: Int) throws(TokenizerError) -> [Int32] {
    guard let scores else { throw .missing(key: TokenizerKey.scores) }
    guard scores.count == count else {
      throw .wrongCount(key: TokenizerKey.scores, found: scores.count, expected: count)
    }
    if let index = scores.firstIndex(where: \.isNaN) { throw .scoreNotANumber(index: index) }
    var ranks = [Int32](repeating: 0, count: count)
    var rank: Int32 = -1
    var last: Double?
    for index in scores.indices.sorted(by: { scores[$0] > scores[$1] }) {
      if scores[index] != last { rank += 1 }
      last = scores[index]
      ranks[index] = rank
    }
    return ranks
  }

  private static func byteTokens(_ texts: PieceTable, _ kinds: [Vocabulary.Kind]) -> [Token] {
    var tokens = [Token](repeating: -1, count: 256)
    for (index, kind) in kinds.enumerated() where kind == .byte {
      if let byte = CheckedVocabulary.byte(spelt: texts[Token(index)]) {
        tokens[Int(byte)] = Token(index)
      }
    }
    return tokens
  }
}
