import Reasoning
import Synchronization
import Traces

/// One request's run: hears its events, saves them, and tells the text and the end that come of them.
final class RequestRun: Sendable {
  /// Saves it; nil where it is not saved.
  let writer: RunWriter?
  private let reasoner: Reasoner
  private let request: ChatRequest
  private let pair: PairDescription
  private let metrics: ServerMetrics
  /// The turns before it, which happened elsewhere.
  private let earlier: [Event.Kind]
  private let isCancelled = Atomic<Bool>(false)

  /// The run that `reasoner` makes of `request`, whose earlier turns are those of `earlier`.
  init(
    _ reasoner: Reasoner, _ request: ChatRequest, after earlier: [Event.Kind],
    _ pair: PairDescription, writer: RunWriter?, metrics: ServerMetrics
  ) {
    self.reasoner = reasoner
    self.earlier = earlier
    self.request = request
    self.pair = pair
    self.writer = writer
    self.metrics = metrics
  }

  /// Ends the run soon; `answer` throws then.
  func cancel() {
    isCancelled.store(true, ordering: .releasing)
    Task { [reasoner] in await reasoner.apply(.cancel) }
  }

  /// Runs the turn to its end.
  ///
  /// - Throws: ``APIError``, or `CancellationError`.
  func answer(_ onPiece: (ChatReply.Piece) -> Void) async throws -> ChatReply.End {
    try await start()
    async let turn: Void = reasoner.run(prompt: request.conversation.prompt)
    var text: ReplyText?
    var stops = StopStrings(request.stops)
    var refusal: APIError?
    var failure: String?
    func tell(_ piece: ChatReply.Piece) {
      switch piece {
      case .reasoning: onPiece(piece)
      case .content(let content):
        let safe = stops.take(content)
        if !safe.isEmpty { onPiece(.content(safe)) }
      }
    }
    events: for await event in reasoner.events {
      save(event)
      metrics.take(event.kind)
      switch event.kind {
      case .turnStarted(let turn):
        refusal = tooLong(turn)
        text = ReplyText(mode: await reasoner.state.mode, untagged: pair.untagged)
      case .error(let notice):
        failure = notice.message
      default:
        for piece in text?.pieces(of: event.kind) ?? [] { tell(piece) }
      }
      // Before the turn had begun there was nothing to cancel.
      if refusal != nil || stops.isStopped || isCancelled.load(ordering: .acquiring) {
        await reasoner.apply(.cancel)
      }
      if case .turnEnded = event.kind { break events }
    }
    await turn
    let rest = stops.finish()
    if !rest.isEmpty { onPiece(.content(rest)) }
    let state = await reasoner.state
    await reasoner.finish()
    guard let turn = state.turns.last, let ended = turn.ended, let cost = state.metrics else {
      throw APIError(500, failure ?? "The models did not answer.")
    }
    metrics.take(cost, promptTokens: refusal == nil ? turn.promptTokens ?? 0 : 0)
    if let refusal { throw refusal }
    if isCancelled.load(ordering: .acquiring) { throw CancellationError() }
    if ended.stop == .error { throw APIError(500, failure ?? "The models failed.") }
    if ended.stop == .contextFull, cost.keptTokens == 0 { throw tooLong() }
    return ChatReply.End(
      finishReason: Self.finishReason(ended.stop, isStopped: stops.isStopped),
      usage: ChatReply.Usage(
        prompt: turn.promptTokens ?? 0, cached: turn.cachedTokens ?? 0,
        completion: cost.keptTokens, reasoning: cost.keptTokens - (turn.answer?.tokens ?? 0),
        acceptedSteps: cost.accepted, rejectedSteps: cost.rejected),
      run: ChatReply.RunSummary(
        run: writer.flatMap { $0.failure == nil ? $0.id : nil }, mode: turn.mode,
        threshold: state.threshold, seed: state.options.seed,
        stop: ended.stop, seconds: ended.seconds, boxed: turn.answer?.boxed,
        estimatedSpeedup: cost.estimatedSpeedup, tokens: ended.tokens))
  }

  /// Saves `event`; the earlier turns come after the run's beginning.
  private func save(_ event: Event) {
    guard let writer else { return }
    writer.append(event)
    guard case .runStarted = event.kind else { return }
    writer.append(earlier.map { Event(time: event.time, kind: $0) })
  }

  /// Begins the run.
  ///
  /// - Throws: ``APIError`` where the pair cannot do what is asked; nothing is saved then.
  private func start() async throws {
    do {
      try await reasoner.start()
    } catch let error as ReasoningError {
      let parameter: String
      switch error.reason {
      case .noDraftModel, .differentVocabularies, .tokensBehindServer:
        parameter = "specreason.mode"
      case .noLikelihood: parameter = "specreason.judge"
      case .noProbabilities: parameter = "specreason"
      case .contextFull: throw tooLong()
      }
      let sentence = error.description
      throw APIError.invalid(parameter, sentence.prefix(1).uppercased() + sentence.dropFirst())
    } catch let error as OptionError {
      let parameter = "specreason.\(error.name)"
      throw APIError.invalid(parameter, ChatFields.sentence(error, named: parameter))
    }
  }

  private func tooLong(_ turn: TurnStarted) -> APIError? {
    guard let tokens = turn.promptTokens, let room = pair.baseContext, tokens >= room else {
      return nil
    }
    return tooLong(tokens)
  }

  private func tooLong(_ tokens: Int? = nil) -> APIError {
    .tooLong(tokens, room: pair.baseContext)
  }

  private static func finishReason(_ stop: StopReason, isStopped: Bool) -> String {
    switch stop {
    case .budget, .workBudget, .contextFull, .repetition: isStopped ? "stop" : "length"
    case .answer, .finished, .endOfText, .cancelled, .brokenOff, .error: "stop"
    }
  }
}
