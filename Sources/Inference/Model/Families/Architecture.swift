/// A supported model family, by its name in `general.architecture`.
public enum Architecture: String, Sendable, CaseIterable {
  case llama, qwen2, qwen2moe, qwen3, qwen3moe

  /// Which values of a head are rotated together.
  var ropePairing: RopePairing {
    switch self {
    case .llama: .neighbours
    case .qwen2, .qwen2moe, .qwen3, .qwen3moe: .halves
    }
  }

  /// Whether queries, keys and values must have biases; in other families they may.
  var needsBiases: Bool { self == .qwen2 || self == .qwen2moe }

  /// Whether each head's queries and keys are normalised.
  var normalisesHeads: Bool { self == .qwen3 || self == .qwen3moe }

  /// Whether layers have a mixture of experts; nil if they may.
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
