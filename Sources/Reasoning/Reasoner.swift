import Synchronization
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

  private let backend: any Backend
  private let version: String
  private let recorder: TraceRecorder
  private var options: ReasoningOptions
  private var machine: ReasoningMachine?
  private var turn: Task<Void, Never>?
  private var turnCount = 0
  private var started = false
  private var pair: PairDescription?
  /// Past turns that were answered: the person's texts, and the answers without the reasoning.
  private var history: [ChatMessage] = []

  /// A reasoner that has not started.
  ///
  /// - Parameters:
  ///   - version: The program's version, for `run.started`.
  ///   - secondsSinceStart: Seconds since the run began, from a clock that never goes back.
  public init(
    backend: any Backend, options: ReasoningOptions, version: String,
    secondsSinceStart: @escaping @Sendable () -> Double = Reasoner.monotonicSeconds()
  ) {
    self.backend = backend
    self.options = options
    self.version = version
    let (stream, continuation) = AsyncStream.makeStream(
      of: Event.self, bufferingPolicy: .unbounded)
    events = stream
    recorder = TraceRecorder(continuation: continuation, secondsSinceStart: secondsSinceStart)
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
    recorder.record(
      .runStarted(
        RunStarted(
          version: version, base: pair.base, draft: pair.draft, mode: options.mode,
          threshold: options.threshold, score: options.score, judge: options.judge,
          firstBaseSteps: options.firstBaseSteps, seed: options.seed, sampling: options.sampling,
          budget: options.budget, machine: pair.machine,
          baseSecondsPerToken: pair.baseSecondsPerToken)))
    if let warning { recorder.record(.warning(Notice(message: warning.description))) }
  }

  /// Runs one turn to its end; a turn that still runs is waited for first, and a run that has not
  /// started is started.
  ///
  /// Cancelling the surrounding task does what `Control.cancel` does.
  public func run(prompt: String) async {
    while let running = turn { await running.value }
    let task = Task { await self.runTurn(prompt) }
    turn = task
    await withTaskCancellationHandler {
      await task.value
    } onCancel: {
      task.cancel()
    }
  }

  /// Obeys a control at once, and says so with an event.
  ///
  /// A threshold is clamped to 0...9 and counts from the next decision on; a mode counts from the
  /// next turn on, and one that the pair cannot do is answered with a warning. With no turn
  /// running there is nothing to cancel, and nothing is said.
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
    case .cancel:
      guard let turn, !turn.isCancelled else { return }
      recorder.record(.control(control))
      turn.cancel()
    }
  }

  /// Ends the event stream, after the running turn was cancelled and ended.
  public func finish() async {
    apply(.cancel)
    if let turn { await turn.value }
    recorder.finish()
  }

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
    turnCount += 1
    let question = ChatMessage(.user, prompt)
    var failure: (any Error)?
    do { try await start() } catch { failure = error }
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
    // Each earlier turn is a question and its answer.
    let seen = history.suffix(options.earlierTurns.map { 2 * $0 } ?? history.count)
    machine = ReasoningMachine(options: options, messages: seen + [question])
    var transition =
      failure.map { interrupted(by: $0, step: nil, partial: nil) } ?? machine?.start()
    while let current = transition {
      current.events.forEach(recorder.record)
      transition = await perform(current.action)
    }
    machine = nil
    turn = nil
    // A question without an answer would break the alternation that chat templates need.
    if let answer = recorder.state.turns.last?.answer?.text {
      history += [question, ChatMessage(.assistant, answer)]
    }
  }

  /// Does what the machine asks and tells it the result; nil when the turn is over.
  private func perform(_ action: ReasoningMachine.Action) async -> ReasoningMachine.Transition? {
    switch action {
    case .finish(let stop):
      recordEnd(stop)
      return nil
    case .write(let writing):
      let (role, step) = (writing.role, writing.step)
      let request = WriteRequest(
        role: role, prefix: writing.prefix, maxTokens: writing.maxTokens,
        sampling: options.sampling,
        seed: WriteSeed.seed(run: options.seed, turn: turnCount, step: step ?? 0, role: role),
        proposal: writing.proposal, isSpeculative: writing.isSpeculative)
      let partial = PartialText()
      let began = recorder.now
      do {
        try Task.checkCancellation()
        let written = try await backend.write(request) { [recorder] token in
          partial.append(token.text)
          recorder.record(.token(TokenWritten(token, step: step, by: Author(role))))
        }
        return machine?.wrote(written.withShortTimes)
      } catch {
        let kept = partial.written(seconds: (recorder.now - began).roundedToMicroseconds)
        return interrupted(by: error, step: step, partial: kept)
      }
    case .judge(let step, let prefix):
      do {
        try Task.checkCancellation()
        let judgement = try await backend.judge(
          JudgeRequest(prefix: prefix, judge: Prompts.judge(options.judge)))
        var judged = Judge.judged(step: step, judgement, method: options.score)
        judged.seconds = judged.seconds.roundedToMicroseconds
        return machine?.judged(judged)
      } catch {
        return interrupted(by: error, step: step, partial: nil)
      }
    }
  }

  private func interrupted(
    by error: any Error, step: Int?, partial: Written?
  ) -> ReasoningMachine.Transition? {
    // A backend whose work is cancelled may throw an error of its own for it.
    if Task.isCancelled || error is CancellationError {
      return machine?.interrupted(by: .cancelled, partial: partial)
    }
    if case .contextFull? = (error as? ReasoningError)?.reason {
      return machine?.interrupted(by: .contextFull, partial: partial)
    }
    recorder.record(.error(Notice(message: "\(error)", step: step)))
    return machine?.interrupted(by: .error, partial: partial)
  }

  private func recordEnd(_ stop: StopReason) {
    var state = recorder.state
    guard let machine, let startedAt = state.turns.last?.startedAt else { return }
    let now = recorder.now
    var ended = TurnEnded(
      turn: turnCount, stop: stop, seconds: (now - startedAt).roundedToMicroseconds,
      tokens: machine.tokens, accepted: machine.accepted, rejected: machine.rejected,
      identicalRewrites: machine.identicalRewrites, estimatedSpeedup: nil)
    // The estimate is the one every reader of the trace will make of the same events.
    state.apply(Event(time: now, kind: .turnEnded(ended)))
    ended.estimatedSpeedup = state.metrics?.estimatedSpeedup
    recorder.record(.turnEnded(ended))
  }
}

