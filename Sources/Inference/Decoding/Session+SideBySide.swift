extension Session {
  /// Computes several texts with a common beginning side by side, so that each pass reads the
  /// weights once for all of them.
  ///
  /// Afterwards the session's text is the first of them. The others stay beside it, each in a KV
  /// cache of its own, and a later call that continues one of them reuses it.
  ///
  /// - Parameters:
  ///   - texts: At least one.
  ///   - shared: How many tokens they have in common. These are computed once, except for the last,
  ///     which is computed for each text because logits are wanted after it.
  ///   - checkpoint: As in `prepare`.
  ///   - visit: Called after each computed part of a text, with the text's index and the positions
  ///     of that part, starting at the last shared token. During the call, the session's text is
  ///     this text up to there, and the logits after each of the positions are available.
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
    try catchUp(checkpoint: checkpoint)
    timeline.state?.keep()
    while lines.count < texts.count { lines.append(try Self.emptyText(of: model)) }
    for line in texts.indices.dropFirst() {
      lines[line].copy(start, of: timeline)
    }
    var rest = texts.map { $0[start...] }
    while rest.contains(where: { !$0.isEmpty }) {
      try computeBatch(of: &rest, logitsFrom: wanted, checkpoint: checkpoint, visit: visit)
    }
  }

  /// The probability of each token of `texts` from position `shared` on (at least 1); see
  /// `compute(_:sharing:)`.
  ///
  /// - Returns: For each text, one score for each of these tokens.
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

  /// Appends one token to some of the texts that were last computed side by side, in as few passes
  /// as possible.
  ///
  /// - Parameters:
  ///   - tokens: The tokens, by the text's index.
  ///   - visit: Called with each index. During the call, the session's text is this text, and the
  ///     logits after its new token are available.
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

  /// Computes one pass: removes from the front of `rest`, the texts' remainders, as many tokens as
  /// fit, and keeps logits available from position `first` on.
  private func computeBatch(
    of rest: inout [ArraySlice<Token>], logitsFrom first: Int, checkpoint: () throws -> Void,
    visit: (Int, Range<Int>) throws -> Void
  ) throws {
    for line in rest.indices where !rest[line].isEmpty && !lines[line].missing.isEmpty {
      exchangeText(with: line)
      defer { exchangeText(with: line) }
      try catchUp(checkpoint: checkpoint)
    }
    var batch: [Token] = []
    var parts: [(line: Int, tokens: ArraySlice<Token>, rows: TextRows)] = []
    for line in rest.indices where !rest[line].isEmpty && batch.count < batchCapacity {
      let tokens = rest[line].prefix(batchCapacity - batch.count)
      rest[line].removeFirst(tokens.count)
      let rows = batch.count..<batch.count + tokens.count
      parts.append(
        (
          line, tokens,
          TextRows(
            cache: lines[line].cache, state: lines[line].state, rows: rows,
            position: lines[line].tokens.count)
        ))
      batch += tokens
    }
    try embed(batch[...])
    // Only a text by itself begins before the first position that is wanted.
    let unwanted = parts.first.map { max(0, min(first - $0.rows.position, batch.count)) } ?? 0
    try transformer.forward(parts.map(\.rows), firstResult: unwanted, checkpoint: checkpoint)
    let mark = passCount
    let context = parts.reduce(0) { $0 + $1.rows.position * $1.tokens.count }
    endPass(rows: batch.count, context: context / max(1, batch.count))
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
    extendPass(after: mark)
  }

  /// Makes the session's text the one, among those last computed side by side, that has most in
  /// common with `tokens`.
  func adopt(_ tokens: [Token]) {
    guard lines.count > 1 else { return }
    let common = lines.map { $0.common(with: tokens) }
    guard let most = common.max(), most > common[0], let line = common.firstIndex(of: most) else {
      return
    }
    exchangeText(with: line)
  }
}
