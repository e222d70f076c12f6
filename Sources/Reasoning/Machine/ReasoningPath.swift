import Traces

/// The path that a turn's reasoning has taken: the steps it keeps, and the branches it left.
struct ReasoningPath: Sendable {
  /// A kept step.
  struct Step: Sendable {
    var generation: Generation
    /// The last draft that was rejected in its place.
    var rejected: Generation?
  }

  /// A branch that another one began from.
  struct LeftBranch: Sendable {
    var steps: [Step]
    var thinkingClosed: Bool
  }

  /// What the next request continues.
  var prefix: Prefix
  /// The steps of `prefix`, as they came to be.
  private(set) var steps: [Step] = []
  /// The branches that were left, by number.
  private(set) var leftBranches: [LeftBranch] = []

  init(messages: [ChatMessage], thinking: Thinking) {
    prefix = Prefix(messages: messages, thinking: thinking)
  }

  /// The step that comes next, counted from 1.
  var nextStep: Int { steps.count + 1 }

  mutating func append(_ step: Step) {
    steps.append(step)
    prefix.steps.append(step.generation.text)
  }

  /// Leaves the present branch for one that begins with `steps`.
  mutating func branch(to steps: [Step]) {
    leftBranches.append(LeftBranch(steps: self.steps, thinkingClosed: prefix.thinkingClosed))
    replaceSteps(with: steps)
    prefix.thinkingClosed = false
  }

  /// Continues where `turn`, which was recorded, ended.
  mutating func adopt(_ turn: TurnState) {
    replaceSteps(with: turn.steps.compactMap(Step.init))
    prefix.thinkingClosed = Self.closesThinking(turn.answer, after: steps)
    leftBranches = turn.leftBranches.map { branch in
      let steps = branch.steps.compactMap(Step.init)
      return LeftBranch(
        steps: steps, thinkingClosed: Self.closesThinking(branch.answer, after: steps))
    }
  }

  private mutating func replaceSteps(with steps: [Step]) {
    self.steps = steps
    prefix.steps = steps.map(\.generation.text)
  }

  /// If a model ended its text inside the reasoning, the last step stands as the answer.
  private static func closesThinking(_ answer: Answer?, after steps: [Step]) -> Bool {
    guard let answer else { return false }
    return answer.tokens > 0 || answer.text != steps.last?.generation.text
  }

  /// Whether a step of `text` would complete the third round of the same one to four steps.
  func repeats(_ text: String) -> Bool {
    let steps = prefix.steps.suffix(11) + [text]
    return (1...4).contains { period in
      let rounds = Array(steps.suffix(3 * period))
      return rounds.count == 3 * period
        && rounds.indices.dropFirst(period).allSatisfy { rounds[$0] == rounds[$0 - period] }
    }
  }
}

extension ReasoningPath.Step {
  /// A step as a trace has it; nil if it was not kept.
  fileprivate init?(_ step: StepState) {
    guard let committed = step.committed else { return nil }
    generation = Generation(
      text: committed.text, tokens: committed.tokens, stop: .stepEnd, seconds: committed.seconds,
      decodeSeconds: committed.decodeSeconds ?? 0, speculation: committed.speculation)
    guard step.decided?.verdict == .rejected, let draft = step.drafted else { return }
    rejected = Generation(
      text: draft.text, tokens: draft.tokens, stop: draft.cut ? .limit : .stepEnd,
      seconds: draft.seconds, decodeSeconds: draft.seconds)
  }
}
