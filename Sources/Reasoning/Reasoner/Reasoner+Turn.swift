import Traces

/// How a turn runs: the machine says what to do, and is told the result.
extension Reasoner {
  /// Runs one turn that asks `prompt`.
  func runTurn(_ prompt: String) async {
    machine = nil
    var failure: (any Error)?
    do { try await start() } catch { failure = error }
    turnClock = (recorder.now, 0)
    let earlier = recorder.state.turns
    let messages = Self.messages(
      asking: prompt, after: earlier, options, untagged: pair?.untagged ?? [])
    var begun = TurnStarted(turn: turnCount, prompt: prompt)
    // A prompt that cannot be read fails where it is first used.
    if failure == nil, let tokens = try? await backend.promptTokens(of: messages) {
      (begun.promptTokens, begun.cachedTokens) = tokens
    }
    recorder.record(.turnStarted(begun))
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
    followShare()
    machine = ReasoningMachine(
      options: options, messages: messages, turn: turnCount)
    if let pair { machine?.know(pair) }
    if failure == nil { warnWherePassesCannotPay() }
    let first = failure.map { interrupted(by: $0, step: nil, partial: nil) } ?? machine?.start()
    if let first { await drive(first) }
  }

  /// Does what the machine asks until the turn is over.
  func drive(_ first: ReasoningMachine.Transition) async {
    var transition = first
    while true {
      for event in transition.events { record(event) }
      transition.events = []
      await scoreOwnStep()
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
    waitingSteering = []
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
    switch action {
    case .finish(let stop):
      await dropAhead()
      recordEnd(stop)
      return nil
    case .generate(let request, let alternatives):
      return await generate(request, beside: alternatives)
    case .judge(let step, let prefix, let alternatives, let kind):
      do {
        try Task.checkCancellation()
        let judged = try await judgements(of: step, prefix, alternatives, by: kind)
        estimateSpeedup()
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

  /// Generates what `request` asks for, if it is not known already, and tells the machine.
  private func generate(
    _ request: GenerationRequest, beside alternatives: [GenerationRequest]
  ) async -> ReasoningMachine.Transition? {
    // The options of writing may have changed while the turn was paused.
    let requests = ([request] + alternatives).map { request in
      var request = request
      machine?.renew(&request)
      return request
    }
    let draft = ahead.draft(for: requests[0])
    if draft == nil { await dropAhead() }
    let partial = PartialGeneration()
    let began = recorder.now
    do {
      let onToken = { @Sendable [recorder] (token: GeneratedToken) in
        partial.append(token)
        recorder.record(
          .token(TokenEvent(token, step: request.step, by: Author(request.role))))
      }
      var generation: Generation
      if let draft {
        generation = try await draft.adopted(onToken: onToken)
      } else {
        try Task.checkCancellation()
        generation =
          requests.count > 1
          ? try await generateSideBySide(requests, onToken: onToken)
          : try await backend.generate(requests[0], onToken: onToken)
      }
      generation.logprobs = partial.logprobs
      if request.role == .base, request.step != nil { writtenByBase = (request, generation) }
      estimateSpeedup()
      return machine?.generated(generation.withShortTimes)
    } catch {
      let kept = partial.generation(seconds: (recorder.now - began).roundedToMicroseconds)
      return interrupted(by: error, step: request.step, partial: kept)
    }
  }

  /// Lets the machine estimate the turn's speedup as everyone who reads the trace does.
  private func estimateSpeedup() {
    guard case .speedup? = turnOptions.adapt else { return }
    let (state, now) = (recorder.state, recorder.now)
    machine?.estimatedSpeedup = { events in
      var state = state
      for event in events { state.apply(Event(time: now, kind: event)) }
      return state.metrics?.estimatedSpeedup
    }
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

  /// Ends the turn with what its events amount to: every reader of the trace computes the same.
  private func recordEnd(_ stop: StopReason) {
    var state = recorder.state
    guard let totals = state.turns.last?.totals else { return }
    let now = recorder.now
    var ended = TurnEnded(
      turn: turnCount, stop: stop,
      seconds: (turnClock.before + now - turnClock.since).roundedToMicroseconds,
      tokens: totals.tokens, accepted: totals.accepted, rejected: totals.rejected,
      identicalRewrites: totals.identicalRewrites, estimatedSpeedup: nil)
    state.apply(Event(time: now, kind: .turnEnded(ended)))
    ended.estimatedSpeedup = state.metrics?.estimatedSpeedup
    ended.baseAlone = state.metrics?.baseAlone
    recorder.record(.turnEnded(ended))
  }
}
