/// Times a model's passes on tokens drawn at random, as they cost the same as any others.
public final class ModelBenchmark {
  /// The speed of prefill.
  public struct Prefill: Sendable {
    /// Tokens of a pass.
    public var tokens: Int
    /// Of the median pass.
    public var tokensPerSecond: Double
  }

  /// The speed of decode, beside that of the memory.
  public struct Decode: Sendable {
    /// Tokens in the KV cache before the first that was timed.
    public var depth: Int
    /// Of the median token; logits are computed, nothing is drawn from them.
    public var tokensPerSecond: Double
    /// Weights, keys and values that a token reads.
    public var bytesPerToken: Int
    /// Bytes a second, median of the passes between the tokens; nil without memory to measure on.
    public var memoryBandwidth: Double?

    /// Bytes that decode reads each second.
    public var bytesPerSecond: Double { tokensPerSecond * Double(bytesPerToken) }
    /// The part of the memory's bandwidth that decode reaches; above 1 when weights stay in caches.
    public var fractionOfBandwidth: Double? { memoryBandwidth.map { bytesPerSecond / $0 } }
  }

  private let model: Model
  private let session: Session
  private var random = SplitMix64(seed: 1)
  private let clock = ContinuousClock()

  /// A benchmark of `model` on a session of its own.
  public init(_ model: Model) throws(GGUFError) {
    self.model = model
    session = try Session(model)
  }

  /// Times passes of `tokens` tokens into an empty cache: three at least, and more for a second.
  public func prefill(_ tokens: Int) throws -> Prefill {
    let prompt = draw(max(1, tokens))
    var seconds: [Double] = []
    let start = clock.now
    repeat {
      session.forget()
      let begin = clock.now
      try session.prepare(for: prompt)
      seconds.append((clock.now - begin) / .seconds(1))
    } while seconds.count < 3 || (seconds.count < 50 && clock.now - start < .seconds(1))
    return Prefill(tokens: prompt.count, tokensPerSecond: Double(prompt.count) / seconds.median)
  }

  /// Times the decoding of `tokens` tokens after `depth` others, and the memory in between.
  ///
  /// Memory of shared machines changes its speed from second to second, so the two take turns.
  public func decode(
    _ tokens: Int, depth: Int, beside memory: MemoryBandwidth?
  ) throws -> Decode {
    let depth = max(1, depth)
    try session.prepare(for: draw(depth))
    var seconds: [Double] = []
    var bandwidths: [Double] = []
    for (index, token) in draw(tokens).enumerated() {
      if index % Self.tokensBetweenMemoryPasses == 0, let memory {
        bandwidths.append(memory.measure())
      }
      let begin = clock.now
      try session.append(token)
      seconds.append((clock.now - begin) / .seconds(1))
    }
    return Decode(
      depth: depth, tokensPerSecond: 1 / seconds.median,
      bytesPerToken: model.weights.bytesPerToken(model.configuration)
        + (KVCache.byteCount(
          model.configuration, contextLength: depth + tokens / 2, format: model.cacheFormat) ?? 0),
      memoryBandwidth: bandwidths.isEmpty ? nil : bandwidths.median)
  }

  private static let tokensBetweenMemoryPasses = 8

  private func draw(_ count: Int) -> [Token] {
    (0..<count).map { _ in
      Token(Double(model.vocabularySize) * random.unit())
    }
  }
}

extension Weights {
  /// Bytes of the matrices that one token is multiplied with: of a mixture, only as many experts.
  fileprivate func bytesPerToken(_ configuration: ModelConfiguration) -> Int {
    let all = matrices.reduce(0) { $0 + $1.byteCount }
    guard let experts = configuration.experts else { return all }
    return mixtures.reduce(all) { bytes, mixture in
      let unused = mixture.networks.prefix(experts.count - experts.usedCount)
      return bytes - unused.reduce(0) { $0 + $1.matrices.reduce(0) { $0 + $1.byteCount } }
    }
  }
}

extension [Double] {
  /// The middle value, or the upper of two; the array is not empty.
  fileprivate var median: Double { sorted()[count / 2] }
}
