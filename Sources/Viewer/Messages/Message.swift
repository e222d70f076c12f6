import Traces

/// Everything that can happen to the viewer.
public enum Message: Sendable, Equatable {
  case key(Key)
  case mouse(MouseEvent)
  /// Text pasted as one block.
  case paste(String)
  case resize(Size)
  case event(Event)
  /// An event of the base model's race against the last turn; nil when the race is over.
  case race(Event?)
  case engine(EngineStatus)
  /// The result of an `edit` command.
  case edited(EditPurpose, EditResult)
  /// The recorded run of a `load` command.
  case loaded(RunState)
  /// The model files on this machine that could take this role.
  case models(ModelRole, [ModelChoice])
  /// All saved runs.
  case runs([SavedRun])
  /// This saved run was deleted, and the deletion can be taken back.
  case deleted(String)
  /// This run replaces the one shown, and the models continue it.
  case opened(RunState)
  /// The events of a saved run to be replayed.
  case recorded([Event])
  /// The events so far of a run that another process writes, which replaces the one shown.
  case following([Event])
  /// What that process has written since.
  case followed([Event])
  /// The recording of the demo; plays at reading speed.
  case demo([Event])
  /// Seconds that passed while a recording plays.
  case elapsed(Double)
  /// A notice about the outcome of a command.
  case told(String, isWarning: Bool)
  /// Time passes while something runs; moves the busy mark.
  case tick
  /// Progress of a long piece of work; nil when it is over.
  case progress(WorkProgress?)
  /// The terminal's background, as it answers when it is asked.
  case background(Color)
  /// Bytes of memory that the program uses.
  case memory(Int)
}
