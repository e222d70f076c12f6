/// A family of models that can be computed here, by its name in `general.architecture`.
public enum Architecture: String, Sendable, CaseIterable {
  case llama, qwen2, qwen2moe, qwen3, qwen3moe

  /// Which values of a head rotate together.
  var ropePairing: RopePairing {
    switch self {
    case .llama: .neighbours
    case .qwen2, .qwen2moe, .qwen3, .qwen3moe: .halves
    }
  }

  /// Whether queries, keys and values always have biases; in other families they may.
  var needsBiases: Bool { self == .qwen2 || self == .qwen2moe }

  /// Whether the queries and keys of each head are normalised.
  var normalisesHeads: Bool { self == .qwen3 || self == .qwen3moe }

  /// Whether the feed-forward part of a layer is a mixture of experts; nil where it may be.
  var hasExperts: Bool? {
    switch self {
    case .llama: nil
    case .qwen2, .qwen3: false
    case .qwen2moe, .qwen3moe: true
    }
  }
}

/// Which two values of a head a rotary position embedding rotates together.
public enum RopePairing: Sendable {
  /// 2i and 2i + 1.
  case neighbours
  /// i and i + half the rotated width ("NEOX").
  case halves
}
