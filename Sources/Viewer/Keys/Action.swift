/// What a key, the palette or a `/command` can do.
///
/// The raw value is the action's name where people write it.
public enum Action: String, Sendable, CaseIterable {
  case closeOverlay = "close"
  case choose
  case previousItem = "previous-item"
  case nextItem = "next-item"
  case previousItems = "previous-items"
  case nextItems = "next-items"
  case palette
  case send
  case newline
  case switchFocus = "switch-focus"
  case lowerThreshold = "lower-threshold"
  case raiseThreshold = "raise-threshold"
  case setThreshold = "set-threshold"
  case nextMode = "next-mode"
  case setMode = "set-mode"
  case examples
  case theme
  case whatIf = "what-if"
  case waterfall
  case zoomIn = "zoom-in"
  case zoomOut = "zoom-out"
  case earlier
  case later
  case race
  case runs
  case changeModel = "change-model"
  case viewRun = "view-run"
  case renameRun = "rename-run"
  case deleteRun = "delete-run"
  case restoreRun = "restore-run"
  case playOrPause = "play-or-pause"
  case playBack = "play-back"
  case playOn = "play-on"
  case previousTurn = "previous-turn"
  case nextTurn = "next-turn"
  case slower
  case faster
  case leaveReplay = "leave-replay"
  case branches
  case showBranch = "show-branch"
  case markBranch = "mark-branch"
  case compareBranches = "compare-branches"
  case goOn = "go-on"
  case compareRun = "compare-run"
  case settings
  case setSetting = "set"
  case lowerValue = "lower-value"
  case raiseValue = "raise-value"
  case changeValue = "change-value"
  case pause
  case singleStep = "single-step"
  case acceptStep = "accept-step"
  case rejectStep = "reject-step"
  case editStep = "edit-step"
  case writeNote = "write-note"
  case systemPrompt = "system-prompt"
  case addNote = "add-note"
  case branch
  case answerNow = "answer-now"
  case editText = "edit-text"
  case cancel
  case endInput = "end-input"
  case quit
  case help
  case toggleSidePane = "toggle-side-pane"
  case toggleFold = "toggle-fold"
  case previousStep = "previous-step"
  case nextStep = "next-step"
  case toggleRaw = "toggle-raw"
  case toggleTokens = "toggle-tokens"
  case toggleStep = "toggle-step"
  case nextReject = "next-reject"
  case previousReject = "previous-reject"
  case nextNear = "next-near-threshold"
  case previousNear = "previous-near-threshold"
  case nextByScore = "next-by-score"
  case search
  case nextMatch = "next-match"
  case previousMatch = "previous-match"
  case filter
  case selectSteps = "select-steps"
  case copyStep = "copy-step"
  case copyAnswer = "copy-answer"
  case scrollUp = "scroll-up"
  case scrollDown = "scroll-down"
  case pageUp = "page-up"
  case pageDown = "page-down"
  case scrollToStart = "scroll-to-start"
  case scrollToEnd = "scroll-to-end"
  case left
  case right
  case up
  case down
  case wordLeft = "word-left"
  case wordRight = "word-right"
  case lineStart = "line-start"
  case lineEnd = "line-end"
  case deleteBackward = "delete-backward"
  case deleteForward = "delete-forward"
  case deleteWord = "delete-word"
  case deleteToLineStart = "delete-to-line-start"
  case deleteToLineEnd = "delete-to-line-end"
  case undo
  case redo
  case complete
  case escape
  case redraw
  case suspend
  case toggleMouse = "toggle-mouse"
}

/// One row of the action table.
public struct ActionEntry: Sendable, Equatable {
  /// The action itself.
  public let action: Action
  /// What it does, for help, palette and docs/keys.md.
  public let help: String
  /// Keys that do it, the preferred one first; an action may have none.
  public internal(set) var keys: [Key]
  /// When these keys mean it.
  public let context: Context
  /// A word for the footer; nil keeps it out of there.
  public let footer: String?
  /// How the composer takes it after a `/`, and the palette by name; nil where only a key does it.
  public let command: CommandForm?

  /// An action as it is written out.
  public struct CommandForm: Sendable, Equatable {
    /// The word after the `/`.
    public let name: String
    /// What may follow it, as a hint such as `6.5` or `NAME`; nil where nothing follows.
    public let argument: String?
  }

  /// When its keys mean it.
  public enum Context: String, Sendable, CaseIterable {
    case anywhere = "Anywhere"
    /// The conversation has the focus, or the composer has it and is empty.
    case commands = "With an empty composer, or in the conversation"
    case conversation = "In the conversation"
    case composer = "In the composer"
    /// A `/command` is being written in the composer.
    case commandLine = "While writing a /command"
    /// Text is being written: in the composer, in a prompt, or as a list's filter.
    case writing = "While writing"
    /// No overlay is open.
    case main = "On the main screen"
    /// A list that typing filters.
    case list = "In a list"
    /// A line that is asked for.
    case prompt = "In a prompt"
    /// The help, or another view that takes no text.
    case reader = "In the help and other views"
    case settings = "In the settings"
    case branches = "In the branch tree"
    case runs = "In the list of runs"
    /// A recorded run is shown.
    case replay = "In a replay"
    /// The waterfall.
    case chart = "In the waterfall"
    /// What-if and the waterfall, which lead to steps.
    case steps = "In what-if and the waterfall"
  }
}
