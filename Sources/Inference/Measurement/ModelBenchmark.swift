/// Measures a model's prefill and decode on random tokens, which cost the same as any others.
public final class ModelBenchmark {
  /// The speed of prefill.
  public struct Prefill: Sendable {
    /// Tokens per pass.
    public var tokens: Int
    /// Tokens per second of the median pass.
    public var tokensPerSecond: Double
  }

  /// The speed of decode, and that of the memory.
  public struct Decode: Sendable {
    /// Tokens in the KV cache before the first measured one.
    public var depth: Int
    /// Tokens per second of the median token; includes logits, excludes sampling.
    public var tokensPerSecond: Double
    /// Bytes of weights, keys and values read per token.
    public var bytesPerToken: Int
    /// Memory bandwidth in bytes per second, the median of passes between the tokens; nil if it was
    /// not measured.
    public var memoryBandwidth: Double?

    /// Bytes per second that decode reads.
    public var bytesPerSecond: Double { tokensPerSecond * Double(bytesPerToken) }
    /// The fraction of the memory bandwidth that decode reaches; above 1 if weights stay in caches.
    public var fractionOfBandwidth: Double? { memoryBandwidth.map { bytesPerSecond / $0 } }
  }

  private let model: Model
  private let session: Session
  private var random = SplitMix64(seed: 1)
  private let clock = ContinuousClock()

  /// Creates a benchmark of `model` with a session of its own.
  public init(_ model: Model) throws(GGUFError) {
    self.model = model
    session = try Session(model)
  }

  /// Measures prefill of `tokens` tokens into an empty cache, at least three times and for about a
  /// second.
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

  /// Measures decode of `tokens` tokens after `depth` others, and the memory bandwidth in between.
  ///
  /// The bandwidth of shared machines changes from second to second, so the two alternate.
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
          model.configuration, contextLength: depth + tokens / 2, format: model.cacheFormat) ?? 0)
        + (model.configuration.deltaNet.map(RecurrentState.stateBytes) ?? 0),
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
  /// Bytes of weights read per token; of a mixture, those of the experts in use.
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
  /// The middle value, or the greater of the two middle ones; the array must not be empty.
  fileprivate var median: Double { sorted()[count / 2] }
}
