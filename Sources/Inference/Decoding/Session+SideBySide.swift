extension Session {
  /// Computes texts that begin alike side by side: passes read the weights once for all of them.
  ///
  /// The session's text is the first of them afterwards; the others stay computed beside it, each
  /// in a KV cache of its own, and a later call that continues one of them goes on from there.
  ///
  /// - Parameters:
  ///   - texts: At least one.
  ///   - shared: How many tokens all of them have in common; these are computed once, but for the
  ///     last, after which logits are wanted of each.
  ///   - checkpoint: As in `prepare`.
  ///   - visit: Called as the tokens of a text have been computed, with the text's index and their
  ///     positions, from the last shared one on: while it runs the session's text is that one up to
  ///     there, and the logits after each of them can be asked for.
  /// - Throws: What `prepare` throws, and `GGUFError` when the machine has not the memory for a
  ///   further KV cache.
  public func compute(
    _ texts: [[Token]], sharing shared: Int, checkpoint: () throws -> Void = {},
    visit: (Int, Range<Int>) throws -> Void
  ) throws {
    for text in texts { try check(text) }
    guard let first = texts.first else { return }
    adopt(first)
    let wanted = max(0, min(shared, texts.map(\.count).min() ?? 0) - 1)
    rewind(to: timeline.common(with: Array(first[..<wanted])))
    // What one pass computes needs no cut where the wanted logits begin.
    let isOnePass = texts.count == 1 && first.count - position <= batchCapacity
    let start = isOnePass ? position : wanted
    try extend(first[position..<start], logitsFrom: start, checkpoint: checkpoint) { _ in }
    while lines.count < texts.count { lines.append(Timeline(cache: try Self.cache(for: model))) }
    for line in texts.indices.dropFirst() { lines[line].copy(start, of: timeline) }
    var rest = texts.map { $0[start...] }
    while rest.contains(where: { !$0.isEmpty }) {
      try computeBatch(of: &rest, logitsFrom: wanted, checkpoint: checkpoint, visit: visit)
    }
  }

  /// How probable each token of `texts` from `shared` on was, at least the second; see
  /// `compute(_:sharing:)`.
  ///
  /// - Returns: Scores of each text's own tokens.
  public func score(
    _ texts: [[Token]], sharing shared: Int, checkpoint: () throws -> Void = {}
  ) throws -> [[TokenScore]] {
    var scores = [[TokenScore]](repeating: [], count: texts.count)
    try compute(texts, sharing: shared, checkpoint: checkpoint) { text, positions in
      for position in positions where position + 1 < texts[text].count {
        scores[text].append(try score(of: texts[text][position + 1], after: position))
      }
    }
    return scores
  }

  /// Adds one token to each of some of the texts that were computed side by side last, in one pass
  /// or as few as have room for them.
  ///
  /// - Parameters:
  ///   - tokens: By the text's index.
  ///   - visit: Called with each index: while it runs the session's text is that one, with the
  ///     logits after its new token.
  /// - Throws: `SessionError`, and what `visit` throws.
  public func append(_ tokens: [Int: Token], visit: (Int) throws -> Void) throws {
    var rest = [ArraySlice<Token>](repeating: [], count: lines.count)
    for (line, token) in tokens {
      guard lines[line].tokens.count < contextLength else {
        throw SessionError.contextFull(limit: contextLength)
      }
      rest[line] = [token]
    }
    while rest.contains(where: { !$0.isEmpty }) {
      try computeBatch(of: &rest, logitsFrom: 0, checkpoint: {}) { line, _ in try visit(line) }
    }
  }

  /// Takes as many tokens from the front of `rest`, the texts' remainders, as one pass has room for;
  /// logits are wanted after those from position `first` on.
  private func computeBatch(
    of rest: inout [ArraySlice<Token>], logitsFrom first: Int, checkpoint: () throws -> Void,
    visit: (Int, Range<Int>) throws -> Void
  ) throws {
    var batch: [Token] = []
    var parts: [(line: Int, tokens: ArraySlice<Token>, rows: TextRows)] = []
    for line in rest.indices where !rest[line].isEmpty && batch.count < batchCapacity {
      let tokens = rest[line].prefix(batchCapacity - batch.count)
      rest[line].removeFirst(tokens.count)
      let rows = batch.count..<batch.count + tokens.count
      parts.append(
        (
          line, tokens,
          TextRows(cache: lines[line].cache, rows: rows, position: lines[line].tokens.count)
        ))
      batch += tokens
    }
    try embed(batch[...])
    // Only a text by itself begins before the first position that is wanted.
    let unwanted = parts.first.map { max(0, min(first - $0.rows.position, batch.count)) } ?? 0
    try transformer.forward(parts.map(\.rows), firstResult: unwanted, checkpoint: checkpoint)
    for part in parts {
      let end = part.rows.position + part.tokens.count
      lines[part.line].append(
        part.tokens, held: min(end, max(first, part.rows.position))..<end,
        firstRow: part.rows.rows.lowerBound)
    }
    for part in parts where !lines[part.line].held.isEmpty {
      exchangeText(with: part.line)
      defer { exchangeText(with: part.line) }
      try visit(part.line, timeline.held)
    }
  }

  /// Goes on from the text, among those computed side by side last, that `tokens` continues furthest.
  func adopt(_ tokens: [Token]) {
    guard lines.count > 1 else { return }
    let common = lines.map { $0.common(with: tokens) }
    guard let most = common.max(), most > common[0], let line = common.firstIndex(of: most) else {
      return
    }
    exchangeText(with: line)
  }
}
