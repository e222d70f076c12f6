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
  let recorder: TraceRecorder
  private let secondsSinceStart: @Sendable () -> Double
  /// What the next turn begins with.
  var options: ReasoningOptions
  /// What the turn goes by that runs, or ran last.
  var turnOptions: ReasoningOptions
  private var pair: PairDescription?
  private var started = false

  /// The rules of the last turn, kept after its end for branches from it.
  var machine: ReasoningMachine?
  /// What runs the turn; another one after a control has cut in on what was being done.
  var turn: Task<Void, Never>?
  var turnCount = 0
  /// Since when the turn runs, and how long it ran before a branch from its end, in seconds.
  var turnClock = (since: 0.0, before: 0.0)
  private var toldThatItCannotPay = false
  /// The base model's own run on the last turn's prompt, while it goes on.
  var race: Reasoner?

  /// The next step, written while one is judged.
  var ahead: AheadDraft?
  /// Coming steps, written and judged before they are due.
  var lookahead: Lookahead?
  /// Further drafts of the step at hand, written side by side with the first.
  var siblings = HeldDrafts()

  /// Controls of the person that change the reasoning, until they are served.
  var steering: [Control] = []
  var isStopping = false
  var isPaused = false
  var pausesAfterStep = false
  /// Who waits for the person.
  var waiter: CheckedContinuation<Void, Never>?

  /// A reasoner that has not started.
  ///
  /// - Parameters:
  ///   - continuing: An earlier run that this one goes on from: its turns are the chat so far, and
  ///     its last time is where this run's times begin. Its last turn can be steered where it has
  ///     ended.
  ///   - version: The program's version, for `run.started`.
  ///   - secondsSinceStart: Seconds since the run began, from a clock that never goes back.
  public init(
    backend: any Backend, options: ReasoningOptions, continuing run: RunState = RunState(),
    version: String,
    secondsSinceStart: @escaping @Sendable () -> Double = Reasoner.monotonicSeconds()
  ) {
    self.backend = backend
    executor = backend.executor ?? QueueExecutor(label: "specreason.reasoner")
    self.options = options
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
        messages: Self.messages(asking: last.prompt, after: run.turns.dropLast(), options))
    }
  }

  /// What the models are told of a chat that went on for `turns` and now asks `prompt`.
  private static func messages(
    asking prompt: String, after turns: some Sequence<TurnState>, _ options: ReasoningOptions
  ) -> [ChatMessage] {
    // Each earlier turn is a question and its answer; a question without one would break the
    // alternation that chat templates need.
    let history = turns.flatMap { turn in
      turn.answer.map { [ChatMessage(.user, turn.prompt), ChatMessage(.assistant, $0.text)] } ?? []
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
  /// - Throws: ``ReasoningError`` for options out of range or a mode the pair cannot do, and what
  ///   the backend throws.
  public func start() async throws {
    guard !started else { return }
    try options.validate()
    let pair = try await backend.describe()
    // Another call may have started the run while this one waited for the backend.
    guard !started else { return }
    self.pair = pair
    var warning: ReasoningError?
    do {
      try requireModels(for: options.mode)
    } catch {
      guard options.allowsOtherMode, let other = Self.nextBest(error) else { throw error }
      options.mode = other
      warning = error
    }
    started = true
    recorder.record(.runStarted(startOfRun(by: pair)))
    if let warning { recorder.record(.warning(Notice(message: warning.description))) }
    if options.draftsAhead, !backend.overlaps {
      let message = "Nothing is drafted ahead: both models are computed on this machine in turn."
      recorder.record(.warning(Notice(message: message)))
    }
  }

  private func startOfRun(by pair: PairDescription) -> RunStarted {
    var started = RunStarted(
      version: version, base: pair.base, draft: pair.draft, mode: options.mode,
      threshold: options.threshold, score: options.score, judge: options.judge,
      judgeWording: options.asksOwnWording ? options.judgeWording : nil,
      firstBaseSteps: options.firstBaseSteps, seed: options.seed, sampling: options.sampling,
      budget: options.budget, machine: pair.machine,
      baseSecondsPerToken: pair.baseSecondsPerToken)
    started.context = pair.contextLength
    started.lookahead = options.lookahead > 1 ? options.lookahead : nil
    started.system = options.systemPrompt
    started.thinkingBudget = options.thinkingBudget
    started.unreadable = options.unreadable
    started.adapt = options.adaptiveThreshold?.target.description
    return started
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
  /// A threshold is clamped to 0...9 and counts from the next decision on; a mode counts from the
  /// next turn on, and each other setting from when on its name says. What concerns steps cuts in on what is being done, and goes on from a turn's end
  /// where none runs. With no turn running, a pause counts for the next one; there is nothing to
  /// cancel, and nothing is said.
  public func apply(_ control: Control) {
    switch control {
    case .setThreshold(let value):
      guard !value.isNaN else { return }
      options.threshold = min(9, max(0, value))
      machine?.threshold = options.threshold
      recorder.record(.control(.setThreshold(options.threshold)))
    case .setMode(let mode):
      do {
        try requireModels(for: mode)
        options.mode = mode
        recorder.record(.control(control))
      } catch {
        recorder.record(.warning(Notice(message: error.description)))
      }
    case .set(let setting):
      set(setting)
    case .override, .edit, .note, .branch, .goOn, .answerNow:
      steer(control)
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
    let began = secondsSinceStart()
    return Reasoner(
      backend: backend, options: options, continuing: run, version: version,
      secondsSinceStart: { [secondsSinceStart] in secondsSinceStart() - began })
  }

  /// Runs `body` with `opponent` as the race that cancelling stops.
  func compete(against opponent: Reasoner, _ body: () async -> Void) async {
    race = opponent
    if turnCount == 1 { await backend.forget() }
    await body()
    race = nil
  }

  func warn(_ message: String) { recorder.record(.warning(Notice(message: message))) }

  func record(race: RaceEnded) { recorder.record(.raceEnded(race)) }

  private func requireModels(for mode: Mode) throws(ReasoningError) {
    guard mode != .base, let pair else { return }
    if pair.draft == nil { throw ReasoningError(.noDraftModel(mode)) }
    if mode.speculatesTokens, let difference = pair.vocabularyDifference {
      throw ReasoningError(.differentVocabularies(mode, difference: difference))
    }
  }

  /// The mode that comes nearest to one that failed by `error`.
  private static func nextBest(_ error: ReasoningError) -> Mode? {
    switch error.reason {
    case .noDraftModel: .base
    case .differentVocabularies(let mode, _): mode.judgesSteps ? .reason : .base
    case .contextFull, .badOption: nil
    }
  }

  // MARK: A turn

  private func runTurn(_ prompt: String) async {
    machine = nil
    var failure: (any Error)?
    do { try await start() } catch { failure = error }
    turnClock = (recorder.now, 0)
    let earlier = recorder.state.turns
    recorder.record(.turnStarted(TurnStarted(turn: turnCount, prompt: prompt)))
    if failure == nil {
      do {
        for sentence in try await backend.advice(on: prompt) {
          recorder.record(.warning(Notice(message: sentence)))
        }
      } catch {
        failure = error
      }
    }
    turnOptions = options
    var machine = ReasoningMachine(
      options: options, messages: Self.messages(asking: prompt, after: earlier, options),
      turn: turnCount)
    machine.baseSecondsPerToken = pair?.baseSecondsPerToken
    self.machine = machine
    let first =
      failure.map { interrupted(by: $0, step: nil, partial: nil) } ?? self.machine?.start()
    if let first { await drive(first) }
  }

  /// Does what the machine asks until the turn is over.
  func drive(_ first: ReasoningMachine.Transition) async {
    var transition = first
    while true {
      for event in transition.events { record(event) }
      transition.events = []
      let steered = steered()
      if let steered { transition = steered }
      if Task.isCancelled, !isStopping {
        // A control cut in on what this task did; what follows needs one that is not cancelled.
        turn = Task { [transition] in await self.drive(transition) }
        return
      }
      if steered != nil { continue }
      if isPaused, !isStopping {
        await waitForPerson()
        continue
      }
      guard let next = await perform(transition.action) else { break }
      transition = next
    }
    isStopping = false
    isPaused = false
    steering = []
    turn = nil
  }

  private func record(_ kind: Event.Kind) {
    recorder.record(kind)
    if case .stepCommitted = kind, pausesAfterStep {
      pausesAfterStep = false
      isPaused = true
      recorder.record(.control(.pause))
    }
  }

  /// Does what the machine asks and tells it the result; nil when the turn is over.
  private func perform(_ action: ReasoningMachine.Action) async -> ReasoningMachine.Transition? {
    if let ahead, action != .generate(ahead.request) {
      self.ahead = nil
      let lost = await ahead.dropped()
      drop(AheadDropped(steps: 1, tokens: lost))
    }
    switch action {
    case .finish(let stop):
      dropLookahead()
      dropSiblings()
      recordEnd(stop)
      return nil
    case .generate(let request, let alternatives):
      return await generate(request, beside: alternatives)
    case .judge(let step, let prefix, let alternatives):
      do {
        try Task.checkCancellation()
        dropSiblings()
        let judged =
          alternatives.isEmpty
          ? [try await lookedAhead(step, prefix)] : try await judge(step, prefix, alternatives)
        guard let transition = machine?.judged(judged) else { return nil }
        return withBreakEven(transition)
      } catch {
        return interrupted(by: error, step: step, partial: nil)
      }
    case .ask(let step):
      while true {
        await waitForPerson()
        if let steered = steered() { return steered }
        if isStopping || Task.isCancelled {
          return interrupted(by: CancellationError(), step: step, partial: nil)
        }
      }
    }
  }

  private func generate(
    _ request: GenerationRequest, beside alternatives: [GenerationRequest]
  ) async -> ReasoningMachine.Transition? {
    let (role, step) = (request.role, request.step)
    // Sampling may have changed while the turn was paused.
    let requests = ([request] + alternatives).map { request in
      var request = request
      request.sampling = turnOptions.sampling
      return request
    }
    let request = requests[0]
    if let draft = lookahead?.draft(for: request) ?? siblings.draft(for: request) {
      for token in draft.tokens {
        recorder.record(.token(TokenEvent(token, step: step, by: Author(role))))
      }
      return machine?.generated(draft.written.withShortTimes)
    }
    dropLookahead()
    dropSiblings()
    let ahead = ahead
    self.ahead = nil
    let partial = PartialGeneration()
    let began = recorder.now
    do {
      try Task.checkCancellation()
      let onToken = { @Sendable [recorder] (token: GeneratedToken) in
        partial.append(token.text)
        recorder.record(.token(TokenEvent(token, step: step, by: Author(role))))
      }
      let written: Generation
      if let ahead {
        written = try await ahead.adopted(onToken: onToken)
      } else if requests.count > 1 {
        written = try await generateSideBySide(requests, onToken: onToken)
      } else {
        written = try await backend.generate(request, onToken: onToken)
      }
      return machine?.generated(written.withShortTimes)
    } catch {
      let kept = partial.written(seconds: (recorder.now - began).roundedToMicroseconds)
      return interrupted(by: error, step: step, partial: kept)
    }
  }

  /// Judged steps of a turn from which on their times tell whether speculation can pay; the first
  /// ones of a run are slow where caches are cold.
  private static let stepsForBreakEven = 6

  /// Adds once per run that speculation cannot pay, when it was seen that it cannot.
  private func withBreakEven(
    _ transition: ReasoningMachine.Transition
  ) -> ReasoningMachine.Transition {
    guard !toldThatItCannotPay else { return transition }
    var state = recorder.state
    for event in transition.events { state.apply(Event(time: recorder.now, kind: event)) }
    guard let steps = state.turns.last?.steps,
      steps.count(where: { $0.judged != nil }) >= Self.stepsForBreakEven,
      let breakEven = state.metrics?.breakEvenAcceptance, breakEven > 1
    else { return transition }
    toldThatItCannotPay = true
    let share = (breakEven * 100).rounded() / 100
    let message =
      "Drafting and judging a step takes \(share) times as long as the base model takes to write "
      + "it, so speculation by steps cannot pay here; a shorter judge (--judge likelihood) or "
      + "mode \(pair?.vocabularyDifference == nil ? Mode.specDecode.rawValue : Mode.base.rawValue) "
      + "may."
    var transition = transition
    transition.events.append(.warning(Notice(message: message)))
    return transition
  }

  private func interrupted(
    by error: any Error, step: Int?, partial: Generation?
  ) -> ReasoningMachine.Transition? {
    // A backend whose work is cancelled may throw an error of its own for it.
    if Task.isCancelled || error is CancellationError {
      return steered(partial: partial) ?? machine?.interrupted(by: .cancelled, partial: partial)
    }
    if (error as? ReasoningError)?.isContextFull == true {
      return machine?.interrupted(by: .contextFull, partial: partial)
    }
    recorder.record(.error(Notice(message: "\(error)", step: step)))
    return machine?.interrupted(by: .error, partial: partial)
  }

  private func recordEnd(_ stop: StopReason) {
    var state = recorder.state
    guard let machine, !state.turns.isEmpty else { return }
    let now = recorder.now
    var ended = TurnEnded(
      turn: turnCount, stop: stop,
      seconds: (turnClock.before + now - turnClock.since).roundedToMicroseconds,
      tokens: machine.tokens, accepted: machine.accepted, rejected: machine.rejected,
      identicalRewrites: machine.identicalRewrites, estimatedSpeedup: nil)
    // The estimate is the one every reader of the trace will make of the same events.
    state.apply(Event(time: now, kind: .turnEnded(ended)))
    ended.estimatedSpeedup = state.metrics?.estimatedSpeedup
    recorder.record(.turnEnded(ended))
  }
}
