import Glibc

/// How rotary embeddings are scaled to a longer context than the original one.
///
/// Models of the Llama 3 family have a divisor for each pair instead, in the tensor
/// `rope_freqs.weight`, which combines with any of these.
public enum RopeScaling: Sendable, Equatable {
  /// No scaling.
  case none
  /// Positions are divided by `factor` (position interpolation, arXiv 2306.15595).
  case linear(factor: Double)
  /// Each pair has a divisor of its own, in one of two tensors of the file: one is for contexts up
  /// to the original length, the other for longer ones (LongRoPE, arXiv 2402.13753). Cosines and
  /// sines are multiplied by `magnitude`.
  case long(originalContextLength: Int, magnitude: Double)
  /// YaRN: pairs that rotate slowly are interpolated, fast ones are unchanged (arXiv 2309.00071).
  case yarn(YaRN)

  /// The parameters of YaRN.
  public struct YaRN: Sendable, Equatable {
    /// The new context length divided by the original one.
    public var factor: Double
    /// The original context length.
    public var originalContextLength: Int
    /// Pairs that rotate at least this often within the original context are unchanged.
    public var fastRotations: Double
    /// Pairs that rotate at most this often are fully interpolated.
    public var slowRotations: Double
    /// What cosines and sines are multiplied by, which sharpens attention; the paper's √(1/t).
    public var magnitude: Double
    /// Whether the bounds between which pairs are partly interpolated are rounded outwards to whole
    /// pairs, as in the authors' code.
    public var roundsBounds = true

    /// The magnitude that the paper recommends for a factor, with its logarithm multiplied.
    static func recommendedMagnitude(factor: Double, _ multiplier: Double = 1) -> Double {
      factor > 1 ? 0.1 * multiplier * log(factor) + 1 : 1
    }

    /// How much of a pair is interpolated, from 0 to 1: linear in the pair's index between the two
    /// bounds.
    fileprivate func interpolation(pair: Int, base: Double, width: Int) -> Double {
      func index(rotations: Double) -> Double {
        Double(width) * log(Double(originalContextLength) / (rotations * 2 * .pi)) / (2 * log(base))
      }
      let (fast, slow) = (index(rotations: fastRotations), index(rotations: slowRotations))
      let low = max(0, roundsBounds ? fast.rounded(.down) : fast)
      let high = min(Double(width - 1), roundsBounds ? slow.rounded(.up) : slow)
      return min(1, max(0, (Double(pair) - low) / max(0.001, high - low)))
    }
  }

  /// What cosines and sines are multiplied by.
  var magnitude: Double {
    switch self {
    case .none, .linear: 1
    case .long(_, let magnitude): magnitude
    case .yarn(let yarn): yarn.magnitude
    }
  }

  /// The angle per position, in radians, of each of `width` ÷ 2 pairs; `divisors`, one a pair,
  /// come from the model's file.
  func frequencies(base: Double, width: Int, divisors: UnsafePointer<Float>?) -> [Double] {
    (0..<width / 2).map { pair in
      let frequency = pow(base, -Double(2 * pair) / Double(width)) / Double(divisors?[pair] ?? 1)
      switch self {
      case .none, .long: return frequency
      case .linear(let factor): return frequency / factor
      case .yarn(let yarn):
        let interpolation = yarn.interpolation(pair: pair, base: base, width: width)
        return frequency * (interpolation / yarn.factor + 1 - interpolation)
      }
    }
  }
}

extension HyperparameterReader {
  /// The scaling that the file asks for; `contextLength` is the file's own.
  func ropeScaling(_ family: Family, contextLength: Int) throws(GGUFError) -> RopeScaling {
    let original = { () throws(GGUFError) in
      try integer(
        "rope.scaling.original_context_length", in: 1...16_777_216, default: contextLength)
    }
    // Files with two tensors of divisors mostly name no type.
    let type =
      file.tensors["rope_factors_long.weight"] == nil
      ? try file.string(key("rope.scaling.type")) : "longrope"
    switch type {
    case "none": return .none
    case "longrope":
      return .long(
        originalContextLength: try original(),
        magnitude: try positive("rope.scaling.attn_factor", atMost: 100, default: 1))
    case nil, "linear":
      let older = try factor("rope.scale_linear", default: 1)
      let factor = try factor("rope.scaling.factor", default: older)
      return factor == 1 ? .none : .linear(factor: factor)
    case "yarn":
      let factor = try factor("rope.scaling.factor", default: nil)
      let recommended = RopeScaling.YaRN.recommendedMagnitude(factor: factor)
      return .yarn(
        RopeScaling.YaRN(
          factor: factor,
          originalContextLength: try original(),
          fastRotations: try positive("rope.scaling.yarn_beta_fast", atMost: 1e6, default: 32),
          slowRotations: try positive("rope.scaling.yarn_beta_slow", atMost: 1e6, default: 1),
          // The first replaces the recommendation, the others come on top.
          magnitude: try positive(
            "rope.scaling.yarn_attn_factor", atMost: 100, default: recommended)
            * positive("rope.scaling.attn_factor", atMost: 100, default: 1)
            / RopeScaling.YaRN.recommendedMagnitude(
              factor: factor, Double(multiplier("rope.scaling.yarn_log_multiplier", default: 0))),
          roundsBounds: family.roundsYaRN))
    case let other?:
      throw GGUFError(
        path: file.path, reason: .unsupportedFeature("rope scaling of type \"\(other)\""))
    }
  }

  /// A factor of the context's length; 0 in a file is no scaling.
  private func factor(_ name: String, default fallback: Double?) throws(GGUFError) -> Double {
    try real(name) == 0 ? 1 : positive(name, atMost: 1e6, default: fallback)
  }

  /// Positions that a model can use: where the file tells what it was trained for before it was
  /// stretched, it may give the trained length as its own.
  func stretchedContextLength(
    _ contextLength: Int, _ scaling: RopeScaling
  ) throws(GGUFError) -> Int {
    let name = "rope.scaling.original_context_length"
    guard try integer(name) != nil else { return contextLength }
    let original = try integer(name, in: 1...16_777_216)
    let factor: Double =
      switch scaling {
      case .none, .long: 1
      case .linear(let factor): factor
      case .yarn(let yarn): yarn.factor
      }
    return max(contextLength, Int(min(Double(original) * factor, 16_777_216)))
  }
}
