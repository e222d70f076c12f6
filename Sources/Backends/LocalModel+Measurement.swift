import Inference
import Reasoning
import Traces

extension LocalModel {
  /// Passes of a few kinds, as decoding, checking draft tokens and prefill have them: of each number of
  /// rows, the lower quartile as often as it was measured, because of few passes other work of the
  /// machine disturbs many. Empty if the context is too small. The cost model
  /// begins with them. Takes about a third of a second if the model is slow; the KV cache is empty
  /// afterwards.
  func measurePasses() throws -> [PassGroup] {
    let clock = ContinuousClock()
    let filler = try tokens(of: Prefix(messages: [ChatMessage(.user, "1 + 1 = ?")]))
    guard let token = filler.last, session.contextLength >= filler.count + Self.probeTokens else {
      return []
    }
    func repeatedly(_ least: Int, _ most: Int, for time: Duration, _ pass: () throws -> Void) throws
    {
      // The first finds caches cold.
      try pass()
      let start = clock.now
      var count = 0
      while count < least || (count < most && clock.now - start < time) {
        try pass()
        count += 1
      }
    }
    var sampler = Sampler(Sampler.Options(Sampling()), seed: 0)
    func decode() throws {
      try session.append(token)
      let mark = session.passCount - 1
      _ = try sampler.next(after: session)
      session.extendPass(after: mark)
    }
    func check(_ rows: Int) throws {
      let first = session.position
      try session.append(contentsOf: Array(repeating: token, count: rows))
      _ = session.logits(after: first)
      session.extendPass(after: session.passCount - 1)
    }
    try session.prepare(for: filler)
    session.takePasses()
    try repeatedly(4, 32, for: .seconds(0.12), decode)
    for rows in Self.checkedRows { try repeatedly(1, 8, for: .seconds(0.05)) { try check(rows) } }
    let position = session.position
    try repeatedly(1, 4, for: .seconds(0.05)) {
      session.rewind(to: position)
      try session.append(contentsOf: Array(repeating: token, count: Self.prefilledRows))
      _ = session.logits
      session.extendPass(after: session.passCount - 1)
    }
    var series = Dictionary(grouping: session.takePasses(), by: \.rows).values.map { $0 }
    // What attention costs shows where decoding goes on after a long context, if that is cheap to get.
    let far = min(Self.farContext, session.contextLength - Self.probeTokens)
    let pass = series.filter { $0[0].rows == Self.prefilledRows }.joined().map(\.seconds).min()
    if let pass, far > 2 * position, pass * Double(far / Self.prefilledRows) < 0.1 {
      try session.prepare(for: filler + Array(repeating: token, count: far - filler.count))
      _ = session.takePasses()
      try repeatedly(4, 16, for: .seconds(0.05), decode)
      series.append(session.takePasses())
    }
    session.forget()
    let groups = series.map { passes in
      let measured = passes.dropFirst()
      let seconds = measured.map(\.seconds).sorted()[measured.count / 4]
      return PassGroup(
        by: Author(role), rows: passes[0].rows, context: passes[passes.count / 2].context,
        count: measured.count, seconds: seconds * Double(measured.count))
    }.sorted { ($0.rows, $0.context) < ($1.rows, $1.context) }
    learn(fromProbe: groups)
    return groups
  }

  /// Tokens of context after which decoding is measured again.
  private static let farContext = 512

  private static let checkedRows = [4, 8]
  private static let prefilledRows = 32
  /// Room for all that is measured.
  private static let probeTokens = 33 + 9 * checkedRows.reduce(0, +) + prefilledRows
}
