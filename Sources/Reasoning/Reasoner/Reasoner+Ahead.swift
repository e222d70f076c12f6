import Traces

/// The three kinds of work ahead: the next step during a judgement, coming steps that one pass judges,
/// and further drafts of a step beside the first.
extension Reasoner {
  /// Drops all work ahead, and records what was in vain.
  func dropAhead() async {
    let work = ahead
    ahead = WorkAhead()
    guard let dropped = await work.dropped() else { return }
    machine?.dropped(dropped)
    recorder.record(.aheadDropped(dropped))
  }

  /// Drafts the next step while the last one is judged, if each model has its own machine.
  func draftDuringJudgement() {
    guard turnOptions.draftsAhead, backend.overlaps, let request = machine?.ahead()?.request else {
      return
    }
    ahead.append(DraftAhead(request, by: backend))
  }

  /// Whether coming steps are drafted and judged together: by a judge that asks nothing, so that one
  /// pass serves them all, and not while the person goes step by step.
  var looksAhead: Bool {
    turnOptions.lookahead > 1 && turnOptions.secondJudge == nil && turnOptions.cascade == nil
      && !pausesAfterStep && !isPaused && turnOptions.judge.isLikelihood
  }

  /// Drafts the steps that may follow the last one of `prefix`, and judges all in one pass: a pass over
  /// twice the tokens takes less than twice the time.
  ///
  /// Drafting ends when there are enough steps, when they fill one pass of the backend, or when the
  /// rules would not have the next step judged. An error ends it too, and recurs when the step is due.
  func lookAhead(from prefix: Prefix) async throws {
    guard var rules = machine else { return }
    var tokens = recorder.state.turns.last?.steps.last?.drafted?.tokens ?? 0
    ahead.appendStep(prefix)
    let stepTokens = tokens
    while ahead.prefixes.count < turnOptions.lookahead, tokens < backend.passTokens,
      paysToDraftAhead(tokens: stepTokens), let next = rules.ahead()
    {
      let held = HeldTokens()
      guard
        let generation = try? await backend.generate(next.request, onToken: { held.append($0) })
      else {
        ahead.appendFailed([held.count])
        break
      }
      ahead.append(DraftAhead(next.request, finished: generation, tokens: held))
      tokens += generation.tokens
      rules = next.machine
      guard tokens <= backend.passTokens,
        case .judge(_, let following, _, _) = rules.generated(generation).action
      else { break }
      ahead.appendStep(following)
    }
    let judgements = try await judgeTogether(ahead.prefixes)
    ahead.attach(judgements)
  }

  /// Judges the last step of each of `prefixes` in one pass, or that of the first alone if the context
  /// has no room for all.
  private func judgeTogether(_ prefixes: [Prefix]) async throws -> [Judgement] {
    let judge = Prompts.judge(turnOptions.judge, own: turnOptions.judgeWording)
    guard let first = prefixes.first, let last = prefixes.last else { return [] }
    do {
      return try await backend.judge(
        JudgeRequest(prefix: last, steps: prefixes.count, judge: judge))
    } catch let error as ReasoningError where prefixes.count > 1 && error.isContextFull {
      return try await backend.judge(JudgeRequest(prefix: first, judge: judge))
    }
  }

  /// Generates several drafts of a step, the first of them as it comes; the others wait until the
  /// rules ask for them.
  func generateSideBySide(
    _ requests: [GenerationRequest], onToken: @escaping @Sendable (GeneratedToken) -> Void
  ) async throws -> Generation {
    let held = requests.map { _ in HeldTokens() }
    held[0].release(to: onToken)
    do {
      let generations = try await backend.generate(requests) { held[$0].append($1) }
      for place in requests.indices.dropFirst() {
        ahead.append(
          DraftAhead(requests[place], finished: generations[place], tokens: held[place]))
      }
      return generations[0]
    } catch {
      ahead.appendFailed(held.dropFirst().map(\.count).filter { $0 > 0 })
      await dropAhead()
      throw error
    }
  }
}
