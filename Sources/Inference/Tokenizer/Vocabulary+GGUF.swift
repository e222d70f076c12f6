extension Vocabulary {
  /// The vocabulary in the metadata of `file`, which may be a model or a vocabulary alone.
  ///
  /// Throws where a key is there with another type than the specification gives it; what is
  /// missing is for `Tokenizer` to judge.
  public init(_ file: GGUFFile) throws(GGUFError) {
    self.init(
      model: try file.string(TokenizerKey.model),
      preTokenizer: try file.string(TokenizerKey.preTokenizer),
      tokens: try file.strings(TokenizerKey.tokens) ?? [],
      merges: try file.strings(TokenizerKey.merges))
    if case .byteStrings(let tokens) = file.metadata[TokenizerKey.tokens] {
      for (number, bytes) in tokens.enumerated()
      where String(validating: bytes, as: UTF8.self) == nil {
        tokenBytes[number] = bytes
      }
    }
    scores = try file.value(
      TokenizerKey.scores, { $0.reals ?? $0.integers?.map(Double.init) },
      expected: "an array of floats")
    kinds = try file.integers(TokenizerKey.kinds)
    unknown = try file.integer(TokenizerKey.unknown)
    beginOfText = try file.integer(TokenizerKey.beginOfText)
    endOfText = try file.integer(TokenizerKey.endOfText)
    endOfTurn = try file.integer(TokenizerKey.endOfTurn)
    addsBeginOfText = try file.bool(TokenizerKey.addsBeginOfText)
    addsSpacePrefix = try file.bool(TokenizerKey.addsSpacePrefix)
    chatTemplate = try file.string(TokenizerKey.chatTemplate)
  }
}

extension Tokenizer {
  /// The tokenizer in the metadata of `file`, which may be a vocabulary without weights.
  ///
  /// Throws where no tokenizer can be made of it, or where it has tokens that the weights do not
  /// know.
  public init(_ file: GGUFFile) throws(GGUFError) {
    let vocabulary = try Vocabulary(file)
    do throws(TokenizerError) {
      try self.init(vocabulary)
    } catch {
      throw GGUFError(path: file.path, reason: .unusableTokenizer(error))
    }
    if let rows = file.tensors["token_embd.weight"]?.dimensions.last, count > rows {
      throw GGUFError(path: file.path, reason: .tokensWithoutWeights(tokens: count, rows: rows))
    }
  }
}
