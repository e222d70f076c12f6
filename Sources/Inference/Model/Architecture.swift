/// A family of models that can be computed here, by its name in `general.architecture`.
public enum Architecture: String, Sendable, CaseIterable {
  case llama, qwen2, qwen3

  /// Which values of a head turn together.
  var ropePairing: RopePairing {
    switch self {
    case .llama: .neighbours
    case .qwen2, .qwen3: .halves
    }
  }
}

/// Which two values of a head a rotary position embedding turns together.
public enum RopePairing: Sendable {
  /// 2i and 2i + 1.
  case neighbours
  /// i and i + half the rotated width ("NEOX").
  case halves
}
