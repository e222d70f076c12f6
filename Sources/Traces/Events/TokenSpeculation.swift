/// What token-level speculation did in one write: several tokens a pass, of the same text as
/// without it.
public struct TokenSpeculation: Codable, Sendable, Equatable {
  /// Draft tokens that the base model checked.
  public var proposed: Int
  /// Those of them that it kept.
  public var accepted: Int
  /// Passes of the base model.
  public var passes: Int
  /// Seconds the draft model took.
  public var draftSeconds: Double

  /// What one write proposed and kept.
  public init(proposed: Int, accepted: Int, passes: Int, draftSeconds: Double) {
    self.proposed = proposed
    self.accepted = accepted
    self.passes = passes
    self.draftSeconds = draftSeconds
  }
}
