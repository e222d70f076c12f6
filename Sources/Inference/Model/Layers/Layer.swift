/// The weights of one transformer layer: matrices, and norms and biases as floats. What a model
/// lacks is nil.
struct Layer {
  /// Of the input of attention: (embedding).
  var attentionNorm: UnsafePointer<Float>?
  /// What lets a token see those before it.
  var mixer: Mixer
  /// Of the output of attention: (embedding).
  var attentionOutputNorm: UnsafePointer<Float>?
  /// (embedding)
  var feedForwardNorm: UnsafePointer<Float>?
  /// Of the output of the feed-forward part: (embedding).
  var feedForwardOutputNorm: UnsafePointer<Float>?
  /// What each token's row goes through after attention.
  var feedForward: FeedForwardPart

  var matrices: [Matrix] {
    return switch feedForward {
    case .dense(let network): mixer.matrices + network.matrices
    case .mixture(let mixture):
      mixer.matrices + [mixture.router] + mixture.networks.flatMap(\.matrices)
    }
  }
}

/// The part of a layer that lets a token see those before it.
enum Mixer {
  /// All of them, or a window, through their keys and values.
  case attention(AttentionWeights)
  /// The same, with keys and values of all heads from one vector of a position.
  case latent(LatentWeights)
  /// What a state holds of them.
  case deltaNet(DeltaNetWeights)

  var matrices: [Matrix] {
    switch self {
    case .attention(let weights): weights.matrices
    case .latent(let weights): weights.matrices
    case .deltaNet(let weights): weights.matrices
    }
  }
}

/// The weights of attention.
struct AttentionWeights {
  /// (query heads × head width, embedding); where heads are gated, the rows of each are followed by
  /// those of its gate.
  var query: Matrix
  /// (key heads × head width, embedding)
  var key: Matrix
  /// (key heads × head width, embedding)
  var value: Matrix
  /// (embedding, query heads × head width)
  var output: Matrix
  /// (query heads × head width)
  var queryBias: UnsafePointer<Float>?
  /// (key heads × head width)
  var keyBias: UnsafePointer<Float>?
  /// (key heads × head width)
  var valueBias: UnsafePointer<Float>?
  /// (embedding)
  var outputBias: UnsafePointer<Float>?
  /// (head width), or (query heads × head width) where all heads are normalised together
  var queryNorm: UnsafePointer<Float>?
  /// (head width), or (key heads × head width) where all heads are normalised together
  var keyNorm: UnsafePointer<Float>?
  /// Scores beside those of positions: (query heads).
  var sinks: UnsafePointer<Float>?

  var matrices: [Matrix] { [query, key, value, output] }
}

/// The weights of a gated delta net.
struct DeltaNetWeights {
  /// Rows of queries, keys and values: (channels, embedding).
  var inputs: Matrix
  /// (values, embedding)
  var gate: Matrix
  /// How far a value head's state moves, before the sigmoid: (value heads, embedding). Without
  /// `decays`, the rows of both: for each key head those of the value heads that share it, first
  /// of rates and then of decays.
  var rates: Matrix
  /// How much of it is forgotten, before `decayBias` is added: (value heads, embedding).
  var decays: Matrix?
  /// (value heads)
  var decayBias: UnsafePointer<Float>
  /// What a decay is multiplied with: (value heads).
  var decayScale: UnsafePointer<Float>
  /// Of the convolution: (taps, channels).
  var convolution: UnsafePointer<Float>
  /// Of the output of a head: (head width).
  var norm: UnsafePointer<Float>
  /// (embedding, values)
  var output: Matrix

  var matrices: [Matrix] { [inputs, gate, rates, output] + [decays].compactMap(\.self) }
}

/// The weights of latent attention.
struct LatentWeights {
  /// What queries come from, and the norm of it: (query rank, embedding), (query rank).
  var queryInput: (matrix: Matrix, norm: UnsafePointer<Float>)?
  /// Rows of each head's query, its rotated part last: (query heads × key width, query rank or
  /// embedding).
  var query: Matrix
  /// What keys and values come from, and behind it the rotated key: (rank + rope width, embedding).
  var input: Matrix
  /// (rank)
  var inputNorm: UnsafePointer<Float>
  /// For each head, what is applied to its query: (rank, key width).
  var keys: [Matrix]
  /// For each head, what makes a value of its result: (value width, rank).
  var values: [Matrix]
  /// (embedding, query heads × value width)
  var output: Matrix

  var matrices: [Matrix] {
    [queryInput?.matrix].compactMap(\.self) + [query, input, output] + keys + values
  }
}
