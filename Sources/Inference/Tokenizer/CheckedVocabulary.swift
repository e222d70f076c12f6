/// A vocabulary whose every array, number and merge was checked, in the form that encoding needs.
struct CheckedVocabulary {
  /// How text becomes tokens.
  let encoder: any PlainTextEncoder
  /// What each token stands for.
  let pieces: PieceTable
  /// Tokens that direct the model.
  private(set) var controls: Set<Token> = []
  /// Tokens that are found by their text where special tokens are parsed.
  private(set) var specials: [Token] = []
  /// Those of them that are found in any text: runs of white space that were added to the
  /// vocabulary.
  private(set) var plainSpecials: [Token] = []
  private(set) var endOfText: Set<Token> = []
  private(set) var beginOfText: Token?
  private(set) var addsBeginOfText = false
  /// The token that `tokenizer.ggml.eos_token_id` names.
  private(set) var namedEndOfText: Token?
  /// What is wrong with the file and was set right, a sentence each.
  private(set) var warnings: [String] = []

  /// More than any model has; bounds the work on a damaged file.
  static let countLimit = 4_000_000
  private static let tokenLengthLimit = 65_535
  private static let templateLengthLimit = 1 << 20

  /// What `tokenizer.ggml.model` and `tokenizer.ggml.pre` say.
  private enum Family {
    case byteLevel(PreTokenizer)
    case sentencePiece

    init(_ vocabulary: Vocabulary) throws(TokenizerError) {
      switch vocabulary.model {
      case "gpt2":
        guard let name = vocabulary.preTokenizer else {
          self = .byteLevel(.standard)
          break
        }
        guard let preTokenizer = PreTokenizer(named: name) else { throw .unknownPreTokenizer(name) }
        self = .byteLevel(preTokenizer)
      case "llama": self = .sentencePiece
      case .some(let model): throw .unsupportedModel(model)
      case nil: throw .missing(key: TokenizerKey.model)
      }
    }

    /// Whether texts begin with a beginning token where the file says nothing of it.
    var beginsTexts: Bool {
      switch self {
      case .byteLevel(let preTokenizer): preTokenizer.beginsTexts
      case .sentencePiece: true
      }
    }
  }

  init(_ vocabulary: Vocabulary) throws(TokenizerError) {
    let family = try Family(vocabulary)
    if let bytes = vocabulary.chatTemplate?.utf8.count, bytes > Self.templateLengthLimit {
      throw .tooLong(
        key: TokenizerKey.chatTemplate, index: nil, bytes: bytes, limit: Self.templateLengthLimit)
    }
    let texts = try Self.texts(vocabulary)
    let index = try Self.index(texts)
    var kinds = try Self.kinds(vocabulary)
    if case .sentencePiece = family {
      for number in kinds.indices where Self.byte(spelt: texts[Token(number)]) != nil {
        kinds[number] = .byte
      }
    }
    let endings = EndOfText.tokens(vocabulary, kinds, index)
    for token in endings { kinds[Int(token)] = .control }
    let pieces = try Self.pieces(vocabulary, texts, kinds, family)
    self.pieces = pieces
    switch family {
    case .byteLevel(let preTokenizer):
      encoder = try ByteLevelEncoder(
        preTokenizer: preTokenizer,
        merges: try Self.merges(vocabulary, pieces, kinds, preTokenizer), texts: index,
        words: Self.ordinary(pieces, kinds))
      if vocabulary.preTokenizer == nil {
        warnings.append(
          "\(TokenizerKey.preTokenizer) is missing, so the default rule cuts texts into words, "
            + "and words may be cut otherwise than the model learnt.")
      }
    case .sentencePiece:
      encoder = try SentencePieceEncoder(
        vocabulary, texts: texts, kinds: kinds, unknown: Self.unknown(vocabulary, kinds))
    }
    endOfText = endings
    readSpecials(kinds)
    readEnds(vocabulary, kinds, beginsTexts: family.beginsTexts)
  }

  // MARK: Tokens

  private static func texts(_ vocabulary: Vocabulary) throws(TokenizerError) -> PieceTable {
    let tokens = vocabulary.tokens
    guard !tokens.isEmpty else { throw .missing(key: TokenizerKey.tokens) }
    guard tokens.count <= countLimit else {
      throw .tooMany(key: TokenizerKey.tokens, found: tokens.count, limit: countLimit)
    }
    var texts = PieceTable()
    for (number, text) in tokens.enumerated() {
      let bytes = text.utf8.count
      guard bytes > 0 else { throw .emptyToken(index: number) }
      guard bytes <= tokenLengthLimit else {
        throw .tooLong(
          key: TokenizerKey.tokens, index: number, bytes: bytes, limit: tokenLengthLimit)
      }
      if let bytes = vocabulary.tokenBytes[number] {
        texts.append(bytes)
      } else {
        texts.append(text.utf8)
      }
    }
    return texts
  }

  private static func index(_ texts: PieceTable) throws(TokenizerError) -> PieceIndex {
    var index = PieceIndex(of: texts)
    for number in 0..<texts.count {
      if let first = index.insert(Token(number)) {
        throw .duplicateToken(
          String(decoding: texts[first], as: UTF8.self), first: Int(first), second: number)
      }
    }
    return index
  }

