/// What a person asks for while a run goes on.
///
/// A control goes to the reasoner, which obeys at its next token and answers with a `control`
/// event; the screen changes when that event comes. One that cannot be obeyed is answered with a
/// warning.
public enum Control: Sendable, Equatable {
  /// Change an option; it counts from when ``RunOption/counts`` says.
  case set(Setting)
  /// Change the reasoning itself.
  case steer(Steering)
  /// Begin nothing new until `resume` or `singleStep`.
  case pause
  /// Go on after a pause.
  case resume
  /// Go on until the next step is kept, and pause again.
  case singleStep
  /// Stop the turn and keep what was written.
  case cancel
}

/// How a person changes the reasoning of the turn that runs, or of the last one.
public enum Steering: Sendable, Equatable {
  /// Decide a drafted step against the judge, or before it: accept the draft, or let the base model
  /// write the step. For a step that is kept already this begins a branch.
  case override(step: Int, verdict: Verdict)
  /// Put this text in the place of a step, and go on from there.
  case edit(step: Int, text: String)
  /// Put this text after a step (0 for the beginning), and go on from there.
  case note(after: Int, text: String)
  /// Go on anew after a step (0 for the beginning).
  case branch(after: Int)
  /// Go on from the end of a branch that the turn left, by its number.
  case goOn(from: Int)
  /// End the reasoning here, and write the answer.
  case answerNow
  /// Go on from the kept steps with as much budget again, after a budget ended the turn.
  case extend
}
