import Traces

extension ReasoningMachine {
  /// The rules of `turn`, which was recorded and has ended, as they stood at its end: branches can
  /// begin from its steps.
  ///
  /// - Parameters:
  ///   - options: What goes on from it goes by; the mode is the turn's own.
  ///   - messages: The chat up to the turn's prompt.
  public init(after turn: TurnState, options: ReasoningOptions, messages: [ChatMessage]) {
    var options = options
    options.mode = turn.mode
    self.init(options: options, messages: messages, turn: turn.number)
    kept = turn.steps.compactMap(KeptStep.init)
    prefix.steps = kept.map(\.written.text)
    prefix.thinkingClosed = Self.closesThinking(turn.answer, after: kept)
    leftBranches = turn.leftBranches.map { branch in
      let kept = branch.steps.compactMap(KeptStep.init)
      return LeftBranch(kept: kept, thinkingClosed: Self.closesThinking(branch.answer, after: kept))
    }
    branch = turn.branch
    tokens = turn.ended?.tokens ?? TokenCounts()
    accepted = turn.ended?.accepted ?? 0
    rejected = turn.ended?.rejected ?? 0
    state = .finished
  }

  /// Where a model ended its text inside the reasoning, the last step stands as the answer.
  private static func closesThinking(_ answer: Answer?, after kept: [KeptStep]) -> Bool {
    guard let answer else { return false }
    return answer.tokens > 0 || answer.text != kept.last?.written.text
  }
}

extension ReasoningMachine.KeptStep {
  /// A step as a trace has it; nil for one that was not kept.
  fileprivate init?(_ step: StepState) {
    guard let committed = step.committed else { return nil }
    written = Generation(
      text: committed.text, tokens: committed.tokens, stop: .stepEnd, seconds: committed.seconds,
      decodeSeconds: committed.decodeSeconds ?? 0, speculation: committed.speculation)
    guard step.decided?.verdict == .rejected, let draft = step.drafted else { return }
    rejected = Generation(
      text: draft.text, tokens: draft.tokens, stop: draft.cut ? .limit : .stepEnd,
      seconds: draft.seconds, decodeSeconds: draft.seconds)
  }
}
