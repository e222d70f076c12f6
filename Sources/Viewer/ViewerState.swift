import Traces

/// Everything the screen shows.
///
/// Changed only by `update(_:_:)`, drawn only by `render(_:)`.
public struct ViewerState: Sendable {
  /// The run as its events tell it; the only source for what the models did.
  public internal(set) var run = RunState()
  /// Where the models stand.
  public internal(set) var engine: EngineStatus
  /// The terminal that shows the viewer.
  public internal(set) var terminal: TerminalFacts
  /// Problems that `/examples` offers.
  public let examples: [String]
  /// The models are the bundled pair, which solves only problems like its examples.
  public let isDemoPair: Bool

  var composer: Composer
  var focus = Focus.composer
  /// What lies over the screen; nil if nothing does.
  var overlay: (any Overlay)?
  var sidePane = SidePane()
  var scroll = Scroll()
  var selection = Selection()
  var reading = Reading()
  var opponents = Opponents()
  /// The branch that the last turn left and the conversation shows; nil for the one that goes on.
  var viewedBranch: Int?
  var vitals = Vitals()
  var notice: StatusLine?
  /// The recording that is played; nil for a live run.
  var replay: Replay?
  /// The saved run that was deleted last, which can be taken back.
  var deletedRun: String?
  var requested = Requested()
  var coaching = Coaching()
  var rewrite: Rewrite?
  /// Messages that were sent while the models were busy, in the order in which they go.
  var queue: [String] = []
  /// What is chosen in the list of commands.
  var commandChoice = CommandChoice()
  /// The next Ctrl-C quits.
  var quitIsArmed = false
  /// Tokens that reduced motion holds back until their step is whole.
  var heldTokens: [Event] = []
  /// The conversation's lines as they were settled last.
  var layout = ConversationLayout()
  /// Where everything stands on the screen, as it was settled last.
  var screen: ScreenLayout

  /// A viewer before anything happened. `themes` are those that `/theme` can change to, `history`
  /// the problems sent in earlier starts, oldest first; `notice` is shown until the first key, and
  /// `modelFiles` with a bar each while they load. Where `followsBackground`, the dark or the light
  /// theme is taken when the terminal tells its background.
  public init(
    size: Size = Size(columns: 80, rows: 24), theme: Theme = .terminal, themes: [Theme] = [],
    examples: [String] = [], isDemoPair: Bool = false, keys: KeyMap = KeyMap(),
    access: Access = Access(), history: [String] = [], takesMouse: Bool = true,
    notice: String? = nil, engine: EngineStatus = .loading("the models"), modelFiles: [String] = [],
    followsBackground: Bool = false
  ) {
    terminal = TerminalFacts(
      size: size, theme: theme, takesMouse: takesMouse, themes: themes, keys: keys, access: access)
    self.examples = examples
    // What Unicode says for LaTeX, ASCII cannot.
    reading.isRaw = access.usesASCII
    self.notice = notice.map { StatusLine(text: $0, scope: .warning) }
    self.isDemoPair = isDemoPair
    composer = Composer(history: history)
    terminal.followsBackground = followsBackground
    vitals.loads = modelFiles.map { WorkProgress(label: $0, share: 0) }
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
    return requested.problem != nil || (run.turns.last.map { $0.ended == nil } ?? false)
  }

  /// The base model runs alone against the last turn.
  public var isRacing: Bool {
    guard let race = opponents.race else { return false }
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
    if let selected = selection.step, run.turns.indices.contains(selected.turn) {
      let turn = run.turns[selected.turn]
      if let step = turn.step(selected.step) {
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
