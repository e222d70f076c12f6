/// Whether models are asked to reason before they answer, and how much. What it means to a model is
/// what its chat template makes of it.
public enum Thinking: String, Codable, Sendable, CaseIterable {
  /// The model reasons, as much as it does by itself.
  case on
  /// The model answers at once; the steps of its reasoning are those of its reply.
  case off
  /// The model reasons with this effort, where its template knows efforts.
  case low, medium, high
}
