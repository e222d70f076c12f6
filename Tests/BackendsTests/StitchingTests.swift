import DemoPair
import Reasoning
import Synchronization
import Testing
import Traces

@testable import Backends

/// Texts that both models of the demo pair write in turn, token by token.
struct StitchingTests: DemoEngine {
  private func stitched(
    _ bound: Double, _ prefix: Prefix, _ sampling: Sampling, seed: UInt64
  ) -> GenerationRequest {
    var request = request(.base, prefix, seed: seed)
    request.sampling = sampling
    request.stitching = Stitching(bound: bound, draftSeed: seed &+ 1)
    return request
  }

  @Test(arguments: [0, 0.6, 1.2])
  func `stitched at a bound of 0 the text is the base's, and beyond all entropies the draft's`(
    temperature: Double
  ) async throws {
    let engine = try engine()
    let sampling = Sampling(temperature: temperature)
    var closed = prefix(Self.right, "So the bus has 11 - 4 = 7 passengers.")
    closed.thinkingClosed = true
    for prefix in [prefix(), prefix(Self.right), closed] {
      for seed in 0..<3 as Range<UInt64> {
        for (bound, role, seed, stitchedSeed) in [
          (0.0, Role.base, seed, seed), (20.0, .draft, seed &+ 1, seed),
        ] {
          var alone = request(role, prefix, seed: seed)
          alone.sampling = sampling
          let plain = try await engine.generate(alone) { _ in }
          let both = try await engine.generate(
            stitched(bound, prefix, sampling, seed: stitchedSeed)
          ) { _ in }
          #expect(both.text == plain.text && both.tokens == plain.tokens, "\(role)")
          #expect(both.stop == plain.stop)
          let counts = try #require(both.speculation)
          #expect(counts.accepted == (role == .base ? 0 : both.tokens))
          #expect(counts.passes == (role == .base ? both.tokens : 0))
        }
      }
    }
  }

  @Test func `stitched text goes on the same from caches that were used and from fresh ones`()
    async throws
  {
    let (used, fresh) = (try engine(), try engine())
    let sampling = Sampling(temperature: 0.8)
    var (mixed, steps, told) = (0, [String](), [String]())
    for step in 0..<4 as Range<UInt64> {
      var prefix = prefix()
      prefix.steps = steps
      let request = stitched(0.002, prefix, sampling, seed: step)
      let tokens = Counted()
      let one = try await used.generate(request) { tokens.add($0) }
      await fresh.forget()
      let other = try await fresh.generate(request) { _ in }
      #expect(one.text == other.text && one.speculation?.accepted == other.speculation?.accepted)
      let counts = try #require(one.speculation)
      // Every token is told, and whose it was.
      #expect(tokens.fromDraft == counts.accepted)
      #expect(counts.accepted + counts.passes == one.tokens)
      told.append("\(counts.accepted) of the draft, \(counts.passes) of the base, \(one.stop)")
      if counts.accepted > 0, counts.passes > 0 { mixed += 1 }
      guard one.stop == .stepEnd else { break }
      steps.append(one.text)
    }
    #expect(mixed > 0, "\(told)")
  }

  @Test
  func `a long text that the base has not seen changes nothing, and its reading is told apart`()
    async throws
  {
    let (engine, fresh) = (try engine(), try engine())
    var prefix = prefix()
    for number in 1...12 { prefix.steps.append("\(number). " + Self.right) }
    let pair = try DemoPair.locate()
    let model = try LocalModel(
      .base, path: pair.base.path, contextLength: nil, pool: .init(threads: 1))
    let tokens = try model.tokens(of: prefix)
    try #require(model.hasLongReading(of: tokens) && tokens.count < model.session.contextLength / 2)
    let sampling = Self.greedy
    // The draft model writes it all; then the base model is far behind, and all of it is the base's.
    let drafted = try await engine.generate(stitched(20, prefix, sampling, seed: 1)) { _ in }
    let written = try await engine.generate(stitched(0, prefix, sampling, seed: 1)) { _ in }
    #expect(try await fresh.generate(request(.draft, prefix)) { _ in }.text == drafted.text)
    #expect(try await fresh.generate(request(.base, prefix)) { _ in }.text == written.text)
    for generation in [drafted, written] {
      let counts = try #require(generation.speculation)
      let passes = try #require(generation.passes).filter { $0.by == .draft }
      // What the draft model read is in its time, and so no longer than that.
      #expect(passes.reduce(0) { $0 + $1.seconds } <= counts.draftSeconds + 1e-6)
      #expect(counts.draftSeconds <= generation.seconds)
      #expect(generation.decodeSeconds <= generation.seconds)
    }
    #expect(try #require(written.passes).contains { $0.by == .base && $0.rows > 100 })
  }
}

/// Tokens that the draft model wrote of a text of both models.
private final class Counted: Sendable {
  private let count = Mutex(0)

  var fromDraft: Int { count.withLock { $0 } }

  func add(_ token: GeneratedToken) {
    if token.from == .draft { count.withLock { $0 += 1 } }
  }
}
