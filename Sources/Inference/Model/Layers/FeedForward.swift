/// The feed-forward part of a layer.
enum FeedForwardPart {
  /// One network for all tokens.
  case dense(FeedForward)
  /// Several, of which each token meets a few.
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
  /// The experts, and after them the network that sees every token, if there is one.
  var networks: [FeedForward]
  /// What that network's output is weighted by, through a sigmoid: (embedding).
  var sharedGate: UnsafePointer<Float>?
}
