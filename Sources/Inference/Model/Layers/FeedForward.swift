import CKernels

/// The feed-forward part of a layer.
enum FeedForwardPart {
  /// One network for all tokens.
  case dense(FeedForward)
  /// Experts, of which a few compute each token.
  case mixture(Mixture)
}

/// A feed-forward network: down · (activation(gate · x) ⊙ (up · x)), each product with a bias where
/// the model has one.
struct FeedForward {
  /// (feed-forward, embedding)
  var gate: Matrix
  /// (feed-forward, embedding)
  var up: Matrix
  /// (embedding, feed-forward)
  var down: Matrix
  /// (feed-forward)
  var gateBias: UnsafePointer<Float>?
  /// (feed-forward)
  var upBias: UnsafePointer<Float>?
  /// (embedding)
  var downBias: UnsafePointer<Float>?

  var matrices: [Matrix] { [gate, up, down] }

  /// Turns `columns` of the products with `gate` and `up`, one row, into those of the activation.
  func activate(
    _ gate: UnsafeMutablePointer<Float>, _ up: UnsafeMutablePointer<Float>, _ columns: Range<Int>,
    by activation: Activation
  ) {
    if let bias = gateBias { sr_add(gate, bias + columns.lowerBound, columns.count) }
    if let bias = upBias { sr_add(up, bias + columns.lowerBound, columns.count) }
    activation.multiply(gate, up, columns.count)
  }
}

extension Activation {
  /// gate[i] = activation(gate[i]) · up[i] for `count` values.
  func multiply(
    _ gate: UnsafeMutablePointer<Float>, _ up: UnsafePointer<Float>, _ count: Int
  ) {
    switch self {
    case .silu: sr_silu_multiply(gate, up, count)
    case .gelu: sr_gelu_multiply(gate, up, count)
    case .clampedSwish: sr_clamped_swiglu_multiply(gate, up, count)
    }
  }
}

/// A mixture of experts.
struct Mixture {
  /// (experts, embedding)
  var router: Matrix
  /// Added to the router's scores: (experts).
  var routerBias: UnsafePointer<Float>?
  /// Added to probabilities where experts are chosen, not where they are weighted: (experts).
  var choiceBias: UnsafePointer<Float>?
  /// The experts, followed by the shared expert if there is one.
  var networks: [FeedForward]
  /// Gate of the shared expert, whose sigmoid weights its output: (embedding). Without one, the
  /// weight is 1.
  var sharedGate: UnsafePointer<Float>?
}
