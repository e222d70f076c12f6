import Traces

/// The rules of one turn: results come in, the next action goes out; no model, no clock, no I/O.
///
///     var machine = ReasoningMachine(options: options, messages: chat)
///     machine.start()            // write step 1, by the draft model
///     machine.wrote(step)        // judge it
///     machine.judged(judgement)  // score 6.5 below 7.0: write step 1 again, by the base model
///
/// Each transition says what happened (`events`) and what is to be done next (`action`). After an
/// action, exactly one input follows: `wrote`, `judged` or `interrupted`.
///
/// Rules beside judging:
/// - A draft that was cut at its token limit, is empty, or could not be judged is rejected by rule.
/// - A draft that closes the reasoning is judged like any other; if accepted, the base model writes
///   the answer. One that closes it without a text is no step: the base model writes the next
///   step, and so decides whether the reasoning is over.
/// - A model that ends its text without closing the reasoning ends the turn; its last step is the
///   answer. A base model that writes an empty step has ended its text too.
/// - A cut step of the base model is kept and shown as cut, and the turn goes on.
/// - Every written token counts against the budget, and no write may take more than is left.
/// - The same step three times running ends the turn.
public struct ReasoningMachine: Sendable {
  /// What is to be done next.
  public enum Action: Sendable, Equatable {
    /// Let a model write a step or the answer.
    case write(Writing)
    /// Ask for an opinion of step `step`, the last of `prefix`.
    case judge(step: Int, prefix: Prefix)
    /// The turn is over.
    case finish(StopReason)
  }

  /// What is to be written.
  public struct Writing: Sendable, Equatable {
    /// The model that writes.
    public var role: Role
    /// The step, counted from 1; nil for the answer.
    public var step: Int?
    /// What it continues.
    public var prefix: Prefix
    /// Greatest number of tokens to write.
    public var maxTokens: Int
    /// The rejected draft in whose place it is written.
    public var proposal: String?
    /// Whether the draft model proposes tokens.
    public var isSpeculative: Bool
  }

  /// What happened, in order, and what is to be done next.
  public struct Transition: Sendable, Equatable {
    /// What the trace must say.
    public var events: [Event.Kind] = []
    /// What is to be done next.
    public var action: Action
  }

  private enum State {
    case idle
    case drafting
    case judging(Written)
    /// The base model writes a step, in place of the rejected draft given or outright.
    case baseWriting(StepStatus, rejected: String?)
    /// Tokens and times of a write that only closed the reasoning, when the answer's author made it.
    case answering(closing: Written?)
    case finished
  }

  /// Tokens by purpose so far.
  public private(set) var tokens = TokenCounts()
  /// Drafted steps accepted so far.
  public private(set) var accepted = 0
  /// Drafted steps rejected so far.
  public private(set) var rejected = 0
  /// Rejected steps that the base model wrote again word for word.
  public private(set) var identicalRewrites = 0
  /// The acceptance threshold of the next decision, 0 to 9.
  public var threshold: Double

  private let mode: Mode
  private let options: ReasoningOptions
  private var prefix: Prefix
  private var state = State.idle

  /// A turn in mode `options.mode` that answers the last of `messages`.
  public init(options: ReasoningOptions, messages: [ChatMessage]) {
    self.options = options
    mode = options.mode
    threshold = options.threshold
    prefix = Prefix(messages: messages)
  }

  /// Begins the turn.
  public mutating func start() -> Transition {
    nextStep(after: [])
  }

  /// Takes what the last `write` action gave.
  public mutating func wrote(_ written: Written) -> Transition {
    switch state {
    case .drafting:
      count(written, by: .draft)
      return mode == .draft
        ? keep(written, status: .draftWritten, after: []) : drafted(written)
    case .baseWriting(let status, let rejected):
      count(written, by: .base)
      return keep(written, status: status, replacing: rejected, after: [])
    case .answering(let closing):
      count(written, by: answerRole)
      return answered(written, closing: closing)
    case .idle, .judging, .finished:
      preconditionFailure("nothing was to be written")
    }
  }

  /// Takes what the last `judge` action gave.
  public mutating func judged(_ judged: StepJudged) -> Transition {
    guard case .judging(let draft) = state else { preconditionFailure("nothing was to be judged") }
    tokens.judge += judged.promptTokens
    let events: [Event.Kind] = [.stepJudged(judged)]
    guard let score = judged.score else {
      let warning = Notice(message: "The judge's answer is unreadable.", step: stepNumber)
      return reject(
        draft, by: .rule, reason: "unreadable judge", after: events + [.warning(warning)])
    }
    let comparison = ScoreComparison(score: score, threshold: threshold)
    switch judged.verdict(at: threshold) {
    case .rejected:
      return reject(draft, by: .judge, reason: comparison.below, after: events)
    case .accepted:
      accepted += 1
      let decided = StepDecided(
        step: stepNumber, verdict: .accepted, threshold: threshold, by: .judge,
        reason: comparison.reached)
      return keep(draft, status: .draftAccepted, after: events + [.stepDecided(decided)])
    }
  }

