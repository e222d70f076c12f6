/// Byte-level byte-pair encoding, as GPT-2 introduced it: a text is cut into words, each word into
/// bytes, and neighbours are merged by rank.
struct ByteLevelEncoder: PlainTextEncoder {
  private let preTokenizer: PreTokenizer
  /// The token of each of the 256 bytes; `noToken` for those that the vocabulary lacks.
  private let byteTokens: [Token]
  /// Whether texts may have bytes that the vocabulary lacks; they are left out.
  private let lacksBytes: Bool
  private let merger: PairMerger
  /// Words that are tokens as they stand, whatever the merges; nil where merges decide alone.
  private let wholeWords: PieceIndex?

  /// Stands for a byte without a token while a word is merged: no merge has it.
  private static let noToken: Token = -2

  /// - Parameters:
  ///   - byteTokens: 256 tokens, one for each byte; negative where there is none.
  ///   - wholeWords: words that are tokens without merging.
  init(
    preTokenizer: PreTokenizer, byteTokens: [Token], merger: PairMerger, wholeWords: PieceIndex?
  ) {
    self.preTokenizer = preTokenizer
    self.byteTokens = byteTokens
    lacksBytes = byteTokens.contains { $0 < 0 }
    self.merger = merger
    self.wholeWords = wholeWords
  }

  func encode(_ text: ArraySlice<UInt8>, beginsText: Bool, into tokens: inout [Token]) {
    for word in preTokenizer.words(of: text) {
      if let token = wholeWords?[text[word]] {
        tokens.append(token)
      } else {
        let start = tokens.count
        for byte in text[word] { tokens.append(byteTokens[Int(byte)]) }
        merger.merge(&tokens, from: start)
        if lacksBytes {
          tokens.replaceSubrange(start..., with: tokens[start...].filter { $0 >= 0 })
        }
      }
    }
  }
}

extension ByteLevelEncoder {
  /// The encoder of a vocabulary whose tokens are spelt in GPT-2's byte alphabet.
  ///
  /// - Parameters:
  ///   - texts: the tokens as the file spells them.
  ///   - words: what ordinary tokens stand for.
  init(
    preTokenizer: PreTokenizer, merges: [String], texts: PieceIndex, words: PieceIndex
  ) throws(TokenizerError) {
    self.init(
      preTokenizer: preTokenizer,
      byteTokens: (UInt8.min...UInt8.max).map {
        texts[ByteAlphabet.spelling(of: $0)[...]] ?? Self.noToken
      },
      merger: PairMerger(try Self.merges(merges, texts)),
      wholeWords: preTokenizer.takesWholeWords ? words : nil)
  }

  private static func merges(
    _ merges: [String], _ texts: PieceIndex
  ) throws(TokenizerError) -> [UInt64: PairMerger.Merge] {
    guard merges.count <= CheckedVocabulary.countLimit else {
      throw .tooMany(
        key: TokenizerKey.merges, found: merges.count, limit: CheckedVocabulary.countLimit)
    }
    var checked: [UInt64: PairMerger.Merge] = [:]
    checked.reserveCapacity(merges.count)
    // Some files carry the first line of the `merges.txt` they were made from.
    for (number, text) in merges.enumerated() where !text.hasPrefix("#version") {
      var bytes = Array(text.utf8)
      guard let space = bytes.firstIndex(of: UInt8(ascii: " ")), space > 0,
        space < bytes.count - 1, bytes.lastIndex(of: UInt8(ascii: " ")) == space
      else { throw .malformedMerge(text, index: number) }
      func token(_ piece: ArraySlice<UInt8>) throws(TokenizerError) -> Token {
        guard let token = texts[piece] else {
          throw .unknownPiece(String(decoding: piece, as: UTF8.self), merge: number)
        }
        return token
      }
      let key = PairMerger.key(try token(bytes[..<space]), try token(bytes[(space + 1)...]))
      bytes.remove(at: space)
      // Of merges given twice the first counts.
      if checked[key] == nil {
        checked[key] = PairMerger.Merge(rank: Int32(number), merged: try token(bytes[...]))
      }
    }
    return checked
  }
}
