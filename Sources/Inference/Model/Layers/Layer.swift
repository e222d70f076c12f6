/// The weights of one transformer layer: matrices, and norms and biases as floats. What a model
/// lacks is nil.
struct Layer {
  /// (embedding)
  var attentionNorm: UnsafePointer<Float>?
  /// (query heads × head width, embedding)
  var query: Matrix
  /// (key heads × head width, embedding)
  var key: Matrix
  /// (key heads × head width, embedding)
  var value: Matrix
  /// (embedding, query heads × head width)
  var attentionOutput: Matrix
  /// (query heads × head width)
  var queryBias: UnsafePointer<Float>?
  /// (key heads × head width)
  var keyBias: UnsafePointer<Float>?
  /// (key heads × head width)
  var valueBias: UnsafePointer<Float>?
  /// (embedding)
  var attentionOutputBias: UnsafePointer<Float>?
  /// (head width), or (query heads × head width) where all heads are normalised together
  var queryNorm: UnsafePointer<Float>?
  /// (head width), or (key heads × head width) where all heads are normalised together
  var keyNorm: UnsafePointer<Float>?
  /// Of the output of attention: (embedding).
  var attentionOutputNorm: UnsafePointer<Float>?
  /// (embedding)
  var feedForwardNorm: UnsafePointer<Float>?
  /// Of the output of the feed-forward part: (embedding).
  var feedForwardOutputNorm: UnsafePointer<Float>?
  /// What each token's row goes through after attention.
  var feedForward: FeedForwardPart

  var matrices: [Matrix] {
    let attention = [query, key, value, attentionOutput]
    return switch feedForward {
    case .dense(let network): attention + network.matrices
    case .mixture(let mixture):
      attention + [mixture.router] + mixture.networks.flatMap(\.matrices)
    }
  }
}
