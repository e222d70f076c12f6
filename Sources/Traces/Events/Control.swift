/// What the person asked for while a run goes on.
///
/// A control goes to the reasoner, which obeys at its next token and says so with a `control`
/// event; the screen changes when that event comes. One that cannot be obeyed is answered with a
/// warning.
public enum Control: Sendable, Equatable {
  /// Judge the following steps against this acceptance threshold, 0 to 9.
  case setThreshold(Double)
  /// Use this mode from the next turn on.
  case setMode(Mode)
  /// Change another setting, from when on its name says.
  case set(Setting)
  /// Decide a drafted step against the judge, or before it: accept the draft, or let the base model
  /// write the step. For a step that is kept already this begins a branch.
  case override(step: Int, verdict: Verdict)
  /// Put this text in the place of a step, and go on from there.
  case edit(step: Int, text: String)
  /// Put this text of the person's own after a step (0 for the beginning), and go on from there.
  case note(after: Int, text: String)
  /// Go on anew after a step (0 for the beginning).
  case branch(after: Int)
  /// Go on from the end of a branch that the turn left, by its number.
  case goOn(from: Int)
  /// End the reasoning here, and write the answer.
  case answerNow
  /// Begin nothing new until `resume` or `singleStep`.
  case pause
  /// Go on after a pause.
  case resume
  /// Go on until the next step is kept, and pause again.
  case singleStep
  /// Stop the turn and keep what was written.
  case cancel
}
