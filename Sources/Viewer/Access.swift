import Traces

/// Accessibility needs of the person and limits of the terminal.
public struct Access: Sendable, Equatable {
  /// Draw ASCII only.
  public var usesASCII: Bool
  /// Reduce motion: no spinner, and text appears a step at a time.
  public var reducesMotion: Bool

  /// The given needs; none by default.
  public init(usesASCII: Bool = false, reducesMotion: Bool = false) {
    self.usesASCII = usesASCII
    self.reducesMotion = reducesMotion
  }
}

extension ViewerState {
  /// The events to apply now that `event` has come. With reduced motion, tokens are held back until
  /// a line is whole, or until another event comes, such as the end of a step.
  mutating func released(by event: Event) -> [Event] {
    guard terminal.access.reducesMotion else { return [event] }
    if case .token(let token) = event.kind, !token.text.contains(where: \.isNewline) {
      heldTokens.append(event)
      return []
    }
    defer { heldTokens = [] }
    return heldTokens + [event]
  }
}
