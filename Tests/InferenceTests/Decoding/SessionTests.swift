import TestSupport
import Testing

@testable import Inference

/// What must hold however a session came to its tokens: bit for bit the same logits.
@Suite struct SessionTests {
  private static let kinds: [RandomModel] = [
    RandomModel(architecture: .llama, type: .q4_K),
    RandomModel(architecture: .qwen2, type: .f16),
    RandomModel(architecture: .qwen3, type: .q8_0),
    RandomModel(architecture: .qwen3moe, type: .q4_K),
    RandomModel(architecture: .qwen2moe, type: .bf16),
    // Layers of the others are so small that threads take rows through them; here they share
    // out products.
    RandomModel(architecture: .qwen2, type: .f32) { $0.feedForward = 1024 },
  ]
  private static let pool = ComputePool(threads: 2)

  private func session(
    _ kind: RandomModel, contextLength: Int? = nil, pool: ComputePool = pool
  ) throws -> Session {
    // Both ways to store keys and values come up: one kind of model has the smaller.
    try Session(
      kind.load(
        contextLength: contextLength, cacheFormat: kind.type == .q8_0 ? .q8_0 : .f16, pool: pool))
  }

  private func logits(_ session: Session) -> [Float] { Array(session.logits) }

  private func freshLogits(_ kind: RandomModel, _ tokens: [Token]) throws -> [Float] {
    let session = try session(kind)
    for token in tokens { try session.append(token) }
    return logits(session)
  }

  @Test(arguments: kinds.indices)
  func `prefill equals token by token`(_ kind: Int) throws {
    let kind = Self.kinds[kind]
    for count in [1, 2, 63, 65, 127, 128, 129, 200] {
      let tokens = RandomModel.tokens(count)
      let session = try session(kind)
      #expect(try session.prepare(for: tokens) == count)
      #expect(try logits(session) == freshLogits(kind, tokens))
    }
  }

  @Test(arguments: kinds.indices)
  func `rewind and extend equals fresh`(_ kind: Int) throws {
    let kind = Self.kinds[kind]
    let session = try session(kind)
    let text = RandomModel.tokens(100)
    var random = SplitMix64(seed: 7)
    for _ in 0..<12 {
      let kept = Int.random(in: 0..<text.count, using: &random)
      let added = Int.random(in: 1...20, using: &random)
      let tokens = text[..<kept] + (0..<added).map { _ in Token.random(in: 0..<64, using: &random) }
      try session.prepare(for: Array(tokens))
      #expect(session.tokens == Array(tokens))
      #expect(try logits(session) == freshLogits(kind, Array(tokens)))
    }
  }

