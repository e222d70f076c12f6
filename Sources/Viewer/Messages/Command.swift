import Traces

/// What the viewer asks its surroundings to do.
public enum Command: Sendable, Equatable {
  case screen(ScreenCommand)
  case run(RunCommand)
}

/// A command to the terminal that shows the viewer.
public enum ScreenCommand: Sendable, Equatable {
  /// Open this text in the person's editor; answered by an `edited` message.
  case edit(String, EditPurpose)
  /// Copy this text to the clipboard.
  case copy(String)
  /// Turn mouse reports on, or leave the mouse to the terminal's own selection.
  case mouse(Bool)
  /// Stop the process until the shell continues it.
  case suspend
  /// Draw the whole screen anew.
  case redraw
  /// Begin with the theme of this name from now on.
  case keepTheme(String)
  case quit
}

/// A command to the owner of the run and its models.
public enum RunCommand: Sendable, Equatable {
  /// Reason about this problem.
  case submit(String)
  case control(Control)
  /// Read the recorded run at this path; answered by a `loaded` or `told` message.
  case load(String)
  case runs(RunRequest)
  /// Find the models that could take this role; answered by a `models` message.
  case models(ModelRole)
  /// Give this role to the model at this path; answered by `engine` messages.
  case changeModel(ModelRole, String)
  /// Let the base model race alone against the last turn.
  case race
  /// Read the recording of the demo; answered by a `demo` message. Needs no models.
  case demo
}
