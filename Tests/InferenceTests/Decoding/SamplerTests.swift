import Glibc
import Testing

@testable import Inference

/// Drawing against probabilities worked out here in double precision.
@Suite struct SamplerTests {
  private static let logits: [Float] = [1.5, -0.5, 3, 0, 2.9, -2, 1, -8, 0.25, 2]

  private func draw(_ options: Sampler.Options, seed: UInt64, _ count: Int) throws -> [Int] {
    var sampler = Sampler(options, seed: seed)
    let choices = Self.logits.withUnsafeBufferPointer { logits in
      (0..<count).map { _ in sampler.draw(Logits(logits)) }
    }
    return try choices.map { Int(try #require($0).token) }
  }

  /// Probabilities after temperature and filters, by sorting everything.
  private func probabilities(_ options: Sampler.Options) -> [Double] {
    let weights = Self.logits.map { exp(Double($0) / options.temperature) }
    var kept = weights.indices.sorted { weights[$0] > weights[$1] }
    if options.topK > 0 { kept = Array(kept.prefix(options.topK)) }
    let sum = kept.reduce(0) { $0 + weights[$1] }
    var reached = 0.0
    let nucleus = kept.firstIndex {
      reached += weights[$0]
      return reached >= options.topP * sum
    }
    if options.topP < 1, let nucleus { kept = Array(kept[...nucleus]) }
    kept.removeAll { weights[$0] < options.minP * (weights.max() ?? 0) }
    let rest = kept.reduce(0) { $0 + weights[$1] }
    return weights.indices.map { kept.contains($0) ? weights[$0] / rest : 0 }
  }

  @Test func `the entropy is that of the model's own distribution`() throws {
    let weights = Self.logits.map { exp(Double($0)) }
    let sum = weights.reduce(0, +)
    let expected = -weights.reduce(0) { $0 + $1 / sum * log($1 / sum) }
    var sampler = Sampler(Sampler.Options(temperature: 0.3, topK: 2), seed: 1)
    sampler.drawsWithEntropy = 1
    let choices = Self.logits.withUnsafeBufferPointer { logits in
      (0..<2).map { _ in sampler.draw(Logits(logits)) }
    }
    #expect(abs(try #require(choices[0]?.entropy) - expected) < 1e-5)
    #expect(choices[1]?.entropy == nil)
    var room: [Float] = []
    for (logits, entropy) in [
      ([Float](repeating: 2, count: 8), log(8.0)), ([0, 200], 0), ([5], 0),
    ] {
      let measured = logits.withUnsafeBufferPointer { Logits($0).entropy(&room) }
      #expect(abs(try #require(measured) - entropy) < 1e-6)
    }
    #expect([Float.nan, 1].withUnsafeBufferPointer { Logits($0).entropy(&room) } == nil)
  }

  @Test(arguments: [0, 1.0])
  func `a draw left out is one that was made`(temperature: Double) throws {
    let options = Sampler.Options(temperature: temperature)
    var (one, other) = (Sampler(options, seed: 3), Sampler(options, seed: 3))
    var (all, some): ([Token?], [Token?]) = ([], [])
    Self.logits.withUnsafeBufferPointer { logits in
      for place in 0..<9 {
        let token = one.draw(Logits(logits))?.token
        if place % 3 == 1 {
          other.skip()
        } else {
          all.append(token)
          some.append(other.draw(Logits(logits))?.token)
        }
      }
    }
    #expect(all == some)
  }

  @Test(arguments: [
    Sampler.Options(), Sampler.Options(temperature: 0.6, topP: 0.95),
    Sampler.Options(temperature: 2), Sampler.Options(temperature: 1, topK: 3),
    Sampler.Options(temperature: 1.5, topK: 6, topP: 0.8),
    Sampler.Options(temperature: 1, minP: 0.1), Sampler.Options(temperature: 3, minP: 0.00001),
    Sampler.Options(temperature: 1, topK: 8, topP: 0.9, minP: 0.3),
  ])
  func `tokens come as often as their probabilities say`(_ options: Sampler.Options) throws {
    let draws = 20_000
    let counts = try draw(options, seed: 11, draws).reduce(into: [Int: Int]()) {
      $0[$1, default: 0] += 1
    }
    let expected = probabilities(options)
    var chiSquare = 0.0
    for (token, probability) in expected.enumerated() {
      let count = Double(counts[token] ?? 0)
      guard probability > 0 else {
        #expect(count == 0)
        continue
      }
      let mean = probability * Double(draws)
      chiSquare += (count - mean) * (count - mean) / mean
    }
    // 0.001 of honest samplers exceed 27.9 with nine degrees of freedom, fewer with less.
    #expect(chiSquare < 27.9)
  }

  @Test func `temperature 0 takes the most probable token, and of equals the first`() throws {
    #expect(
      try draw(Sampler.Options(temperature: 0), seed: 5, 10) == Array(repeating: 2, count: 10))
    var sampler = Sampler(Sampler.Options(temperature: 0), seed: 0)
    let equals = [Float](repeating: 0.5, count: 21)
    #expect(equals.withUnsafeBufferPointer { sampler.draw(Logits($0))?.token } == 0)
  }

  @Test func `the same seed draws the same tokens`() throws {
    let options = Sampler.Options(temperature: 1)
    let first = try draw(options, seed: 42, 100)
    #expect(try draw(options, seed: 42, 100) == first)
    #expect(try draw(options, seed: 43, 100) != first)
  }

  @Test func `the generator gives the published sequence`() {
    // First numbers of splitmix64.c for the seed 1234567.
    var random = SplitMix64(seed: 1_234_567)
    #expect(random.next() == 6_457_827_717_110_365_317)
    #expect(random.next() == 3_203_168_211_198_807_973)
    #expect(random.next() == 9_817_491_932_198_370_423)
  }

  @Test func `the log-probability is the raw distribution's, whatever the options`() throws {
    let sum = log(Self.logits.reduce(0) { $0 + exp(Double($1)) })
    for options in [Sampler.Options(temperature: 0), Sampler.Options(temperature: 0.3, topK: 1)] {
      var sampler = Sampler(options, seed: 1)
      let choice = Self.logits.withUnsafeBufferPointer { sampler.draw(Logits($0)) }
      #expect(abs(try #require(choice).logProbability - (3 - sum)) < 1e-6)
    }
  }

  @Test(arguments: [Float.nan, .infinity])
  func `logits that are not finite give nothing`(_ value: Float) {
    for place in [0, 7, 8, 20] {
      var logits = [Float](repeating: 0, count: 21)
      logits[place] = value
      var sampler = Sampler(Sampler.Options(), seed: 1)
      #expect(logits.withUnsafeBufferPointer { sampler.draw(Logits($0)) } == nil)
    }
  }

  @Test func `improbable and senseless options still draw a token`() throws {
    let senseless = [
      Sampler.Options(temperature: 1e-30), Sampler.Options(temperature: 1e30, topP: 0.5),
      Sampler.Options(temperature: .nan, topK: -3, topP: .nan, minP: .nan),
      Sampler.Options(temperature: -1), Sampler.Options(topP: 0), Sampler.Options(minP: 2),
      Sampler.Options(topK: .max),
    ]
    for options in senseless { #expect(try draw(options, seed: 1, 3).allSatisfy { $0 < 10 }) }
  }
}