  @Test(arguments: kinds.indices)
  func `any number of threads gives the same logits`(_ kind: Int) throws {
    let kind = Self.kinds[kind]
    // Too few rows for some of these pools, and rows that do not divide evenly.
    for count in [5, 9, 13, 50] {
      let tokens = RandomModel.tokens(count)
      let results = try [1, 2, 3, 5].map { threads in
        let session = try session(kind, pool: ComputePool(threads: threads))
        try session.prepare(for: tokens)
        return logits(session)
      }
      for result in results.dropFirst() { #expect(result == results[0]) }
    }
  }

  @Test func `a text in any pieces gives the same logits`() throws {
    let kind = Self.kinds[0]
    let tokens = RandomModel.tokens(90)
    let expected = try freshLogits(kind, tokens)
    var random = SplitMix64(seed: 3)
    for _ in 0..<5 {
      let session = try session(kind)
      var end = 0
      while end < tokens.count {
        end = min(tokens.count, end + Int.random(in: 1...40, using: &random))
        try session.prepare(for: Array(tokens[..<end]))
      }
      #expect(logits(session) == expected)
    }
  }

  @Test func `the prefix it stands at already needs no work`() throws {
    let session = try session(Self.kinds[0])
    let tokens = RandomModel.tokens(10)
    try session.prepare(for: tokens)
    let before = logits(session)
    #expect(try session.prepare(for: tokens) == 0)
    #expect(logits(session) == before)
  }

  @Test func `a shorter prefix has the logits of its own last token`() throws {
    let kind = Self.kinds[1]
    let session = try session(kind)
    let tokens = RandomModel.tokens(10)
    try session.prepare(for: tokens, logitsFrom: 0)
    // The batch that computed it is at hand.
    #expect(try session.prepare(for: Array(tokens[..<6])) == 0)
    #expect(try logits(session) == freshLogits(kind, Array(tokens[..<6])))
    try session.append(1)
    #expect(try session.prepare(for: Array(tokens[..<4])) == 1)
    #expect(try logits(session) == freshLogits(kind, Array(tokens[..<4])))
  }

  @Test(arguments: 0..<3)
  func `logits after each token of a pass are those of decoding`(_ kind: Int) throws {
    let kind = Self.kinds[kind]
    let tokens = RandomModel.tokens(60)
    let session = try session(kind)
    try session.prepare(for: tokens, logitsFrom: 20)
    #expect(session.logits(after: 60) == nil && session.logits(after: -1) == nil)
    let decoding = try self.session(kind)
    try decoding.prepare(for: Array(tokens[..<20]))
    for position in 20..<60 {
      try decoding.append(tokens[position])
      #expect(try Array(#require(session.logits(after: position))) == logits(decoding))
    }
    // Backwards too, and after a rewind as far as the tokens remain.
    #expect(session.logits(after: 25) != nil)
    session.rewind(to: 30)
    #expect(session.logits(after: 30) == nil)
    #expect(try logits(session) == freshLogits(kind, Array(tokens[..<30])))
  }

  @Test func `a pass of several tokens equals one by one`() throws {
    let kind = Self.kinds[2]
    let session = try session(kind, contextLength: 100)
    let tokens = RandomModel.tokens(100)
    try session.prepare(for: Array(tokens[..<40]))
    try session.append(contentsOf: Array(tokens[40..<90]))
    #expect(try logits(session) == freshLogits(kind, Array(tokens[..<90])))
    #expect(throws: SessionError.contextFull(limit: 100)) {
      try session.append(contentsOf: Array(tokens[..<11]))
    }
    #expect(throws: SessionError.unknownToken(64, vocabularySize: 64)) {
      try session.append(contentsOf: [1, 64])
    }
    #expect(session.position == 90)
  }

  @Test func `scores are the log-probabilities that decoding gives`() throws {
    let kind = Self.kinds[2]
    let tokens = RandomModel.tokens(100)
    let decoding = try session(kind)
    var expected: [TokenScore] = []
    for (index, token) in tokens.enumerated() {
      if index >= 30 {
        let now = Logits(decoding.logits)
        let sum = try #require(now.logSumExp)
        expected.append(
          TokenScore(
            logProbability: Double(now.values[Int(token)] - sum),
            bestLogProbability: Double(now.values[now.mostProbable] - sum)))
      }
      try decoding.append(token)
    }
    let scoring = try session(kind)
    #expect(try scoring.score(tokens, from: 30) == expected)
    #expect(logits(scoring) == logits(decoding))
    // Again, with everything in the cache.
    #expect(try scoring.score(tokens, from: 30) == expected)
    #expect(try scoring.score(tokens, from: 100).isEmpty)
  }

  @Test func `what a checkpoint throws ends the prefill, and the session goes on from there`()
    throws
  {
    struct Cancelled: Error {}
    let kind = Self.kinds[0]
    let session = try session(kind)
    let tokens = RandomModel.tokens(200)
    let layers = try kind.load().configuration.blockCount
    for layersBefore in [0, 1, layers, 2 * layers - 1] {
      var computed = 0
      #expect(throws: Cancelled.self) {
        try session.prepare(for: tokens) {
          if computed == layersBefore { throw Cancelled() }
          computed += 1
        }
      }
      let batch = session.batchCapacity
      #expect(session.position == layersBefore / layers * batch)
      let rest = tokens.count - session.position
      #expect(try session.prepare(for: tokens) == rest)
      #expect(try logits(session) == freshLogits(kind, tokens))
      session.forget()
    }
  }

  @Test func `a full context is an error and leaves the session as it was`() throws {
    let session = try session(Self.kinds[1], contextLength: 16)
    let tokens = RandomModel.tokens(17)
    #expect(throws: SessionError.contextFull(limit: 16)) { try session.prepare(for: tokens) }
    try session.prepare(for: Array(tokens[..<16]))
    #expect(throws: SessionError.contextFull(limit: 16)) { try session.append(tokens[16]) }
    #expect(session.position == 16)
  }

  @Test func `tokens outside the vocabulary and empty texts are errors`() throws {
    let session = try session(Self.kinds[1])
    #expect(throws: SessionError.unknownToken(64, vocabularySize: 64)) {
      try session.prepare(for: [1, 64])
    }
    #expect(throws: SessionError.unknownToken(-1, vocabularySize: 64)) { try session.append(-1) }
    #expect(throws: SessionError.noTokens) { try session.prepare(for: []) }
    #expect(session.tokens.isEmpty)
  }

  @Test func `reading the weights tells how far it is`() throws {
    let file = try TemporaryFile(Self.kinds[0].bytes)
    var shares: [Double] = []
    _ = try Model.load(GGUFFile(path: file.path), pool: Self.pool) { shares.append($0) }
    #expect(shares.last == 1)
    #expect(shares == shares.sorted() && shares.count > 5)
  }

  @Test func `weights that are not numbers stop the drawing with an error`() throws {
    var bytes = Self.kinds[1].bytes
    // The last tensors are layers' weights; F16 NaNs spread from there to every logit.
    bytes.replaceSubrange((bytes.count - 4096)..., with: [UInt8](repeating: 0xFF, count: 4096))
    let file = try TemporaryFile(bytes)
    let session = try Session(Model.load(GGUFFile(path: file.path), pool: Self.pool))
    try session.prepare(for: [1, 2, 3])
    var sampler = Sampler(Sampler.Options(), seed: 1)
    #expect(throws: SessionError.self) { try sampler.next(after: session) }
    #expect(throws: SessionError.self) { try session.score([1, 2, 3], from: 1) }
  }
}