/// What was written before a write ended early.
private final class PartialText: Sendable {
  private let content = Mutex((text: "", tokens: 0))

  func append(_ piece: String) {
    content.withLock {
      $0.text += piece
      $0.tokens += 1
    }
  }

  func written(seconds: Double) -> Written? {
    let (text, tokens) = content.withLock { $0 }
    guard tokens > 0 else { return nil }
    return Written(
      text: text, tokens: tokens, stop: .limit, seconds: seconds, decodeSeconds: seconds)
  }
}

extension TokenWritten {
  fileprivate init(_ token: WrittenToken, step: Int?, by author: Author) {
    // JSON has no infinity, and a probability of 0 says nothing about a token that was drawn.
    let logprob = token.logProbability.flatMap { $0.isFinite ? $0.roundedToMicroseconds : nil }
    self.init(step: step, by: author, text: token.text, id: token.id, logprob: logprob)
  }
}

extension Written {
  /// The same with its times as exact as a trace tells them.
  fileprivate var withShortTimes: Written {
    var short = self
    short.seconds = seconds.roundedToMicroseconds
    short.decodeSeconds = decodeSeconds.roundedToMicroseconds
    short.speculation?.draftSeconds =
      (speculation?.draftSeconds ?? 0).roundedToMicroseconds
    return short
  }
}
