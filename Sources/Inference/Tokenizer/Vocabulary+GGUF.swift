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
      merges: try file.strings(TokenizerKey.merges) ?? [])
    scores = try file.value(
      TokenizerKey.scores, { $0.reals ?? $0.integers?.map(Double.init) },
      expected: "an array of floats")
    kinds = try file.integers(TokenizerKey.kinds)
    beginOfText = try file.integer(TokenizerKey.beginOfText)
    endOfText = try file.integer(TokenizerKey.endOfText)
    endOfTurn = try file.integer(TokenizerKey.endOfTurn)
    addsBeginOfText = try file.bool(TokenizerKey.addsBeginOfText)
    addsSpacePrefix = try file.bool(TokenizerKey.addsSpacePrefix)
    chatTemplate = try file.string(TokenizerKey.chatTemplate)
  }
}

extension Tokenizer {
  /// The tokenizer in the metadata of `file`; throws a `GGUFError` or a `TokenizerError`.
  public init(_ file: GGUFFile) throws {
    try self.init(try Vocabulary(file))
  }
}
