import Glibc

/// Draws tokens from logits, the same ones for the same seed.
///
/// Temperature comes first, and the filters see its distribution: the `topK` most probable
/// tokens, of these the smallest set that reaches `topP` of their sum, of these the ones at least
/// `minP` times as probable as the best. Equal logits are ordered by token.
public struct Sampler: Sendable {
  /// How tokens are drawn.
  public struct Options: Sendable, Equatable {
    /// Logits are divided by it; 0 takes the most probable token always.
    public var temperature: Double
    /// Tokens kept, at most; 0 keeps all.
    public var topK: Int
    /// The sum of probabilities to be reached, 0 < p ≤ 1; 1 keeps all.
    public var topP: Double
    /// The least probability kept, relative to the greatest, 0 ≤ p < 1; 0 keeps all.
    public var minP: Double

    /// Options; by default every token may be drawn, as the model has it.
    public init(
      temperature: Double = 1, topK: Int = 0, topP: Double = 1, minP: Double = 0
    ) {
      self.temperature = temperature
      self.topK = topK
      self.topP = topP
      self.minP = minP
    }
  }

  /// A drawn token.
  public struct Choice: Sendable, Equatable {
    /// The token.
    public var token: Token
    /// Natural logarithm of its probability before temperature and filters.
    public var logProbability: Double
  }

  /// How tokens are drawn.
  public let options: Options
  private var random: SplitMix64
  /// Each logit less the greatest, divided by the temperature; at most 0.
  private var heights: [Float] = []
  private var candidates: [Candidate] = []

  private struct Candidate {
    var token: Int
    var height: Float

    /// Descending probability, and then ascending token.
    static func precedes(_ left: Candidate, _ right: Candidate) -> Bool {
      left.height != right.height ? left.height > right.height : left.token < right.token
    }
  }

  /// A sampler whose draws are fixed by `seed`.
  ///
  /// Options outside their ranges are taken as the nearest in them, and what is not a number as
  /// no filter.
  public init(_ options: Options, seed: UInt64) {
    let temperature = options.temperature.isFinite ? max(0, options.temperature) : 1
    let topP = options.topP.isNaN ? 1 : min(1, max(0, options.topP))
    let minP = options.minP.isNaN ? 0 : min(1, max(0, options.minP))
    self.options = Options(
      temperature: temperature, topK: max(0, options.topK), topP: topP, minP: minP)
    random = SplitMix64(seed: seed)
  }

  /// Draws a token after the session's last one.
  ///
  /// Throws `notFinite` when the logits are not all numbers.
  public mutating func next(after session: Session) throws(SessionError) -> Choice {
    guard let choice = draw(Logits(session.logits)) else {
      throw .notFinite(model: session.model.name)
    }
    return choice
  }

  /// Draws a token; nil when the logits have no finite sum of exponentials.
  public mutating func draw(_ logits: Logits) -> Choice? {
    guard let logSumExp = logits.logSumExp else { return nil }
    var token = logits.mostProbable
    if options.temperature > 0 {
      measure(logits, from: logits.values[token])
      token = keepsAll ? pickFromAll() : pickFiltered()
    }
    return Choice(
      token: Token(token), logProbability: Double(logits.values[token]) - Double(logSumExp))
  }

  private var keepsAll: Bool { options.topK == 0 && options.topP == 1 && options.minP == 0 }

  /// Sets `heights` from the logits, of which `greatest` is the greatest.
  private mutating func measure(_ logits: Logits, from greatest: Float) {
    let temperature = max(Float(options.temperature), .leastNormalMagnitude)
    if heights.count != logits.values.count {
      heights = [Float](repeating: 0, count: logits.values.count)
    }
    for index in heights.indices {
      // An infinitely improbable token stays so, whatever the temperature.
      heights[index] = (logits.values[index] - greatest) / temperature
    }
  }

  private mutating func pickFiltered() -> Int {
    if options.topK > 0, options.topK < heights.count {
      let topK = options.topK
      collect { $0.count >= topK }
      candidates.removeLast(candidates.count - topK)
      if options.topP < 1 { keep(sum: options.topP * Self.sum(candidates)) }
    } else if options.topP < 1 {
      let needed = options.topP * sumOfAll
      collect { Self.sum($0) >= needed }
      keep(sum: needed)
    } else {
      collect(above: Float(log(options.minP))) { _ in true }
    }
    let floor = Float(log(options.minP))
    let kept = candidates.prefix { $0.height >= floor }.count
    candidates.removeLast(candidates.count - kept)
    return pick()
  }

  /// Leaves the most probable tokens in `candidates`, in order, at least as many as `isEnough`
  /// asks for, or all.
  ///
  /// Only those above some height are looked at, and that is lowered until they are enough: of a
  /// large vocabulary nearly all tokens are too improbable to be worth sorting.
  private mutating func collect(
    above height: Float = -8, until isEnough: ([Candidate]) -> Bool
  ) {
    var cut = height
    repeat {
      candidates.removeAll(keepingCapacity: true)
      for index in heights.indices where heights[index] >= cut {
        candidates.append(Candidate(token: index, height: heights[index]))
      }
      cut = cut < -256 ? -.infinity : cut * 2
    } while candidates.count < heights.count && !isEnough(candidates)
    candidates.sort(by: Candidate.precedes)
  }

  /// Cuts the ordered candidates where their probabilities reach `target`.
  private mutating func keep(sum target: Double) {
    var sum = 0.0
    for (index, candidate) in candidates.enumerated() {
      sum += exp(Double(candidate.height))
      if sum >= target {
        candidates.removeLast(candidates.count - index - 1)
        return
      }
    }
  }

  /// Draws from `candidates` by their probabilities.
  private mutating func pick() -> Int {
    var rest = random.unit() * Self.sum(candidates)
    for candidate in candidates {
      rest -= exp(Double(candidate.height))
      if rest < 0 { return candidate.token }
    }
    // Rounding may leave a crumb after the last.
    return candidates[candidates.count - 1].token
  }

  /// Draws from all tokens by their probabilities.
  private mutating func pickFromAll() -> Int {
    var rest = random.unit() * sumOfAll
    var last = 0
    for (token, height) in heights.enumerated() {
      let probability = exp(Double(height))
      if probability > 0 { last = token }
      rest -= probability
      if rest < 0 { return token }
    }
    return last
  }

  /// Σ exp over all heights; at least 1, as the greatest is 0.
  private var sumOfAll: Double {
    heights.withUnsafeBufferPointer { exp(Double(Logits($0).logSumExp ?? 0)) }
  }

  private static func sum(_ candidates: [Candidate]) -> Double {
    candidates.reduce(0) { $0 + exp(Double($1.height)) }
  }
}
