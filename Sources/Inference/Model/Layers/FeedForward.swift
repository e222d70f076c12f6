/// The feed-forward part of a layer.
enum FeedForwardPart {
  /// One network for all tokens.
  case dense(FeedForward)
  /// Experts, of which a few compute each token.
  case mixture(Mixture)
}

/// A feed-forward network: down · (silu(gate · x) ⊙ (up · x)).
struct FeedForward {
  /// (feed-forward, embedding)
  var gate: Matrix
  /// (feed-forward, embedding)
  var up: Matrix
  /// (embedding, feed-forward)
  var down: Matrix

  var matrices: [Matrix] { [gate, up, down] }
}

/// A mixture of experts.
struct Mixture {
  /// (experts, embedding)
  var router: Matrix
  /// The experts, followed by the shared expert if there is one.
  var networks: [FeedForward]
  /// Gate of the shared expert, whose sigmoid weights its output: (embedding).
  var sharedGate: UnsafePointer<Float>?
}
