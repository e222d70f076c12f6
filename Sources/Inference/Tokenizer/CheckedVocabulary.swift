/// A vocabulary whose every array, number and merge was checked, in the form that encoding needs.
struct CheckedVocabulary {
  let preTokenizer: PreTokenizer
  /// What each token stands for.
  private(set) var pieces = PieceTable()
  /// The token of each of the 256 bytes.
  private(set) var byteTokens: [Token] = []
  /// By `BytePairEncoder.key(_:_:)`.
  private(set) var merges: [UInt64: BytePairEncoder.Merge] = [:]
  /// Tokens that direct the model.
  private(set) var controls: Set<Token> = []
  /// Tokens that are found by their text where special tokens are parsed.
  private(set) var specials: [Token] = []
  private(set) var endOfText: Set<Token> = []
  private(set) var beginOfText: Token?
  private(set) var addsBeginOfText = false
  private(set) var wholeWords: [[UInt8]: Token]?

  /// More than any model has; bounds the work on a damaged file.
  private static let countLimit = 4_000_000
  private static let tokenLengthLimit = 65_535
  private static let templateLengthLimit = 1 << 20

  /// Texts of tokens that end a turn in the families this tokenizer reads.
  private static let endings: Set<String> = [
    "<|im_end|>", "<|endoftext|>", "<|eot_id|>", "<|eom_id|>", "<|end_of_text|>",
    "<｜end▁of▁sentence｜>",
  ]

  init(_ vocabulary: Vocabulary) throws(TokenizerError) {
    guard let model = vocabulary.model else { throw .missing(key: TokenizerKey.model) }
    guard model == "gpt2" else { throw .unsupportedModel(model) }
    guard let preTokenizer = vocabulary.preTokenizer.flatMap(PreTokenizer.init(named:)) else {
      throw .unknownPreTokenizer(vocabulary.preTokenizer, known: PreTokenizer.names)
    }
    self.preTokenizer = preTokenizer
    if let bytes = vocabulary.chatTemplate?.utf8.count, bytes > Self.templateLengthLimit {
      throw .tooLong(
        key: TokenizerKey.chatTemplate, index: nil, bytes: bytes, limit: Self.templateLengthLimit)
    }
    let index = try Self.index(vocabulary.tokens)
    let kinds = try Self.checkedKinds(vocabulary)
    try readPieces(vocabulary.tokens, kinds: kinds)
    try readSpecials(vocabulary, kinds: kinds)
    try readBytes(index)
    try readMerges(vocabulary.merges, index: index)
    if preTokenizer.takesWholeWords {
      wholeWords = [:]
      for token in kinds.indices where kinds[token] == .normal {
        wholeWords?[Array(pieces[Token(token)])] = Token(token)
      }
    }
  }

  private static func checkedKinds(
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

  /// The token of each text. Keys are UTF-8, because strings that are canonically equivalent are
  /// equal in Swift and different tokens here.
  private static func index(_ tokens: [String]) throws(TokenizerError) -> [[UInt8]: Token] {
    guard !tokens.isEmpty else { throw .missing(key: TokenizerKey.tokens) }
    guard tokens.count <= countLimit else {
      throw .tooMany(key: TokenizerKey.tokens, found: tokens.count, limit: countLimit)
    }
    var index: [[UInt8]: Token] = [:]
    index.reserveCapacity(tokens.count)
    for (number, text) in tokens.enumerated() {
      let bytes = Array(text.utf8)
      guard !bytes.isEmpty else { throw .emptyToken(index: number) }
      guard bytes.count <= tokenLengthLimit else {
        throw .tooLong(
          key: TokenizerKey.tokens, index: number, bytes: bytes.count, limit: tokenLengthLimit)
      }
      if let first = index.updateValue(Token(number), forKey: bytes) {
        throw .duplicateToken(text, first: Int(first), second: number)
      }
    }
    return index
  }

  private mutating func readPieces(
    _ tokens: [String], kinds: [Vocabulary.Kind]
  ) throws(TokenizerError) {
    for (index, text) in tokens.enumerated() {
      switch kinds[index] {
      case .normal, .unused:
        // Some files mark a special token as normal; its text is no spelling of bytes.
        if let bytes = ByteAlphabet.decode(text) {
          pieces.append(bytes)
        } else {
          pieces.append(text.utf8)
        }
      case .byte:
        let digits = text.dropFirst(3).dropLast()
        guard text.utf8.count == 6, text.hasPrefix("<0x"), text.hasSuffix(">"),
          digits.allSatisfy({ ("0"..."9").contains($0) || ("A"..."F").contains($0) }),
          let byte = UInt8(digits, radix: 16)
        else { throw .malformedByteToken(text, index: index) }
        pieces.append(CollectionOfOne(byte))
      case .control, .userDefined, .unknown:
        pieces.append(text.utf8)
      }
    }
  }

  private mutating func readSpecials(
    _ vocabulary: Vocabulary, kinds: [Vocabulary.Kind]
  ) throws(TokenizerError) {
    for (index, kind) in kinds.enumerated() {
      switch kind {
      case .control:
        controls.insert(Token(index))
        specials.append(Token(index))
      case .userDefined, .unknown:
        specials.append(Token(index))
      case .normal, .unused, .byte:
        continue
      }
      if Self.endings.contains(vocabulary.tokens[index]) { endOfText.insert(Token(index)) }
    }
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
    addsBeginOfText =
      vocabulary.addsBeginOfText ?? (preTokenizer.beginsTexts && beginOfText != nil)
    if addsBeginOfText, beginOfText == nil { throw .missing(key: TokenizerKey.beginOfText) }
  }

  private func checkedToken(_ value: Int?, key: String) throws(TokenizerError) -> Token? {
    guard let value else { return nil }
    guard value >= 0, value < pieces.count else {
      throw .tokenOutOfRange(key: key, value: value, count: pieces.count)
    }
    return Token(value)
  }

  private mutating func readBytes(_ index: [[UInt8]: Token]) throws(TokenizerError) {
    for byte in UInt8.min...UInt8.max {
      if let token = index[ByteAlphabet.spelling(of: byte)] {
        byteTokens.append(token)
      } else {
        switch byte {
        // In no UTF-8 text.
        case 0xC0, 0xC1, 0xF5...0xFF: byteTokens.append(-1)
        default: throw .missingByte(byte)
        }
      }
    }
  }

  private mutating func readMerges(
    _ texts: [String], index: [[UInt8]: Token]
  ) throws(TokenizerError) {
    guard texts.count <= Self.countLimit else {
      throw .tooMany(key: TokenizerKey.merges, found: texts.count, limit: Self.countLimit)
    }
    merges.reserveCapacity(texts.count)
    for (number, text) in texts.enumerated() {
      let bytes = Array(text.utf8)
      guard let space = bytes.firstIndex(of: UInt8(ascii: " ")), space > 0,
        space < bytes.count - 1, bytes.lastIndex(of: UInt8(ascii: " ")) == space
      else { throw .malformedMerge(text, index: number) }
      func token(_ piece: ArraySlice<UInt8>) throws(TokenizerError) -> Token {
        guard let token = index[Array(piece)] else {
          throw .unknownPiece(String(decoding: piece, as: UTF8.self), merge: number)
        }
        return token
      }
      let (left, right) = (bytes[..<space], bytes[(space + 1)...])
      let key = BytePairEncoder.key(try token(left), try token(right))
      // Of merges given twice the first counts.
      if merges[key] == nil {
        merges[key] = BytePairEncoder.Merge(
          rank: Int32(number), merged: try token(left + right))
      }
    }
  }
}
