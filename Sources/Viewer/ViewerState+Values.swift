import Traces

/// What the viewer knows of the terminal that shows it, and of the person in front of it.
public struct TerminalFacts: Sendable {
  /// The screen's size.
  public internal(set) var size: Size
  /// The look of every scope.
  public internal(set) var theme: Theme
  /// Nobody chose the theme: it follows the terminal's background.
  public internal(set) var followsBackground = false
  /// Mouse reports are on; otherwise the terminal selects text with the mouse.
  public internal(set) var takesMouse: Bool
  /// Themes that `/theme` chooses from.
  let themes: [Theme]
  /// What each key does.
  public let keys: KeyMap
  /// What the person, or the terminal, needs of the screen.
  public let access: Access
}

extension ViewerState {
  /// What was asked for and is not confirmed by an event yet.
  struct Requested: Sendable {
    /// A problem that was submitted, until its turn begins.
    var problem: String?
    var threshold: AcceptanceThreshold?
    /// The mode of the next turn.
    var mode: Mode?
    var cancel = false
  }

  /// What is chosen in the conversation.
  struct Selection: Sendable {
    /// The step that the step pane shows; nil for the latest.
    var step: StepID?
    /// Where a selection of several steps began; nil if only the shown step is meant.
    var start: StepID?
    /// Where the mouse button went down: a drag selects from there.
    var pressed: StepID?
    /// What was searched for last.
    var search: Search?
  }

  /// The part of the conversation that is visible.
  struct Scroll: Sendable {
    enum Position: Sendable, Equatable {
      /// The end, while text comes.
      case following
      /// The line at the top, by content, so that neither new text nor a resize moves it.
      case anchored(ConversationLayout.Anchor)
    }

    var position = Position.following
    /// Text came below what is visible since the reader scrolled back.
    var hasNew = false
    /// Steps that came since then.
    var newSteps = 0
  }

  /// Runs that the last turn is compared with.
  struct Opponents: Sendable {
    /// The base model's own run on the last turn's prompt, as far as it came.
    var race: RunState?
    var recorded: RunState?
    /// What the person calls the run at hand and the recorded one; nil where it is just a run at work.
    var names: (own: String, recorded: String)?
  }

  /// Signs of life while the models work.
  struct Vitals: Sendable {
    /// Long work, while it goes on.
    var progress: WorkProgress?
    /// The models' files, and how far each is loaded.
    var loads: [WorkProgress] = []
    /// Bytes of memory in use when they were looked at last; nil before.
    var memoryBytes: Int?
    /// Ticks so far, which turn the busy mark.
    var ticks = 0

    /// Takes in how far work has come; nil when it is over.
    mutating func take(_ new: WorkProgress?) {
      // A file may be given both roles: the one that is not loaded yet is meant.
      let file = (new ?? progress)?.label
      let place = loads.firstIndex { $0.share < 1 && file?.contains($0.label) == true }
      if let place { loads[place].share = new?.share ?? 1 }
      progress = new
    }
  }
}
