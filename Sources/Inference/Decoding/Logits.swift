import CKernels
import Glibc

/// The logits of one position: unnormalised log-probabilities of the next token.
public struct Logits {
  /// One value per token of the vocabulary; at least one.
  public let values: UnsafeBufferPointer<Float>

  /// A view of `values`, which must outlive it.
  public init(_ values: UnsafeBufferPointer<Float>) {
    self.values = values
  }

  /// log Σ exp over all logits: subtracted from a logit, it gives the log-probability. Nil if not
  /// finite, as with damaged weights.
  public var logSumExp: Float? {
    guard let start = values.baseAddress else { return nil }
    let value = sr_log_sum_exp(start, values.count)
    return value.isFinite ? value : nil
  }

  /// Entropy of the distribution of the next token, in nats: −Σ p · ln p. Nil if not finite.
  ///
  /// - Parameter weights: Room for one value per token of the vocabulary; made to fit.
  public func entropy(_ weights: inout [Float]) -> Double? {
    guard let start = values.baseAddress else { return nil }
    if weights.count != values.count { weights = [Float](repeating: 0, count: values.count) }
    let greatest = values[mostProbable]
    let sum = sr_exponentials(start, greatest, 1, &weights, weights.count)
    // H = ln Σ w − Σ w · (x − max) ÷ Σ w, with w = exp(x − max).
    var mean = 0.0
    for (place, weight) in weights.enumerated() where weight > 0 {
      mean += Double(weight) * Double(values[place] - greatest)
    }
    let entropy = log(sum) - mean / sum
    return entropy.isFinite ? max(0, entropy) : nil
  }

  /// The most probable token; the first of equals.
  public var mostProbable: Int {
    // Eight running maxima keep the vector units busy; the place is looked up once at the end.
    var greatest = SIMD8<Float>(repeating: -.infinity)
    var index = 0
    while index + 8 <= values.count {
      var part = SIMD8<Float>()
      for lane in 0..<8 { part[lane] = values[index + lane] }
      greatest.replace(with: part, where: part .> greatest)
      index += 8
    }
    var best = greatest.max()
    while index < values.count {
      best = max(best, values[index])
      index += 1
    }
    return values.firstIndex(of: best) ?? 0
  }
}
