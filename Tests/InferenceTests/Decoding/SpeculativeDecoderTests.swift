import Glibc
import TestSupport
import Testing

@testable import Inference

/// Speculation changes the time that a text takes, and nothing else.
@Suite struct SpeculativeDecoderTests {
  private static let pool = ComputePool(threads: 1)
  private static let prompt = RandomModel.tokens(20)
  private static let samplings = [
    Sampler.Options(temperature: 0), Sampler.Options(temperature: 0.6, topP: 0.95),
    Sampler.Options(temperature: 1), Sampler.Options(temperature: 1.5, topK: 8),
  ]

  /// A base model and a draft model of another architecture, with the same 64 tokens.
  private struct Pair {
    let base = RandomModel(architecture: .qwen3, type: .q8_0)
    let draft = RandomModel(architecture: .qwen2, type: .f16)

    func session(_ model: RandomModel, contextLength: Int = 256) throws -> Session {
      try Session(model.load(contextLength: contextLength, pool: pool))
    }
  }

  private func plain(
    _ base: Session, _ prompt: [Token], _ sampling: Sampler.Options, seed: UInt64, count: Int
  ) throws -> [Sampler.Choice] {
    var sampler = Sampler(sampling, seed: seed)
    try base.prepare(for: prompt)
    return try (0..<count).map { _ in
      let choice = try sampler.next(after: base)
      try base.append(choice.token)
      return choice
    }
  }

  private func speculative(
    _ base: Session, draft: Session?, known: [Token] = [], _ prompt: [Token],
    _ sampling: Sampler.Options, seed: UInt64, count: Int, length: DraftLength
  ) throws -> (choices: [Sampler.Choice], counts: SpeculationCounts) {
    var decoder = SpeculativeDecoder(
      base: base, continuing: prompt, known: known,
      drafter: draft.map { Drafter($0, continuing: prompt) { _ in false } },
      sampler: Sampler(sampling, seed: seed), length: length)
    var choices: [Sampler.Choice] = []
    while choices.count < count { choices += try decoder.next(limit: count - choices.count) }
    return (choices, decoder.counts)
  }

  @Test(arguments: samplings, [0, 1, 3, 15])
  func `the text is the one that the base alone draws, to the last bit`(
    _ sampling: Sampler.Options, length: Int
  ) throws {
    let pair = Pair()
    for seed in 0..<3 as Range<UInt64> {
      let expected = try plain(
        pair.session(pair.base), Self.prompt, sampling, seed: seed, count: 60)
      let written = try speculative(
        pair.session(pair.base), draft: pair.session(pair.draft), Self.prompt, sampling,
        seed: seed, count: 60, length: .always(length))
      #expect(written.choices == expected)
      #expect(length == 0 || written.counts.proposed > 0)
    }
  }

  @Test func `a draft of the same opinion is kept whole, drawn or not`() throws {
    let pair = Pair()
    for sampling in Self.samplings {
      let written = try speculative(
        pair.session(pair.base), draft: pair.session(pair.base), Self.prompt, sampling, seed: 4,
        count: 64, length: .always(7))
      #expect(written.counts.accepted == written.counts.proposed)
      #expect(written.counts.passes == 8)
    }
  }

