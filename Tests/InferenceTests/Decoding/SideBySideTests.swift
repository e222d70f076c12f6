import TestSupport
import Testing

@testable import Inference

/// Texts that are computed side by side: bit for bit what each of them alone gives.
@Suite struct SideBySideTests {
  private static let kinds: [RandomModel] = [
    RandomModel(architecture: .llama, type: .q4_K),
    RandomModel(architecture: .qwen3, type: .q8_0),
    RandomModel(architecture: .qwen3moe, type: .q4_K),
    RandomModel(architecture: .qwen2, type: .f32) { $0.feedForward = 1024 },
  ]

  private static func session(_ kind: RandomModel, contextLength: Int? = nil) throws -> Session {
    try Session(
      kind.load(
        contextLength: contextLength, cacheFormat: kind.type == .q8_0 ? .q8_0 : .f16))
  }

  /// Texts that begin with the same `shared` tokens and go on with `own` different ones each.
  private static func texts(sharing shared: Int, own: [Int], seed: UInt64) -> [[Token]] {
    var random = SplitMix64(seed: seed)
    return own.map { count in
      RandomModel.tokens(shared) + (0..<count).map { _ in Token.random(in: 0..<64, using: &random) }
    }
  }

  private static func logitsAlone(_ kind: RandomModel, _ text: [Token]) throws -> [Float] {
    let session = try session(kind)
    try session.prepare(for: text)
    return Array(session.logits)
  }

  @Test(arguments: kinds.indices)
  func `each text has the logits that it has alone`(_ kind: Int) throws {
    let kind = Self.kinds[kind]
    let session = try Self.session(kind)
    // One after another on the same session: within a pass, over several, from nothing.
    for (shared, own) in [
      (20, [5, 9, 1]), (33, [60, 70, 40, 8]), (0, [3, 4]), (70, [12]), (1, [2, 2]),
    ] {
      let texts = Self.texts(sharing: shared, own: own, seed: UInt64(shared))
      var ends = [[Float]](repeating: [], count: texts.count)
      var seen = [[Int]](repeating: [], count: texts.count)
      try session.compute(texts, sharing: shared) { index, positions in
        #expect(session.tokens == Array(texts[index][..<positions.upperBound]))
        seen[index] += positions
        if positions.upperBound == texts[index].count { ends[index] = Array(session.logits) }
      }
      for (index, text) in texts.enumerated() {
        #expect(seen[index] == Array(max(0, shared - 1)..<text.count))
        #expect(try ends[index] == Self.logitsAlone(kind, text))
      }
      #expect(session.tokens == texts[0])
    }
  }

  @Test(arguments: kinds.indices)
  func `the session goes on from whichever text is continued`(_ kind: Int) throws {
    let kind = Self.kinds[kind]
    for index in 0..<3 {
      let session = try Self.session(kind)
      let texts = Self.texts(sharing: 40, own: [20, 31, 17], seed: 5)
      try session.compute(texts, sharing: 40) { _, _ in }
      let continued = texts[index] + [7, 8]
      #expect(session.cached(of: continued) == texts[index].count)
      // The pass is still at hand, so that a rewrite can begin with what it knows.
      #expect(session.held(of: continued, logitsFrom: 39) == texts[index].count)
      #expect(try session.prepare(for: continued) == 2)
      #expect(try Array(session.logits) == Self.logitsAlone(kind, continued))
      // And side by side again, from the text that was kept.
      let next = Self.texts(sharing: 0, own: [6, 9], seed: 11).map { continued + $0 }
      var ends: [Int: [Float]] = [:]
      try session.compute(next, sharing: continued.count) { place, _ in
        ends[place] = Array(session.logits)
      }
      for (place, text) in next.enumerated() {
        #expect(try ends[place] == Self.logitsAlone(kind, text))
      }
    }
  }

  @Test func `what a checkpoint throws leaves a session that is right`() throws {
    struct Stopped: Error {}
    let kind = Self.kinds[0]
    let texts = Self.texts(sharing: 50, own: [70, 80, 30], seed: 2)
    for layers in 0..<8 {
      let session = try Self.session(kind)
      var calls = 0
      try? session.compute(
        texts, sharing: 50,
        checkpoint: {
          calls += 1
          if calls > layers { throw Stopped() }
        }, visit: { _, _ in })
      for text in texts {
        try session.prepare(for: text)
        #expect(try Array(session.logits) == Self.logitsAlone(kind, text))
      }
    }
  }

  @Test func `more texts than a pass has room for all get their tokens`() throws {
    let kind = Self.kinds[0]
    // A context this small makes a pass as small.
    let session = try Self.session(kind, contextLength: 8)
    let texts = Self.texts(sharing: 3, own: Array(repeating: 1, count: 11), seed: 4)
    try session.compute(texts, sharing: 3) { _, _ in }
    var ends: [Int: [Float]] = [:]
    let tokens = Dictionary(uniqueKeysWithValues: texts.indices.map { ($0, Token($0)) })
    try session.append(tokens) { ends[$0] = Array(session.logits) }
    for (index, text) in texts.enumerated() {
      #expect(try ends[index] == Self.logitsAlone(kind, text + [Token(index)]))
    }
  }

  @Test func `a text that does not fit is an error and leaves the session as it was`() throws {
    let session = try Self.session(Self.kinds[0], contextLength: 64)
    try session.prepare(for: RandomModel.tokens(30))
    let texts = Self.texts(sharing: 30, own: [10, 35], seed: 1)
    #expect(throws: SessionError.contextFull(limit: 64)) {
      try session.compute(texts, sharing: 30) { _, _ in }
    }
    #expect(session.tokens == RandomModel.tokens(30))
  }

  @Test func `nothing computed beside it survives forgetting`() throws {
    let session = try Self.session(Self.kinds[0])
    let texts = Self.texts(sharing: 20, own: [5, 6], seed: 3)
    try session.compute(texts, sharing: 20) { _, _ in }
    session.forget()
    for text in texts { #expect(session.cached(of: text) == 0) }
  }
}
