/// A family of models that can be computed here, by its name in `general.architecture`.
public enum Architecture: String, Sendable, CaseIterable {
  case llama, qwen2, qwen3
}
