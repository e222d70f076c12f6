import CKernels
import Glibc

/// Samples tokens from logits, reproducibly for a seed.
///
/// Each token gets a random time from an exponential distribution whose rate is the token's
/// probability, and the earliest wins, so that each token wins with its probability. The times
/// depend only on the seed, the number of the draw, and the token. Two models that sample with
/// copies of one sampler therefore mostly sample the same token where their distributions are
/// alike, which speculative decoding profits from. This is the coupling of Daliri, Musco and
/// Suresh, "Coupling without Communication and Drafter-Invariant Speculative Decoding", arXiv
/// 2408.07978.
///
/// Temperature is applied first. Of the resulting distribution, the filters keep the `topK` most
/// probable tokens, of these the smallest set that reaches `topP` of their sum, and of these the
/// tokens at least `minP` times as probable as the best. Equal logits are ordered by token.
public struct Sampler: Sendable {
  /// How tokens are drawn.
  public struct Options: Sendable, Equatable {
    /// Divides the logits; 0 always takes the most probable token.
    public var temperature: Double
    /// The most tokens kept; 0 keeps all.
    public var topK: Int
    /// The sum of probabilities to reach, 0 < p ≤ 1; 1 keeps all.
    public var topP: Double
    /// The least probability kept, relative to the greatest, 0 ≤ p < 1; 0 keeps all.
    public var minP: Double

    /// Options; by default, the model's own distribution.
    public init(
      temperature: Double = 1, topK: Int = 0, topP: Double = 1, minP: Double = 0
    ) {
      self.temperature = temperature
      self.topK = topK
      self.topP = topP
      self.minP = minP
    }
  }

  /// A sampled token.
  public struct Choice: Sendable, Equatable {
    /// The token.
    public var token: Token
    /// Its log-probability before temperature and filters, natural logarithm.
    public var logProbability: Double
    /// The same of the most probable token.
    public var bestLogProbability: Double
    /// Entropy of the distribution before temperature and filters, in nats; nil where it was not
    /// wanted.
    public var entropy: Double?
  }

  /// How tokens are drawn.
  public let options: Options
  /// How many of the next draws also measure the entropy.
  public var drawsWithEntropy = 0
  private var random: SplitMix64
  /// Probabilities after temperature, relative to the greatest; at most 1.
  private var weights: [Float] = []
  private var sumOfWeights = 0.0
  private var candidates: [Candidate] = []

  private struct Candidate {
    var token: Int
    var weight: Double

    /// Descending probability, and then ascending token.
    static func precedes(_ left: Candidate, _ right: Candidate) -> Bool {
      left.weight != right.weight ? left.weight > right.weight : left.token < right.token
    }
  }

  /// Creates a sampler whose tokens are determined by `seed`.
  ///
  /// Options out of range become the nearest value in range; a NaN means no filter.
  public init(_ options: Options, seed: UInt64) {
    let temperature = options.temperature.isFinite ? max(0, options.temperature) : 1
    let topP = options.topP.isNaN ? 1 : min(1, max(0, options.topP))
    let minP = options.minP.isNaN ? 0 : min(1, max(0, options.minP))
    self.options = Options(
      temperature: temperature, topK: max(0, options.topK), topP: topP, minP: minP)
    random = SplitMix64(seed: seed)
  }

  /// Continues with the random times that `other` will use.
  mutating func follow(_ other: Sampler) { random = other.random }

  /// Samples the token after the session's text.
  ///
  /// Throws `notFinite` if the logits are not finite.
  public mutating func next(after session: Session) throws(SessionError) -> Choice {
    guard let choice = draw(Logits(session.logits)) else {
      throw .notFinite(model: session.model.name)
    }
    return choice
  }

  /// Leaves out a draw, whose place another sampler filled.
  public mutating func skip() {
    // Greedy choices use no random numbers.
    if options.temperature > 0 { _ = random.next() }
  }

  /// Samples a token; nil if the logits are not finite.
  public mutating func draw(_ logits: Logits) -> Choice? {
    guard let logSumExp = logits.logSumExp else { return nil }
    let best = logits.mostProbable
    var token = best
    if options.temperature > 0 {
      measure(logits, from: logits.values[best])
      token = keepsAll ? pickFromAll() : pickFiltered()
    }
    var choice = Choice(
      token: Token(token), logProbability: Double(logits.values[token]) - Double(logSumExp),
      bestLogProbability: Double(logits.values[best]) - Double(logSumExp))
    if drawsWithEntropy > 0 {
      drawsWithEntropy -= 1
      choice.entropy = logits.entropy(&weights)
    }
    return choice
  }

  private var keepsAll: Bool { options.topK == 0 && options.topP == 1 && options.minP == 0 }