  private static func kinds(
    _ vocabulary: Vocabulary
  ) throws(TokenizerError) -> [Vocabulary.Kind] {
    let count = vocabulary.tokens.count
    guard let raw = vocabulary.kinds else { return Array(repeating: .normal, count: count) }
    guard raw.count == count else {
      throw .wrongCount(key: TokenizerKey.kinds, found: raw.count, expected: count)
    }
    var kinds: [Vocabulary.Kind] = []
    kinds.reserveCapacity(count)
    for (index, value) in raw.enumerated() {
      guard let kind = Vocabulary.Kind(rawValue: value) else {
        throw .unknownKind(index: index, value: value)
      }
      kinds.append(kind == .undefined ? .normal : kind)
    }
    return kinds
  }

  private static func pieces(
    _ vocabulary: Vocabulary, _ texts: PieceTable, _ kinds: [Vocabulary.Kind], _ family: Family
  ) throws(TokenizerError) -> PieceTable {
    let tokens = vocabulary.tokens
    var pieces = PieceTable()
    for (index, kind) in kinds.enumerated() {
      switch (kind, family) {
      case (_, _) where vocabulary.tokenBytes[index] != nil: pieces.append(texts[Token(index)])
      case (.normal, .byteLevel), (.unused, .byteLevel):
        // Some files mark a special token as normal; its text is no spelling of bytes.
        if let bytes = ByteAlphabet.decode(tokens[index]) {
          pieces.append(bytes)
        } else {
          pieces.append(texts[Token(index)])
        }
      case (.normal, .sentencePiece), (.unused, .sentencePiece), (.userDefined, .sentencePiece):
        pieces.append(tokens[index].replacing("\u{2581}", with: " ").utf8)
      case (.byte, _):
        guard let byte = byte(spelt: texts[Token(index)]) else {
          throw .malformedByteToken(tokens[index], index: index)
        }
        pieces.append(CollectionOfOne(byte))
      case (.control, _), (.unknown, _), (.userDefined, .byteLevel), (.undefined, _):
        pieces.append(texts[Token(index)])
      }
    }
    return pieces
  }

  /// The byte of a text of the form `<0xNN>`; nil for another.
  static func byte(spelt text: ArraySlice<UInt8>) -> UInt8? {
    let digits = text.dropFirst(3).dropLast()
    guard text.count == 6, text.starts(with: "<0x".utf8), text.last == UInt8(ascii: ">"),
      digits.allSatisfy({
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
          || (UInt8(ascii: "A")...UInt8(ascii: "F")).contains($0)
      })
    else { return nil }
    return UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
  }

  /// The merges, which a vocabulary of words cannot do without.
  private static func merges(
    _ vocabulary: Vocabulary, _ pieces: PieceTable, _ kinds: [Vocabulary.Kind],
    _ preTokenizer: PreTokenizer
  ) throws(TokenizerError) -> [String] {
    guard let merges = vocabulary.merges else { throw .missingMerges }
    guard merges.isEmpty, !preTokenizer.takesWholeWords else { return merges }
    let words = kinds.indices.count { kinds[$0] == .normal && pieces[Token($0)].count > 1 }
    // A few are tags of which the file does not say what they are.
    guard words <= 256 else { throw .missingMerges }
    return merges
  }

  /// The token for what no other stands for, where the file names one that is no control token.
  private static func unknown(_ vocabulary: Vocabulary, _ kinds: [Vocabulary.Kind]) -> Token? {
    if let named = vocabulary.unknown, kinds.indices.contains(named), kinds[named] != .control {
      return Token(named)
    }
    return kinds.firstIndex(of: .unknown).map(Token.init)
  }

  private static func ordinary(_ pieces: PieceTable, _ kinds: [Vocabulary.Kind]) -> PieceIndex {
    var words = PieceIndex(of: pieces)
    for (index, kind) in kinds.enumerated() where kind == .normal {
      _ = words.insert(Token(index))
    }
    return words
  }

  // MARK: Special tokens

  private mutating func readSpecials(_ kinds: [Vocabulary.Kind]) {
    for (index, kind) in kinds.enumerated() {
      let token = Token(index)
      switch kind {
      case .control:
        controls.insert(token)
        specials.append(token)
      case .userDefined:
        specials.append(token)
        if pieces[token].allSatisfy(isWhiteSpace) { plainSpecials.append(token) }
      case .unknown:
        specials.append(token)
      case .undefined, .normal, .unused, .byte:
        continue
      }
    }
  }

  private func isWhiteSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

  private mutating func readEnds(
    _ vocabulary: Vocabulary, _ kinds: [Vocabulary.Kind], beginsTexts: Bool
  ) {
    beginOfText = known(vocabulary.beginOfText, key: TokenizerKey.beginOfText)
    namedEndOfText = known(vocabulary.endOfText, key: TokenizerKey.endOfText)
    let endings = [
      namedEndOfText, known(vocabulary.endOfTurn, key: TokenizerKey.endOfTurn),
    ].compactMap(\.self)
    endOfText.formUnion(endings)
    for token in endings + [beginOfText].compactMap(\.self)
    where controls.insert(token).inserted && kinds[Int(token)] == .normal {
      specials.append(token)
    }
    addsBeginOfText = beginOfText != nil && (vocabulary.addsBeginOfText ?? beginsTexts)
    if vocabulary.addsBeginOfText == true, beginOfText == nil {
      warnings.append(
        "\(TokenizerKey.addsBeginOfText) asks for a beginning token and the file names none, so "
          + "texts begin without one.")
    }
  }

  /// The token of this number; nil, with a warning, where the vocabulary has none.
  private mutating func known(_ number: Int?, key: String) -> Token? {
    guard let number else { return nil }
    guard number >= 0, number < pieces.count else {
      warnings.append(
        "\(key) is \(number), which is none of the vocabulary's \(pieces.count) tokens, and counts "
          + "as absent.")
      return nil
    }
    return Token(number)
  }
}