  @Test func `draws come as often as the base model's probabilities say`() throws {
    let pair = Pair()
    let base = try pair.session(pair.base)
    let draft = try pair.session(pair.draft)
    try base.prepare(for: Self.prompt)
    let logits = base.logits.map(Double.init)
    let greatest = try #require(logits.max())
    let weights = logits.map { exp($0 - greatest) }
    let sum = weights.reduce(0, +)
    let draws = 4000
    var firstCounts = [Double](repeating: 0, count: weights.count)
    var followers: [Token: [Token: Double]] = [:]
    for seed in 0..<UInt64(draws) {
      let written = try speculative(
        base, draft: draft, known: [Token(seed % 64)], Self.prompt, Sampler.Options(), seed: seed,
        count: 2, length: .always(3))
      firstCounts[Int(written.choices[0].token)] += 1
      followers[written.choices[0].token, default: [:]][written.choices[1].token, default: 0] += 1
    }
    #expect(
      Self.chiSquare(firstCounts, weights.map { $0 / sum * Double(draws) }) < Self.limit)
    // The token after the most frequent first one: mostly drawn after a draft token was kept.
    let (first, seconds) = try #require(followers.max { $0.value.count < $1.value.count })
    let total = seconds.values.reduce(0, +)
    try base.prepare(for: Self.prompt + [first])
    let next = base.logits.map { exp(Double($0)) }
    let nextSum = next.reduce(0, +)
    let counts = next.indices.map { seconds[Token($0)] ?? 0 }
    #expect(Self.chiSquare(counts, next.map { $0 / nextSum * total }) < Self.limit)
  }

  /// 0.001 of honest samplers exceed this with 63 degrees of freedom, and fewer with less.
  private static let limit = 103.4

  /// Cells that expect fewer than five draws are one cell.
  private static func chiSquare(_ counts: [Double], _ expected: [Double]) -> Double {
    var rare = (count: 0.0, expected: 0.0)
    var sum = 0.0
    for (count, expected) in zip(counts, expected) {
      if expected < 5 {
        rare.count += count
        rare.expected += expected
      } else {
        sum += (count - expected) * (count - expected) / expected
      }
    }
    guard rare.expected > 0 else { return sum }
    return sum + (rare.count - rare.expected) * (rare.count - rare.expected) / rare.expected
  }

  // MARK: Known tokens

  @Test(arguments: samplings)
  func `a rewrite that equals the known text costs one pass`(_ sampling: Sampler.Options) throws {
    let pair = Pair()
    let expected = try plain(pair.session(pair.base), Self.prompt, sampling, seed: 9, count: 31)
    let written = try speculative(
      pair.session(pair.base), draft: nil, known: expected.prefix(30).map(\.token), Self.prompt,
      sampling, seed: 9, count: 31, length: .always(0))
    #expect(written.choices == expected)
    #expect(written.counts.passes == 1 && written.counts.accepted == 30)
  }

  @Test func `a text that was judged is not computed again`() throws {
    let pair = Pair()
    let sampling = Sampler.Options(temperature: 0)
    let expected = try plain(pair.session(pair.base), Self.prompt, sampling, seed: 0, count: 20)
    var draft = expected.map(\.token)
    draft[12] = (draft[12] + 1) % 64
    let base = try pair.session(pair.base)
    let wording = RandomModel.tokens(10)
    try base.prepare(for: Self.prompt + draft + wording, logitsFrom: Self.prompt.count - 1)
    let all = Self.prompt + draft
    #expect(base.held(of: all, logitsFrom: Self.prompt.count - 1) == all.count)
    var decoder = SpeculativeDecoder(
      base: base, continuing: Self.prompt, known: draft, sampler: Sampler(sampling, seed: 0))
    // The text up to the difference, and the token in its place: all from the pass that judged.
    #expect(try decoder.next() == Array(expected.prefix(13)))
    #expect(base.position == Self.prompt.count + 12)
  }

  @Test func `beyond a difference a known text is proposed on`() throws {
    let pair = Pair()
    let sampling = Sampler.Options(temperature: 0)
    let expected = try plain(pair.session(pair.base), Self.prompt, sampling, seed: 0, count: 30)
    var known = expected.map(\.token)
    known[10] = (known[10] + 1) % 64
    let written = try speculative(
      pair.session(pair.base), draft: nil, known: known, Self.prompt, sampling, seed: 0, count: 30,
      length: .always(0))
    #expect(written.choices == expected)
    #expect(written.counts.passes == 2)
  }

  // MARK: Limits

  @Test func `no more tokens are proposed than are of use or have room`() throws {
    let pair = Pair()
    let base = try pair.session(pair.base, contextLength: 32)
    let draft = try pair.session(pair.draft, contextLength: 26)
    var decoder = SpeculativeDecoder(
      base: base, continuing: Self.prompt,
      drafter: Drafter(draft, continuing: Self.prompt) { _ in false },
      sampler: Sampler(Sampler.Options(), seed: 1), length: .always(15))
    var choices: [Sampler.Choice] = []
    while !decoder.isFull { choices += try decoder.next(limit: 4) }
    let expected = try plain(
      pair.session(pair.base), Self.prompt, Sampler.Options(), seed: 1, count: choices.count)
    #expect(choices == expected)
    // One token after a full context, as when decoding token by token.
    #expect(choices.count == 13)
    #expect(throws: SessionError.contextFull(limit: 32)) { try decoder.next() }
  }

  /// A base pass takes 1 s, and a further row in it 0.1 s; a draft pass takes 0.2 s a row.
  private func length(basePass: Double = 1, row: Double = 0.1, draft: Double = 0.2) -> DraftLength {
    var length = DraftLength()
    length.costs = PassCosts(
      base: { rows, _ in basePass + Double(rows - 1) * row },
      draft: { rows, _ in Double(rows) * draft })
    return length
  }

  @Test func `another draft token is computed while its chance of saving a token exceeds its cost`()
  {
    let length = length()
    // At 75% acceptance a round of two draft tokens is best: 1.6 s for 2.31 tokens, 0.692 s a token.
    // Another token saves 0.52 s if all before it are certain, and costs 0.3 s.
    #expect(length.paysToDraft(chance: 0.6, context: 100))
    #expect(!length.paysToDraft(chance: 0.5, context: 100))
    // Once computed, it costs its row alone.
    #expect(length.paysToCheck(chance: 0.2, context: 100))
    #expect(!length.paysToCheck(chance: 0.1, context: 100))
  }

  @Test func `where rows cost as much as passes nothing is proposed`() {
    let length = length(row: 1)
    #expect(!length.isWorthTrying(gap: 1, context: 100))
    #expect(!length.paysToDraft(chance: 1, context: 100))
  }

  @Test(
    arguments: [0.0, 0.3, 0.6, 0.95],
    [(draft: 0.6, gap: 40, tokens: 400), (0.2, 130, 160), (0.1, 60, 100), (0.02, 1000, 200)])
  func `whatever share of draft tokens is accepted, no first text takes 3% longer`(
    share: Double, text: (draft: Double, gap: Int, tokens: Int)
  ) throws {
    var random = SplitMix64(seed: 7)
    var length = length(draft: text.draft)
    let costs = try #require(length.costs)
    var (taken, tokens, gap) = (0.0, 0, text.gap)
    while tokens < text.tokens {
      var drafted = DraftTokens()
      if length.isWorthTrying(gap: gap, context: tokens) {
        drafted.gap = gap
        taken += costs.draft(gap, tokens)
        drafted.seen = [0.9]
        drafted.tokens = [1]
        drafted.confidences = [0.9]
      }
      let accepted = drafted.tokens.isEmpty || random.unit() >= share ? 0 : 1
      taken += costs.base(drafted.tokens.count + 1, tokens)
      length.finished(drafted, tokens: accepted + 1, context: tokens)
      tokens += accepted + 1
      gap = drafted.tokens.isEmpty ? gap + 1 : 1
    }
    #expect(taken <= 1.03 * Double(tokens) * costs.base(1, 0))
  }

  @Test func `a draft model that has much to read first is left alone until that can pay`() {
    var length = length(draft: 0.2)
    // 20 tokens take 4 s to read, and 1.3 s may be lost while nothing is known of the draft model.
    #expect(!length.isWorthTrying(gap: 20, context: 400))
    for _ in 0..<200 { length.checked([0.9], accepted: 1) }
    length.begin()
    #expect(length.isWorthTrying(gap: 20, context: 400))
    // 400 tokens take 80 s; 64 tokens to come gain less.
    #expect(!length.isWorthTrying(gap: 400, context: 400))
    length.read(10_000)
    #expect(length.isWorthTrying(gap: 400, context: 400))
  }

  @Test func `what the draft was sure of in vain is trusted less`() {
    var length = DraftLength()
    let before = length.acceptance(at: 0.9)
    for _ in 0..<100 { length.checked([0.9], accepted: 0) }
    #expect(before > 0.8 && length.acceptance(at: 0.9) < 0.01)
    for _ in 0..<100 { length.checked([0.9, 0.2], accepted: 2) }
    #expect(length.acceptance(at: 0.9) > 0.95)
    // What comes after a rejected token was never checked.
    let unseen = length.acceptance(at: 0.6)
    for _ in 0..<100 { length.checked([0.2, 0.6], accepted: 0) }
    #expect(length.acceptance(at: 0.6) == unseen)
  }
}

extension DraftLength {
  /// Learns from draft tokens of which the first `accepted` were accepted.
  fileprivate mutating func checked(_ confidences: [Double], accepted: Int) {
    var drafted = DraftTokens()
    drafted.tokens = confidences.map { _ in 0 }
    drafted.confidences = confidences
    drafted.seen = confidences
    finished(drafted, tokens: accepted + 1, context: 0)
  }

  /// Always `count` tokens a round, whatever they cost.
  static func always(_ count: Int) -> DraftLength {
    var length = DraftLength()
    length.most = count
    length.isFree = true
    return length
  }
}