  /// Sets the weights from the logits, of which `greatest` is the greatest.
  private mutating func measure(_ logits: Logits, from greatest: Float) {
    let temperature = max(Float(options.temperature), .leastNormalMagnitude)
    if weights.count != logits.values.count {
      weights = [Float](repeating: 0, count: logits.values.count)
    }
    sumOfWeights = sr_exponentials(
      logits.values.baseAddress, greatest, 1 / temperature, &weights, weights.count)
  }

  /// The winner among the candidates that the filters leave.
  private mutating func pickFiltered() -> Int {
    if options.topK > 0, options.topK < weights.count {
      let topK = options.topK
      collect { $0.count >= topK }
      keep(reaching: Double(topK)) { _ in 1 }
      if options.topP < 1 { keep(reaching: options.topP * Self.sum(candidates), \.weight) }
    } else if options.topP < 1 {
      let needed = options.topP * sumOfWeights
      collect { Self.sum($0) >= needed }
      keep(reaching: needed, \.weight)
    } else {
      collect(from: Float(options.minP)) { _ in true }
    }
    candidates.removeAll { $0.weight < options.minP }
    var race = Race(key: random.next())
    for candidate in candidates { race.enter(candidate.token, weight: candidate.weight) }
    return race.winner
  }

  /// Leaves in `candidates` the most probable tokens, at least as many as `isEnough` asks for, or
  /// all.
  ///
  /// Only those from some weight on are taken, and that is lowered until they are enough: of a
  /// large vocabulary nearly all tokens are too improbable to be looked at twice.
  private mutating func collect(
    from weight: Float = 1 / 4096, until isEnough: ([Candidate]) -> Bool
  ) {
    var least = weight
    repeat {
      candidates.removeAll(keepingCapacity: true)
      for token in weights.indices where weights[token] >= least {
        candidates.append(Candidate(token: token, weight: Double(weights[token])))
      }
      least *= least
    } while candidates.count < weights.count && !isEnough(candidates)
  }

  /// Keeps the fewest of the most probable candidates whose measures add up to `target`.
  ///
  /// A quickselect: a flat distribution over a large vocabulary is not worth sorting.
  private mutating func keep(reaching target: Double, _ measure: (Candidate) -> Double) {
    var undecided = candidates.startIndex..<candidates.endIndex
    var reached = 0.0
    while !undecided.isEmpty {
      let pivot = partition(undecided)
      let before = candidates[undecided.lowerBound..<pivot].reduce(0) { $0 + measure($1) }
      let withPivot = reached + before + measure(candidates[pivot])
      if reached + before >= target {
        undecided = undecided.lowerBound..<pivot
      } else if withPivot >= target {
        candidates.removeLast(candidates.count - pivot - 1)
        return
      } else {
        reached = withPivot
        undecided = pivot + 1..<undecided.upperBound
      }
    }
    // Rounding alone may leave the target out of reach; then all are kept up to here, at least one.
    candidates.removeLast(candidates.count - max(1, undecided.lowerBound))
  }

  /// Moves the candidates of `range` that precede its middle one before it, and tells its place.
  private mutating func partition(_ range: Range<Int>) -> Int {
    let last = range.upperBound - 1
    candidates.swapAt(range.lowerBound + range.count / 2, last)
    let pivot = candidates[last]
    var place = range.lowerBound
    for index in range.lowerBound..<last where Candidate.precedes(candidates[index], pivot) {
      candidates.swapAt(index, place)
      place += 1
    }
    candidates.swapAt(place, last)
    return place
  }

  /// The winner among all tokens.
  private mutating func pickFromAll() -> Int {
    var race = Race(key: random.next())
    for (token, weight) in weights.enumerated() {
      race.enter(token, weight: Double(weight))
    }
    return race.winner
  }

  private static func sum(_ candidates: [Candidate]) -> Double {
    candidates.reduce(0) { $0 + $1.weight }
  }
}

/// One draw: the token whose time comes first.
private struct Race {
  /// What the times of this draw belong to.
  let key: UInt64
  /// The first token so far.
  private(set) var winner = 0
  /// Its weight over its standard exponential time; the greater, the earlier.
  private var lead = 0.0

  init(key: UInt64) { self.key = key }

  /// Lets `token` take part, with a probability relative to the others'.
  mutating func enter(_ token: Int, weight: Double) {
    var random = SplitMix64(seed: key &+ UInt64(truncatingIfNeeded: token) &* 0xD1B5_4A32_D192_ED03)
    let unit = 1 - random.unit()
    // -log u is at least 1 - u, so most tokens are out without a logarithm.
    guard weight > lead * (1 - unit) else { return }
    let speed = weight / max(-log(unit), .leastNormalMagnitude)
    if speed > lead {
      lead = speed
      winner = token
    }
  }
}