  /// Ends the turn in the middle of an action: by the person, an error, or a full context.
  ///
  /// - Parameter partial: What was written of the step or answer, if it was being written. It is
  ///   kept; a draft that nobody could judge is kept as unjudged.
  public mutating func interrupted(by stop: StopReason, partial: Written? = nil) -> Transition {
    defer { state = .finished }
    let nothingKept = Transition(action: .finish(stop))
    switch state {
    case .drafting:
      guard let partial else { return nothingKept }
      count(partial, by: .draft)
      return keptPart(partial, status: .draftWritten, cut: true, stop: stop)
    case .judging(let draft):
      return keptPart(draft, status: .draftWritten, cut: false, stop: stop)
    case .baseWriting(let status, _):
      guard let partial else { return nothingKept }
      count(partial, by: .base)
      return keptPart(partial, status: status, cut: true, stop: stop)
    case .answering(let closing):
      guard let partial else { return nothingKept }
      count(partial, by: answerRole)
      var answer = answer(partial, closing: closing)
      answer.decodeSeconds = nil
      return answer.text.isEmpty
        ? nothingKept : Transition(events: [.answer(answer)], action: .finish(stop))
    case .idle, .finished:
      return nothingKept
    }
  }

  // MARK: Drafting

  private mutating func drafted(_ draft: Written) -> Transition {
    if draft.stop == .contextFull {
      return keptPart(draft, status: .draftWritten, cut: true, stop: .contextFull)
    }
    if draft.stop == .thinkingEnd, draft.text.isEmpty {
      tokens.discarded += draft.tokens
      return writeByBase(.baseWritten, after: [])
    }
    let events: [Event.Kind] = [
      .stepDrafted(
        StepDrafted(
          step: stepNumber, text: draft.text, tokens: draft.tokens, seconds: draft.seconds,
          cut: draft.stop == .limit))
    ]
    if draft.text.isEmpty {
      return reject(draft, by: .rule, reason: "empty step", after: events)
    }
    if draft.stop == .limit {
      return reject(draft, by: .rule, reason: "cut at \(draft.tokens) tokens", after: events)
    }
    if repeats(draft.text) {
      var transition = reject(draft, by: .rule, reason: "third time the same step", after: events)
      transition.action = .finish(.repetition)
      state = .finished
      return transition
    }
    state = .judging(draft)
    var judgedPrefix = prefix
    judgedPrefix.steps.append(draft.text)
    return Transition(events: events, action: .judge(step: stepNumber, prefix: judgedPrefix))
  }

  private mutating func reject(
    _ draft: Written, by decider: StepDecided.Decider, reason: String, after events: [Event.Kind]
  ) -> Transition {
    rejected += 1
    tokens.discarded += draft.tokens
    let decided = StepDecided(
      step: stepNumber, verdict: .rejected, threshold: threshold, by: decider, reason: reason)
    return writeByBase(
      .baseRegenerated, rejected: draft.text, after: events + [.stepDecided(decided)])
  }

  // MARK: Keeping

  /// Commits a finished step, and goes on as its end demands.
  private mutating func keep(
    _ written: Written, status: StepStatus, replacing rejected: String? = nil,
    after events: [Event.Kind]
  ) -> Transition {
    let closesAlone = written.text.isEmpty && written.stop == .thinkingEnd
    var events = events
    let repeated = repeats(written.text)
    if !written.text.isEmpty {
      let cut = written.stop == .limit || written.stop == .contextFull
      let identical = rejected.map { $0 == written.text }
      if identical == true { identicalRewrites += 1 }
      events.append(
        .stepCommitted(commit(written, status: status, identical: identical, cut: cut)))
    }
    switch written.stop {
    case .thinkingEnd:
      prefix.thinkingClosed = true
      return writeAnswer(closing: closesAlone ? written : nil, after: events)
    case .endOfText:
      return endWithoutAnswerPhase(by: status, after: events)
    case .contextFull:
      return finish(.contextFull, after: events)
    case .stepEnd, .limit:
      if written.text.isEmpty { return endWithoutAnswerPhase(by: status, after: events) }
      return repeated ? finish(.repetition, after: events) : nextStep(after: events)
    }
  }

  private mutating func commit(
    _ written: Written, status: StepStatus, identical: Bool? = nil, cut: Bool
  ) -> StepCommitted {
    let committed = StepCommitted(
      step: stepNumber, by: status.author, status: status, text: written.text,
      tokens: written.tokens, seconds: written.seconds,
      decodeSeconds: written.plainDecodeSeconds, speculation: written.speculation,
      identical: identical, cut: cut)
    prefix.steps.append(written.text)
    return committed
  }

  /// Keeps what there is of a step when the turn ends in its middle.
  private mutating func keptPart(
    _ written: Written, status: StepStatus, cut: Bool, stop: StopReason
  ) -> Transition {
    guard !written.text.isEmpty else { return finish(stop, after: []) }
    var committed = commit(written, status: status, cut: cut)
    // How much of an interrupted write was prefill is not known.
    committed.decodeSeconds = nil
    return finish(stop, after: [.stepCommitted(committed)])
  }

