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

  /// More than any model has; bounds the work on a damaged file.
  static let countLimit = 4_000_000
  private static let tokenLengthLimit = 65_535
  private static let templateLengthLimit = 1 << 20

  /// Texts of tokens that end a turn in the families this tokenizer reads.
  private static let endings: Set<String> = [
    "<|im_end|>", "<|endoftext|>", "<|eot_id|>", "<|eom_id|>", "<|end_of_text|>", "<|end|>",
    "<｜end▁of▁sentence｜>",
  ]

  /// What `tokenizer.ggml.model` and `tokenizer.ggml.pre` say.
  private enum Family {
    case byteLevel(PreTokenizer)
    case sentencePiece

    init(_ vocabulary: Vocabulary) throws(TokenizerError) {
      switch vocabulary.model {
      case "gpt2":
        guard let preTokenizer = vocabulary.preTokenizer.flatMap(PreTokenizer.init(named:)) else {
          throw .unknownPreTokenizer(vocabulary.preTokenizer, known: PreTokenizer.names)
        }
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
    let texts = try Self.texts(vocabulary.tokens)
    let index = try Self.index(texts)
    let kinds = try Self.kinds(vocabulary)
    let pieces = try Self.pieces(vocabulary.tokens, texts, kinds, family)
    self.pieces = pieces
    switch family {
    case .byteLevel(let preTokenizer):
      encoder = try ByteLevelEncoder(
        preTokenizer: preTokenizer, merges: vocabulary.merges, texts: index,
        words: Self.ordinary(pieces, kinds))
    case .sentencePiece:
      encoder = try SentencePieceEncoder(vocabulary, texts: texts, kinds: kinds)
    }
    readSpecials(vocabulary.tokens, kinds)
    try readEnds(vocabulary, kinds, beginsTexts: family.beginsTexts)
  }

  // MARK: Tokens

  private static func texts(_ tokens: [String]) throws(TokenizerError) -> PieceTable {
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
      texts.append(text.utf8)
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
      kinds.append(kind)
    }
    return kinds
  }

  private static func pieces(
    _ tokens: [String], _ texts: PieceTable, _ kinds: [Vocabulary.Kind], _ family: Family
  ) throws(TokenizerError) -> PieceTable {
    var pieces = PieceTable()
    for (index, kind) in kinds.enumerated() {
      switch (kind, family) {
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
      case (.control, _), (.unknown, _), (.userDefined, .byteLevel):
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

  /// Whether `byte` stands in no UTF-8 text, so that a vocabulary may be without it.
  static func isInNoText(_ byte: UInt8) -> Bool {
    switch byte {
    case 0xC0, 0xC1, 0xF5...0xFF: true
    default: false
    }
  }

  private static func ordinary(_ pieces: PieceTable, _ kinds: [Vocabulary.Kind]) -> PieceIndex {
    var words = PieceIndex(of: pieces)
    for (index, kind) in kinds.enumerated() where kind == .normal {
      _ = words.insert(Token(index))
    }
    return words
  }

  // MARK: Special tokens

  private mutating func readSpecials(_ tokens: [String], _ kinds: [Vocabulary.Kind]) {
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
      case .normal, .unused, .byte:
        continue
      }
      if Self.endings.contains(tokens[index]) { endOfText.insert(token) }
    }
  }

  private func isWhiteSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

  private mutating func readEnds(
    _ vocabulary: Vocabulary, _ kinds: [Vocabulary.Kind], beginsTexts: Bool
  ) throws(TokenizerError) {
    beginOfText = try checkedToken(vocabulary.beginOfText, key: TokenizerKey.beginOfText)
    let endings = [
      try checkedToken(vocabulary.endOfText, key: TokenizerKey.endOfText),
      try checkedToken(vocabulary.endOfTurn, key: TokenizerKey.endOfTurn),
    ].compactMap(\.self)
    endOfText.formUnion(endings)
    for token in endings + [beginOfText].compactMap(\.self)
    where controls.insert(token).inserted && kinds[Int(token)] == .normal {
      specials.append(token)
    }
    addsBeginOfText = vocabulary.addsBeginOfText ?? (beginsTexts && beginOfText != nil)
    if addsBeginOfText, beginOfText == nil { throw .missing(key: TokenizerKey.beginOfText) }
  }

  private func checkedToken(_ value: Int?, key: String) throws(TokenizerError) -> Token? {
    guard let value else { return nil }
    guard value >= 0, value < pieces.count else {
      throw .tokenOutOfRange(key: key, value: value, count: pieces.count)
    }
    return Token(value)
  }
}
