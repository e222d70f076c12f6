import Traces

/// Everything the screen shows.
///
/// Changed only by `update(_:_:)`, drawn only by `render(_:)`.
public struct ViewerState: Sendable {
  /// The run as its events tell it; the only source for what the models did.
  public internal(set) var run = RunState()
  /// Where the models stand.
  public internal(set) var engine: EngineStatus
  /// The screen's size.
  public internal(set) var size: Size
  /// The look of every scope.
  public internal(set) var theme: Theme
  /// Problems that `/examples` offers.
  public let examples: [String]
  /// The models are the bundled pair, which solves only problems like its examples.
  public let isDemoPair: Bool
  /// Mouse reports are taken; otherwise the terminal selects text with it.
  public internal(set) var takesMouse: Bool
  /// What each key does.
  public let keys: KeyMap
  /// What the person, or the terminal, needs of the screen.
  public let access: Access
  /// Themes that `/theme` chooses from.
  let themes: [Theme]

  var composer: Composer
  var focus = Focus.composer
  /// What lies over the screen; nil if nothing does.
  var overlay: (any Overlay)?
  var sidePane = SidePane()
  var scroll = Scroll.following
  /// Something came below what is shown since the reader scrolled back.
  var hasNewBelow = false
  /// Steps that came since then.
  var newStepsBelow = 0
  /// The step that the step pane shows; nil means the latest.
  var selected: StepID?
  var reading = Reading()
  /// What was searched for last.
  var search: Search?
  /// Where a selection of steps began; nil where only the shown step is meant.
  var selectionStart: StepID?
  /// Where the mouse button went down: a drag selects from there.
  var pressedStep: StepID?
  /// The base model's own run on the last turn's prompt, as far as it came.
  var race: RunState?
  /// The branch that the last turn left and the conversation shows; nil for the one that goes on.
  var viewedBranch: Int?
  /// A recorded run to compare the last turn with.
  var otherRun: RunState?
  /// Work that takes long, while it goes on.
  var progress: WorkProgress?
  /// Bytes of memory in use when they were looked at last; nil before.
  var memoryBytes: Int?
  var notice: StatusLine?
  /// The recording that is played; nil for a live run.
  var replay: Replay?
  /// The saved run that was deleted last, which can be taken back.
  var deletedRun: String?
  /// A problem handed over whose turn has not begun yet.
  var submitted: String?
  /// Asked for, and not yet confirmed by an event.
  var requestedThreshold: Double?
  var requestedMode: Mode?
  var cancelIsRequested = false
  /// The next Ctrl-C quits.
  var quitIsArmed = false
  var ticks = 0
  /// Tokens that reduced motion holds back until their step is whole.
  var heldTokens: [Event] = []
  /// The conversation's lines as they were settled last.
  var layout = ConversationLayout()
  /// Where everything stands on the screen, as it was settled last.
  var screen: ScreenLayout

  /// A viewer before anything happened. `themes` are those that `/theme` can change to, `history`
  /// the problems sent in earlier starts, oldest first; `notice` is shown until the first key.
  public init(
    size: Size = Size(columns: 80, rows: 24), theme: Theme = .terminal, themes: [Theme] = [],
    examples: [String] = [], isDemoPair: Bool = false, keys: KeyMap = KeyMap(),
    access: Access = Access(), history: [String] = [], takesMouse: Bool = true,
    notice: String? = nil, engine: EngineStatus = .loading("the models")
  ) {
    self.size = size
    self.theme = theme
    self.themes = themes
    self.examples = examples
    self.keys = keys
    self.access = access
    // What Unicode says for LaTeX, ASCII cannot.
    reading.isRaw = access.usesASCII
    self.notice = notice.map { StatusLine(text: $0, scope: .warning) }
    self.isDemoPair = isDemoPair
    self.takesMouse = takesMouse
    composer = Composer(history: history)
    screen = ScreenLayout(size: size, composer: composer, sidePane: sidePane)
    self.engine = engine
  }

  /// Who gets the keys.
  enum Focus: Sendable { case composer, conversation, stepPane }

  /// Whether the step and run panes are seen: beside the conversation where there is room, and
  /// over it where there is not.
  struct SidePane: Sendable {
    var isShownBeside = true
    var isShownOver = false
    /// How far the step pane is scrolled; for another step than this it is not.
    var top: Top?

    struct Top: Sendable {
      var step: StepID
      var row: Int
    }
  }

  /// What the conversation shows.
  enum Scroll: Sendable, Equatable {
    case following
    /// The line at the top, by content, so that neither new text nor a resize moves it.
    case anchored(ConversationLayout.Anchor)
  }

  /// One step of one turn.
  struct StepID: Sendable, Hashable {
    /// Index into the run's turns.
    var turn: Int
    /// The step's own number.
    var step: Int
  }

  /// A word to the person, shown until the next key.
  struct StatusLine: Sendable, Equatable {
    var text: String
    var scope: Scope
  }
}

extension ViewerState {
  /// A turn is under way or about to begin: Ctrl-C cancels it.
  public var isRunning: Bool {
    guard replay == nil else { return false }
    return submitted != nil || (run.turns.last.map { $0.ended == nil } ?? false)
  }

  /// The base model runs alone against the last turn.
  public var isRacing: Bool {
    guard let race else { return false }
    return race.turns.last?.ended == nil
  }

  /// Something moves without events: the loop should send ticks.
  public var isBusy: Bool {
    if case .loading = engine { return true }
    return (isRunning && !run.isPaused) || isRacing || isPlaying
  }

  /// Where `selected` points, else the latest step of the run.
  var shownStep: (id: StepID, step: StepState, turn: TurnState)? {
    let run = shownRun
    if let selected, run.turns.indices.contains(selected.turn) {
      let turn = run.turns[selected.turn]
      if let step = turn.steps.last(where: { $0.number == selected.step }) {
        return (selected, step, turn)
      }
    }
    guard let index = run.turns.lastIndex(where: { !$0.steps.isEmpty }),
      let step = run.turns[index].steps.last
    else { return nil }
    return (StepID(turn: index, step: step.number), step, run.turns[index])
  }

  /// The turn that analysis is about: the shown step's, else the last one.
  var shownTurn: (index: Int, state: TurnState)? {
    shownStep.map { ($0.id.turn, $0.turn) }
      ?? run.turns.last.map { (run.turns.count - 1, $0) }
  }

  mutating func say(_ text: String, _ scope: Scope = .accent) {
    notice = StatusLine(text: text, scope: scope)
  }
}
