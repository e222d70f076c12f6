/// What the person asked for while a run goes on.
///
/// A control goes to the reasoner, which obeys at its next token and says so with a `control`
/// event; the screen changes when that event comes.
public enum Control: Sendable, Equatable {
  /// Judge the following steps against this acceptance threshold, 0 to 9.
  case setThreshold(Double)
  /// Use this mode from the next turn on.
  case setMode(Mode)
  /// Stop the turn and keep what was written.
  case cancel
}
