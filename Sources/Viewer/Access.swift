import Traces

/// What a person, or the terminal at hand, needs of the screen.
public struct Access: Sendable, Equatable {
  /// Whether nothing but ASCII is drawn.
  public var usesASCII: Bool
  /// Whether nothing moves by itself: no turning mark, and text comes a step at a time.
  public var reducesMotion: Bool

  /// The needs; without arguments, none.
  public init(usesASCII: Bool = false, reducesMotion: Bool = false) {
    self.usesASCII = usesASCII
    self.reducesMotion = reducesMotion
  }
}

extension ViewerState {
  /// The events to take in now that `event` has come. With reduced motion tokens wait until
  /// something else happens: the end of a step, of the answer, or of the turn.
  mutating func released(by event: Event) -> [Event] {
    guard access.reducesMotion else { return [event] }
    if case .token = event.kind {
      heldTokens.append(event)
      return []
    }
    defer { heldTokens = [] }
    return heldTokens + [event]
  }
}
