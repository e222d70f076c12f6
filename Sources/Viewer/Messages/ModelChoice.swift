/// The role of a model in the pair.
public enum ModelRole: String, Sendable, Equatable, CaseIterable {
  case base, draft
}

/// A model file that could take a role in the pair.
public struct ModelChoice: Sendable, Equatable {
  let path: String
  let name: String
  let detail: String
  let obstacle: String?

  /// The model `name` at `path`; `obstacle` says why it cannot be used, nil if it can.
  public init(path: String, name: String, detail: String, obstacle: String?) {
    self.path = path
    self.name = name
    self.detail = detail
    self.obstacle = obstacle
  }
}