  /// Whether a step of `text` would be the third of the same text running.
  private func repeats(_ text: String) -> Bool {
    prefix.steps.count >= 2 && prefix.steps.suffix(2).allSatisfy { $0 == text }
  }

  // MARK: Answering

  private var answerRole: Role { mode == .draft ? .draft : .base }

  private mutating func answered(_ written: Written, closing: Written?) -> Transition {
    let answer = answer(written, closing: closing)
    let stop: StopReason =
      switch written.stop {
      case .limit: .budget
      case .contextFull: .contextFull
      case .stepEnd, .thinkingEnd, .endOfText: answer.text.isEmpty ? .endOfText : .answer
      }
    return finish(stop, after: answer.text.isEmpty ? [] : [.answer(answer)])
  }

  private func answer(_ written: Written, closing: Written?) -> Answer {
    let closingSeconds = closing.map(\.plainDecodeSeconds) ?? 0
    return Answer(
      text: written.text, boxed: BoxedAnswer.last(in: written.text), by: Author(answerRole),
      tokens: written.tokens + (closing?.tokens ?? 0),
      seconds: written.seconds + (closing?.seconds ?? 0),
      decodeSeconds: written.plainDecodeSeconds.flatMap { own in closingSeconds.map { own + $0 } },
      speculation: written.speculation)
  }

  /// The model ended its text inside the reasoning: the last step stands as the answer.
  private mutating func endWithoutAnswerPhase(
    by status: StepStatus, after events: [Event.Kind]
  ) -> Transition {
    guard let text = prefix.steps.last else { return finish(.endOfText, after: events) }
    let boxed =
      BoxedAnswer.last(in: text) ?? BoxedAnswer.last(in: prefix.steps.joined(separator: "\n\n"))
    let answer = Answer(text: text, boxed: boxed, by: status.author, tokens: 0, seconds: 0)
    return finish(boxed == nil ? .endOfText : .answer, after: events + [.answer(answer)])
  }

  // MARK: Next actions

  private var stepNumber: Int { prefix.steps.count + 1 }

  private mutating func nextStep(after events: [Event.Kind]) -> Transition {
    let isFirst = mode.judgesSteps && stepNumber <= options.firstBaseSteps
    let byBase = mode == .base || mode == .specDecode || isFirst
    if byBase { return writeByBase(.baseWritten, after: events) }
    state = .drafting
    return write(role: .draft, step: stepNumber, limit: options.stepLimit, after: events)
  }

  private mutating func writeByBase(
    _ status: StepStatus, rejected: String? = nil, after events: [Event.Kind]
  ) -> Transition {
    state = .baseWriting(status, rejected: rejected)
    return write(
      role: .base, step: stepNumber, limit: options.stepLimit, proposal: rejected, after: events)
  }

  private mutating func writeAnswer(closing: Written?, after events: [Event.Kind]) -> Transition {
    state = .answering(closing: closing)
    return write(role: answerRole, step: nil, limit: .max, after: events)
  }

  private mutating func write(
    role: Role, step: Int?, limit: Int, proposal: String? = nil, after events: [Event.Kind]
  ) -> Transition {
    let left = options.budget - tokens.draft - tokens.base
    guard left > 0 else { return finish(.budget, after: events) }
    return Transition(
      events: events,
      action: .write(
        Writing(
          role: role, step: step, prefix: prefix, maxTokens: min(limit, left), proposal: proposal,
          isSpeculative: role == .base && mode.speculatesTokens)))
  }

  private mutating func finish(_ stop: StopReason, after events: [Event.Kind]) -> Transition {
    state = .finished
    return Transition(events: events, action: .finish(stop))
  }

  private mutating func count(_ written: Written, by role: Role) {
    switch role {
    case .draft: tokens.draft += written.tokens
    case .base: tokens.base += written.tokens
    }
    tokens.proposed += written.speculation?.proposed ?? 0
    tokens.proposedKept += written.speculation?.accepted ?? 0
  }
}

extension Written {
  /// Time of decoding token by token; nil where several tokens came from one pass.
  fileprivate var plainDecodeSeconds: Double? { speculation == nil ? decodeSeconds : nil }
}

extension StepStatus {
  /// The model whose text a step of this status has.
  var author: Author {
    switch self {
    case .draftAccepted, .draftWritten: .draft
    case .baseRegenerated, .baseWritten: .base
    }
  }
}

extension Author {
  /// The author that a role is.
  init(_ role: Role) {
    switch role {
    case .draft: self = .draft
    case .base: self = .base
    }
  }
}

/// Why a score was enough or not, in words.
private struct ScoreComparison {
  let score: Double
  let threshold: Double

  var reached: String { "score \(shown(score)) reached \(shown(threshold))" }
  var below: String { "score \(shown(score)) below \(shown(threshold))" }

  /// One decimal, or as many as it takes to tell the two apart.
  private func shown(_ value: Double) -> String {
    var scale = 10.0
    while scale < 1e6, score != threshold,
      (score * scale).rounded() == (threshold * scale).rounded()
    {
      scale *= 10
    }
    return "\((value * scale).rounded() / scale)"
  }
}
