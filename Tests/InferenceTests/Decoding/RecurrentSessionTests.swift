import TestSupport
import Testing

@testable import Inference

/// Sessions on models with recurrent layers, whose state cannot be cut back: however a session came
/// to its tokens, the logits are those of a fresh one, bit for bit.
@Suite struct RecurrentSessionTests {
  private static let names = ["qwen35", "qwen35moe", "qwen3next"]
  private static let pool = ComputePool(threads: 2)

  private static func model(_ name: String) throws -> Model {
    let small = try #require(FamilyLogitsTests.models.first { $0.name == name })
    let file = try TemporaryFile(small.bytes)
    return try Model.load(GGUFFile(path: file.path), pool: pool)
  }

  private static func fresh(_ model: Model, _ tokens: [Token]) throws -> [UInt32] {
    let session = try Session(model)
    try session.prepare(for: tokens)
    return session.logits.map(\.bitPattern)
  }

  /// The logits after each of `tokens`, of one prefill.
  private static func all(_ model: Model, _ tokens: [Token]) throws -> [[UInt32]] {
    let session = try Session(model)
    var logits: [[UInt32]] = []
    try session.compute([tokens], sharing: 0) { _, positions in
      for position in positions {
        logits.append(try #require(session.logits(after: position)).map(\.bitPattern))
      }
    }
    return logits
  }

  @Test(arguments: names)
  func `prefill equals token by token`(_ name: String) throws {
    let model = try Self.model(name)
    let tokens = RandomModel.tokens(200)
    let logits = try Self.all(model, tokens)
    let session = try Session(model)
    for (place, token) in tokens.enumerated() {
      try session.append(token)
      #expect(session.logits.map(\.bitPattern) == logits[place])
    }
    for count in [1, 2, 3, 4, 5, 63, 64, 65, 129] {
      #expect(try Self.fresh(model, Array(tokens[..<count])) == logits[count - 1])
    }
  }

  @Test(arguments: names)
  func `any number of threads gives the same logits`(_ name: String) throws {
    let small = try #require(FamilyLogitsTests.models.first { $0.name == name })
    let file = try TemporaryFile(small.bytes)
    let tokens = RandomModel.tokens(50)
    let results = try [1, 2, 5].map { threads in
      try Self.fresh(
        Model.load(GGUFFile(path: file.path), pool: ComputePool(threads: threads)), tokens)
    }
    for result in results.dropFirst() { #expect(result == results[0]) }
  }

  /// From one place in one of three texts to any other: by passes of all sizes and single tokens, after steps
  /// back within the last pass, to its beginning, to a copy and to before all of them.
  @Test(arguments: names)
  func `rewind and extend equals fresh at any place`(_ name: String) throws {
    let model = try Self.model(name)
    let first = RandomModel.tokens(160)
    var random = SplitMix64(seed: 7)
    // They part from the first after so many tokens.
    let texts = [160, 100, 30].map { shared in
      Array(first[..<shared])
        + (shared..<160).map { _ in Token.random(in: 0..<64, using: &random) }
    }
    let logits = try texts.map { try Self.all(model, $0) }
    let session = try Session(model)
    var (text, place) = (0, 0)
    for _ in 0..<120 {
      let isNear = Int.random(in: 0..<3, using: &random) > 0
      if !isNear { text = Int.random(in: texts.indices, using: &random) }
      let wanted = texts[text]
      let places = isNear ? max(1, place - 12)...min(wanted.count, place + 9) : 1...wanted.count
      place = Int.random(in: places, using: &random)
      let far = Int.random(in: max(0, place - (isNear ? 12 : 90))..<place, using: &random)
      let kept = min(far, zip(session.tokens, wanted).prefix { $0 == $1 }.count)
      let way = place - kept > 90 ? 0 : Int.random(in: 0..<3, using: &random)
      if way > 0 { session.rewind(to: kept) }
      switch way {
      case 0: try session.prepare(for: Array(wanted[..<place]))
      case 1: for token in wanted[kept..<place] { try session.append(token) }
      default: try session.append(contentsOf: Array(wanted[kept..<place]))
      }
      #expect(session.tokens == Array(wanted[..<place]))
      #expect(session.logits.map(\.bitPattern) == logits[text][place - 1])
    }
  }

  @Test(arguments: names)
  func `a pass that was broken off leaves no trace`(_ name: String) throws {
    struct Stop: Error {}
    let model = try Self.model(name)
    let tokens = RandomModel.tokens(60)
    let session = try Session(model)
    try session.prepare(for: Array(tokens[..<20]))
    for layer in 0..<model.configuration.blockCount {
      var calls = 0
      #expect(throws: Stop.self) {
        try session.prepare(for: Array(tokens[..<30]) + [9, 9]) {
          if calls == layer { throw Stop() }
          calls += 1
        }
      }
    }
    try session.prepare(for: tokens)
    #expect(try session.logits.map(\.bitPattern) == Self.fresh(model, tokens))
  }

  @Test(arguments: names)
  func `texts side by side have the logits that they have alone`(_ name: String) throws {
    let model = try Self.model(name)
    let session = try Session(model)
    var random = SplitMix64(seed: 3)
    for (shared, own) in [
      (20, [5, 9, 1]), (33, [60, 70, 40]), (0, [3, 4]), (70, [12]), (90, [2]),
    ] {
      let texts = own.map { count in
        RandomModel.tokens(shared)
          + (0..<count).map { _ in Token.random(in: 0..<64, using: &random) }
      }
      let logits = try texts.map { try Self.all(model, $0 + [7, 8]) }
      var ends = [[UInt32]](repeating: [], count: texts.count)
      try session.compute(texts, sharing: shared) { index, positions in
        if positions.upperBound == texts[index].count {
          ends[index] = session.logits.map(\.bitPattern)
        }
      }
      for (index, text) in texts.enumerated() {
        #expect(ends[index] == logits[index][text.count - 1])
      }
      // Each of them, and one from within the first, is gone on from.
      for (index, text) in texts.enumerated().reversed() {
        try session.prepare(for: text + [7, 8])
        #expect(session.logits.map(\.bitPattern) == logits[index][text.count + 1])
      }
      let within = Array(texts[0].dropLast()) + [7, 8]
      try session.prepare(for: within)
      #expect(try session.logits.map(\.bitPattern) == Self.fresh(model, within))
      try session.compute(texts, sharing: shared) { _, _ in }
      try session.append(Dictionary(uniqueKeysWithValues: texts.indices.map { ($0, Token(7)) })) {
        #expect(session.tokens == texts[$0] + [7])
        #expect(session.logits.map(\.bitPattern) == logits[$0][texts[$0].count])
      }
    }
  }

  @Test(arguments: names)
  func `speculation gives the text that the base alone draws`(_ name: String) throws {
    let (base, draft) = (try Self.model(name), try Self.model("qwen35"))
    let prompt = RandomModel.tokens(20)
    for (seed, temperature) in [(0, 0.0), (1, 1)] as [(UInt64, Double)] {
      let options = Sampler.Options(temperature: temperature)
      let plain = try Session(base)
      try plain.prepare(for: prompt)
      var sampler = Sampler(options, seed: seed)
      let expected = try (0..<60).map { _ in
        let choice = try sampler.next(after: plain)
        try plain.append(choice.token)
        return choice
      }
      // Known tokens: some right ones, and then so many wrong ones that nobody keeps what they wrote.
      let wrong = RandomModel.tokens(100)
      let guesses = expected[..<5].map(\.token) + wrong
      for (length, known) in [(1, []), (7, []), (7, guesses)] as [(Int, [Token])] {
        let session = try Session(base)
        var decoder = SpeculativeDecoder(
          base: session, continuing: prompt, known: known,
          drafter: Drafter(try Session(draft), continuing: prompt) { _ in false },
          sampler: Sampler(options, seed: seed), length: .always(length))
        var choices: [Sampler.Choice] = []
        while choices.count < 60 { choices += try decoder.next(limit: 60 - choices.count) }
        #expect(choices == expected)
      }
    }
  }

  @Test func `a short pass is gone back in without computing anything`() throws {
    let session = try Session(try Self.model("qwen35"))
    let tokens = RandomModel.tokens(200)
    try session.prepare(for: Array(tokens[..<100]))
    try session.append(contentsOf: Array(tokens[100..<140]))
    for position in [139, 120, 101, 100] {
      #expect(session.cached(of: Array(tokens[..<position])) == position)
      session.rewind(to: position)
    }
    // Before the pass there is the copy that was made where the text was prepared.
    try session.append(contentsOf: Array(tokens[100..<140]))
    try session.append(tokens[140])
    try session.append(tokens[141])
    #expect(session.cached(of: Array(tokens[..<141])) == 141)
    #expect(session.cached(of: Array(tokens[..<140])) == 100)
    #expect(session.cached(of: Array(tokens[..<99])) == 0)
  }

  @Test func `what a text needs is known before, and copies are few`() throws {
    let model = try Self.model("qwen35")
    let c = model.configuration
    let net = try #require(c.deltaNet)
    // Six layers, each with 3 × 128 inputs and 4 states of 16 × 16.
    #expect(RecurrentState.stateBytes(net) == 6 * (3 * 128 + 4 * 16 * 16) * 4)
    let bytes = try #require(c.textBytes(contextLength: 256, format: .f16))
    let cache = try #require(KVCache.byteCount(c, contextLength: 256, format: .f16))
    // Two layers have keys and values.
    #expect(cache == 2 * 2 * 2 * 256 * 16 * 2)
    let states = (2 + RecurrentState.mostSnapshots) * RecurrentState.stateBytes(net)
    #expect(bytes == cache + states + 6 * 64 * (128 + 32 + 64 + 4) * 4)
    let state = RecurrentState(net)
    for _ in 0..<40 {
      state.begin(1)
      state.commit(1)
      state.keep()
    }
    let kept = Set((0...40).map(state.reachable)).subtracting([0, 39, 40])
    #expect(kept.count <= RecurrentState.mostSnapshots)
    #expect(kept.contains(1))
  }
}
