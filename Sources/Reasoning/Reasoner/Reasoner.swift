import Traces

/// Lets the two models of a backend reason together, turn after turn, and tells everything that
/// happens as events.
///
///     let reasoner = Reasoner(backend: engine, options: options, version: "1.0")
///     Task { for await event in reasoner.events { show(event) } }
///     try await reasoner.start()
///     await reasoner.run(prompt: "How many bolts does it take?")
///     await reasoner.finish()
///
/// A failure during a turn is an event (`error`, then `turn.ended`), never a lost turn.
public actor Reasoner {
  /// Everything that happens, in order; none is ever dropped. For one consumer.
  public nonisolated let events: AsyncStream<Event>

  private let executor: QueueExecutor
  /// The queue of the backend, where it has one.
  public nonisolated var unownedExecutor: UnownedSerialExecutor {
    executor.asUnownedSerialExecutor()
  }

  let backend: any Backend
  private let version: String
  private let allowsOtherMode: Bool
  let recorder: TraceRecorder
  private let secondsSinceStart: @Sendable () -> Double
  /// What the next turn begins with.
  var options: RunOptions
  /// What the turn goes by that runs, or ran last.
  var turnOptions: RunOptions
  private(set) var pair: PairDescription?
  private var started = false

  /// The rules of the last turn, kept after its end for branches from it.
  var machine: ReasoningMachine?
  /// What runs the turn; another one after a control has cut in on what was being done.
  var turn: Task<Void, Never>?
  var turnCount = 0
  /// Since when the turn runs, and how long it ran before a branch from its end, in seconds.
  var turnClock = (since: 0.0, before: 0.0)
  var toldThatItCannotPay = false
  /// The base model's own run on the last turn's prompt, while it goes on.
  var race: Reasoner?

  /// Drafts and judgements made before the rules ask for them.
  var ahead = WorkAhead()

  /// What a person asked for that changes the reasoning and is not done yet.
  var waitingSteering: [Steering] = []
  /// What the base model wrote last, until its own score is seen to.
  var writtenByBase: (request: GenerationRequest, generation: Generation)?
  /// Steps of the base model that came after the first ones were judged for a share.
  var ownStepCount = 0
  /// Scores of its steps from before the run.
  let calibrated: [OwnScores]

  var isStopping = false
  var isPaused = false
  var pausesAfterStep = false
  /// Who waits for the person.
  var waiter: CheckedContinuation<Void, Never>?

  /// A reasoner that has not started.
  ///
  /// - Parameters:
  ///   - allowsOtherMode: Whether a pair that cannot do the mode may do the next best instead; a
  ///     warning says why.
  ///   - continuing: An earlier run that this one goes on from: its turns are the chat so far, and
  ///     its last time is where this run's times begin. Its last turn can be steered where it has
  ///     ended.
  ///   - calibrated: Judge scores of the base model's own steps from before the run, for a threshold
  ///     that is a share.
  ///   - version: The program's version, for `run.started`.
  ///   - secondsSinceStart: Seconds since the run began, from a clock that never goes back.
  public init(
    backend: any Backend, options: RunOptions, allowsOtherMode: Bool = false,
    continuing run: RunState = RunState(), calibrated: [OwnScores] = [], version: String,
    secondsSinceStart: @escaping @Sendable () -> Double = Reasoner.monotonicSeconds()
  ) {
    self.backend = backend
    executor = backend.executor ?? QueueExecutor(label: "specreason.reasoner")
    self.options = options
    self.calibrated = calibrated
    self.allowsOtherMode = allowsOtherMode
    turnOptions = options
    self.version = version
    self.secondsSinceStart = secondsSinceStart
    let (stream, continuation) = AsyncStream.makeStream(
      of: Event.self, bufferingPolicy: .unbounded)
    events = stream
    turnCount = run.turns.last?.number ?? 0
    recorder = TraceRecorder(
      continuing: run, continuation: continuation, secondsSinceStart: secondsSinceStart)
    if let last = run.turns.last, last.ended != nil {
      machine = ReasoningMachine(
        after: last, options: options,
        messages: Self.messages(
          asking: last.prompt, after: run.turns.dropLast(), options, untagged: []))
    }
  }

  /// What the models are told of a chat that went on for `turns` and now asks `prompt`.
  static func messages(
    asking prompt: String, after turns: some Sequence<TurnState>, _ options: RunOptions,
    untagged: Set<Role>
  ) -> [ChatMessage] {
    // Each earlier turn is a question and its answer; a question without one would break the
    // alternation that chat templates need.
    let untagged = options.untagged(of: untagged)
    let history = turns.flatMap { turn in
      turn.reply(untagged: untagged).map {
        [ChatMessage(.user, turn.prompt), ChatMessage(.assistant, $0)]
      } ?? []
    }
    let seen = history.suffix(options.earlierTurns.map { 2 * $0 } ?? history.count)
    let system = options.systemPrompt.map { [ChatMessage(.system, $0)] } ?? []
    return system + seen + [ChatMessage(.user, prompt)]
  }

  /// A clock that counts seconds from this call on.
  public static func monotonicSeconds() -> @Sendable () -> Double {
    let start = ContinuousClock.now
    return { (ContinuousClock.now - start) / .seconds(1) }
  }

  /// Describes the pair and says `run.started`; does nothing when the run has started already.
  ///
  /// - Throws: `OptionError` for an option out of range, ``ReasoningError`` for a mode the pair
  ///   cannot do, and what the backend throws.
  public func start() async throws {
    guard !started else { return }
    try options.validate()
    let pair = try await backend.describe()
    // Another call may have started the run while this one waited for the backend.
    guard !started else { return }
    self.pair = pair
    machine?.know(pair)
    var warning: ReasoningError?
    do {
      try requireModels(for: options.mode)
    } catch {
      guard allowsOtherMode, let other = Self.nextBest(error) else { throw error }
      options.mode = other
      warning = error
    }
    try requireProbabilities(for: options)
    started = true
    var asked = options
    // A trace has a share as it was asked for; where it puts the threshold is told after it.
    if options.thresholdShare != nil { asked.threshold = RunOptions().threshold }
    let context = [pair.baseContext, pair.draftContext].compactMap(\.self).min()
    var begun = RunStarted(
      version: version, base: pair.base, draft: pair.draft, options: asked,
      machine: pair.machine, baseSecondsPerToken: pair.baseSecondsPerToken, context: context,
      baseContext: pair.baseContext == context ? nil : pair.baseContext)
    begun.passes = pair.passes?.withShortTimes
    recorder.record(.runStarted(begun))
    followShare()
    if let warning { warn(warning.description) }
    if options.draftsAhead, !backend.overlaps {
      warn("Nothing is drafted ahead: both models are computed on this machine in turn.")
    }
  }

  /// Runs one turn to its end; a turn that still runs is waited for first, and a run that has not
  /// started is started.
  ///
  /// Cancelling the surrounding task does what `Control.cancel` does.
  public func run(prompt: String) async {
    await idle()
    turnCount += 1
    let number = turnCount
    turn = Task { await self.runTurn(prompt) }
    await withTaskCancellationHandler {
      while number == turnCount, let running = turn { await running.value }
    } onCancel: {
      Task { await self.apply(.cancel) }
    }
  }

  /// Waits until no turn runs.
  public func idle() async {
    while let running = turn { await running.value }
  }

  /// Obeys a control, and says so with an event; one that cannot be obeyed is answered with a
  /// warning.
  ///
  /// An option counts from when the table of options says. Steering cuts in on what is being done,
  /// and goes on from a turn's end where none runs. With no turn running, a pause counts for the
  /// next one; there is nothing to cancel, and nothing is said.
  public func apply(_ control: Control) {
    switch control {
    case .set(let setting):
      set(setting)
    case .steer(let steering):
      steer(steering)
    case .pause, .resume, .singleStep:
      guard turn != nil || control != .singleStep else { return }
      isPaused = control == .pause
      pausesAfterStep = control == .singleStep
      recorder.record(.control(control))
      wake()
    case .cancel:
      if let race { Task { await race.apply(.cancel) } }
      guard let turn, !isStopping else { return }
      isStopping = true
      recorder.record(.control(control))
      turn.cancel()
      wake()
    }
  }

  /// Ends the event stream, after the running turn was cancelled and ended.
  public func finish() async {
    apply(.cancel)
    await idle()
    recorder.finish()
  }

  // MARK: The race

  /// The run as it was told so far.
  public var state: RunState { recorder.state }

  /// Neither a turn nor a race runs.
  var isIdle: Bool { turn == nil && race == nil }

  /// A reasoner in which the base model works alone, from where `run` stands.
  func opponent(on run: RunState) -> Reasoner {
    var options = turnOptions
    options.mode = .base
    // As much as the turn had when it was let go on.
    let times = 1 + (state.turns.last?.extensions ?? 0)
    options.workBudget = options.workBudget.map { $0 * times }
    options.budget *= times
    let began = secondsSinceStart()
    return Reasoner(
      backend: backend, options: options, continuing: run, version: version,
      secondsSinceStart: { [secondsSinceStart] in secondsSinceStart() - began })
  }

  /// Runs `body` with `opponent` as the race that cancelling stops, from the KV cache with which `turn`
  /// began.
  func compete(
    against opponent: Reasoner, on turn: TurnState, _ body: () async -> Void
  ) async {
    race = opponent
    if turnCount == 1 {
      await backend.forget()
    } else if let cached = turn.cachedTokens {
      let messages = Self.messages(
        asking: turn.prompt, after: state.turns.dropLast(), turnOptions,
        untagged: pair?.untagged ?? [])
      // A prompt that cannot be read fails in the race, which says so.
      try? await backend.rewind(to: cached, of: messages)
    }
    await body()
    race = nil
  }

  func warn(_ message: String) { recorder.record(.warning(Notice(message: message))) }

  func record(race: RaceEnded) { recorder.record(.raceEnded(race)) }

  func requireModels(for mode: Mode) throws(ReasoningError) {
    guard mode != .base, let pair else { return }
    switch pair.speculationObstacle {
    case .noDraftModel: throw ReasoningError(.noDraftModel(mode))
    case .behindServer where mode.needsOneVocabulary:
      throw ReasoningError(.tokensBehindServer(mode))
    case .vocabularies(let difference) where mode.needsOneVocabulary:
      throw ReasoningError(.differentVocabularies(mode, difference: difference))
    case .behindServer, .vocabularies, nil: break
    }
  }

  /// Throws where `options` need probabilities that one of the models does not tell.
  func requireProbabilities(for options: RunOptions) throws(ReasoningError) {
    if let obstacle = pair?.obstacle(to: options) { throw obstacle }
  }

  /// The mode that comes nearest to one that failed by `error`.
  private static func nextBest(_ error: ReasoningError) -> Mode? {
    switch error.reason {
    case .noDraftModel: .base
    case .differentVocabularies(let mode, _), .tokensBehindServer(let mode):
      mode.judgesSteps ? .reason : .base
    case .contextFull, .noLikelihood, .noProbabilities: nil
    }
  }
}

extension TurnState {
  /// What a chat keeps of the turn: the answer, or all the text of one of the `untagged` models, which
  /// have no tags for their reasoning; nil without an answer.
  fileprivate func reply(untagged: Set<Role>) -> String? {
    guard let answer else { return nil }
    // An earlier turn that was told from outside has no steps.
    let isOfUntagged =
      answer.tokens == 0 && !steps.isEmpty && untagged.contains { Author($0) == answer.by }
    return ended?.stop == .finished || isOfUntagged
      ? steps.compactMap(\.committed?.text).joined(separator: "\n\n") : answer.text
  }
}
