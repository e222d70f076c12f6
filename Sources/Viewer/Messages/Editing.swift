/// What a text is edited for in an external editor.
public enum EditPurpose: Sendable, Equatable {
  /// The problem being written.
  case composer
  /// A step of the last turn, by its number.
  case step(Int)
  /// A note after a step of the last turn, by the step's number.
  case note(after: Int)
  /// The system prompt.
  case systemPrompt
}

/// What an external editor returned.
public enum EditResult: Sendable, Equatable {
  case text(String)
  /// Why there is no text, in one sentence.
  case failure(String)
}
