/// What the left mouse button or the wheel did, and where.
public struct MouseEvent: Sendable, Hashable {
  /// What was done with the mouse.
  public enum Kind: Sendable, Hashable {
    case press
    /// The mouse was moved with the button down.
    case drag
    /// The wheel was turned. It counts as a key and can be bound like one.
    case wheel(Key)
  }

  /// What was done.
  public var kind: Kind
  /// The cell under the pointer.
  public var position: Position

  /// What was done in which cell.
  public init(_ kind: Kind, _ position: Position) {
    self.kind = kind
    self.position = position
  }
}
