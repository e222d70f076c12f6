import Traces

/// The rules of one turn: results come in, the next action goes out; no model, no clock, no I/O.
///
///     var machine = ReasoningMachine(options: options, messages: chat)
///     machine.start()            // write step 1, by the draft model
///     machine.generated(step)    // judge it
///     machine.judged(judgement)  // score 6.5 below 7.0: write step 1 again, by the base model
///
/// Each transition says what happened (`events`) and what is to be done next (`action`). After an
/// action, exactly one input follows: `generated`, `judged`, `interrupted`, or `steered` by the person.
///
/// Rules beside judging:
/// - A draft that was cut at its token limit or is empty is rejected by rule; one that could not be
///   judged is rejected, accepted or left to the person, as the options say.
/// - With several candidates, the draft model writes a step so many times before the base model
///   judges these drafts together: the best is accepted, or all are rejected. What a rule rejects,
///   and what says the same as another, is not judged; drafts that cannot be judged count only where
///   none can.
/// - A draft that closes the reasoning is judged like any other; if accepted, the base model writes
///   the answer. One that closes it without a text is no step: the base model writes the next
///   step, and so decides whether the reasoning is over.
/// - A model that ends its text without closing the reasoning ends the turn; its last step is the
///   answer. A base model that writes an empty step has ended its text too.
/// - A cut step of the base model is kept and shown as cut, and the turn goes on.
/// - Every written token counts against the budget, but for those written ahead in vain, and no
///   write may take more than is left.
/// - A reasoning that reached its own budget is closed, and the base model writes the answer.
/// - The same step three times running ends the turn, and so do up to four steps in a circle.
public struct ReasoningMachine: Sendable {
  /// What is to be done next.
  public enum Action: Sendable, Equatable {
    /// Generate a step or the answer. If nothing intervenes, `alternatives` are asked for next:
    /// further drafts of the same step, which may be generated beside it.
    case generate(GenerationRequest, alternatives: [GenerationRequest] = [])
    /// Ask for an opinion of step `step`, the last of `prefix`, and of others in its place.
    case judge(step: Int, prefix: Prefix, alternatives: [String] = [])
    /// Wait for the person's decision about step `step`.
    case ask(step: Int)
    /// The turn is over.
    case finish(StopReason)
  }

  /// What happened, in order, and what is to be done next.
  public struct Transition: Sendable, Equatable {
    /// What the trace must say.
    public var events: [Event.Kind] = []
    /// What is to be done next.
    public var action: Action
  }

  enum State {
    case idle
    /// A draft of the step is written; others were, of which some are to be judged.
    case drafting(others: [Draft] = [], written: Int = 0)
    /// At least one draft.
    case judging([Draft])
    /// The judgement of the draft could not be read, and the person is to decide.
    case asking(Draft)
    /// The base model writes a step, in place of the rejected draft given or outright.
    case baseWriting(StepStatus, rejected: Generation?)
    /// Tokens and times of a write that only closed the reasoning, when the answer's author made it.
    case answering(closing: Generation?)
    case finished
  }

  /// One of the drafts of a step.
  struct Draft: Equatable {
    var written: Generation
    /// Its number, from 0; nil where one is asked for.
    var candidate: Int?
  }

  /// A step that was kept.
  struct KeptStep {
    var written: Generation
    /// The last draft that was rejected in its place.
    var rejected: Generation?
  }

  /// A branch that another began from.
  struct LeftBranch {
    var kept: [KeptStep]
    /// It had closed its reasoning.
    var thinkingClosed: Bool
  }

  /// Tokens by purpose so far.
  public internal(set) var tokens = TokenCounts()
  /// Drafted steps accepted so far.
  public internal(set) var accepted = 0
  /// Drafted steps rejected so far.
  public internal(set) var rejected = 0
  /// Rejected steps that the base model wrote again word for word.
  public private(set) var identicalRewrites = 0
  /// The branch that goes on; 0 for the turn's first.
  public internal(set) var branch = 0
  /// Seconds the base model takes for one token, as far as it is known.
  public var baseSecondsPerToken: Double?
  /// The acceptance threshold of the next decision, 0 to 9.
  public var threshold: Double

  let mode: Mode
  /// What the turn goes by; the mode and the judge stay as they were at its beginning.
  var options: ReasoningOptions {
    didSet {
      guard options.adaptiveThreshold != oldValue.adaptiveThreshold else { return }
      adaptiveThreshold = options.adaptiveThreshold
    }
  }
  let turn: Int
  var prefix: Prefix
  var state = State.idle
  /// The steps of `prefix`, as they came to be.
  var kept: [KeptStep] = []
  /// The branches that were left, by their numbers.
  var leftBranches: [LeftBranch] = []
  /// Why the reasoning was closed from outside.
  var force: Answer.Force?
  var adaptiveThreshold: AdaptiveThreshold?
  /// Tokens of branches that were left, which the thinking budget does not count.
  var tokensBefore = 0
  /// Tokens that were written ahead in vain.
  private(set) var tokensAhead = 0
  /// Wall time of the writes and judgements so far.
  var seconds = 0.0

  /// Turn `turn`, in mode `options.mode`, which answers the last of `messages`.
  public init(options: ReasoningOptions, messages: [ChatMessage], turn: Int = 1) {
    self.options = options
    self.turn = turn
    mode = options.mode
    threshold = options.threshold
    adaptiveThreshold = options.adaptiveThreshold
    prefix = Prefix(messages: messages)
    if mode.judgesSteps {
      prefix.rubric = Prompts.rubric(for: [options.judge, options.secondJudge])
    }
  }

  /// Begins the turn.
  public mutating func start() -> Transition {
    nextStep(after: [])
  }

  /// Takes what the last `generate` action gave.
  public mutating func generated(_ written: Generation) -> Transition {
    switch state {
    case .drafting(let others, let number):
      count(written, by: .draft)
      return mode == .draft
        ? keep(written, status: .draftWritten, after: [])
        : drafted(written, number: number, beside: others)
    case .baseWriting(let status, let rejected):
      count(written, by: .base)
      return keep(written, status: status, replacing: rejected, after: [])
    case .answering(let closing):
      count(written, by: answerRole)
      return answered(written, closing: closing)
    case .idle, .judging, .asking, .finished:
      preconditionFailure("nothing was to be written")
    }
  }

  /// What the draft model writes next if the draft that is being judged is accepted, and the rules
  /// as they are then; nil where that is nothing.
  public func ahead() -> (request: GenerationRequest, machine: ReasoningMachine)? {
    guard case .judging(let drafts) = state, options.candidates == 1, let draft = drafts.first
    else {
      return nil
    }
    var accepting = self
    let transition = accepting.accept(draft, by: .judge, reason: "", after: [])
    guard case .generate(let request, _) = transition.action, request.role == .draft else {
      return nil
    }
    return (request, accepting)
  }

  /// Counts what was written and judged ahead in vain. The budget does not: what a turn writes is
  /// the same however far ahead it looked.
  public mutating func dropped(_ dropped: AheadDropped) {
    tokens.draft += dropped.tokens
    tokens.discarded += dropped.tokens
    tokens.judge += dropped.judgeTokens
    tokensAhead += dropped.tokens
    seconds += dropped.seconds + dropped.judgeSeconds
  }

  /// Ends the turn in the middle of an action: by the person, an error, or a full context.
  ///
  /// - Parameter partial: What was written of the step or answer, if it was being written. It is
  ///   kept; a draft that nobody could judge is kept as unjudged.
  public mutating func interrupted(by stop: StopReason, partial: Generation? = nil) -> Transition {
    defer { state = .finished }
    let nothingKept = Transition(action: .finish(stop))
    switch state {
    case .drafting(let others, _):
      tokens.discarded += Self.tokens(of: others)
      guard let partial else { return nothingKept }
      count(partial, by: .draft)
      return keptPart(partial, status: .draftWritten, cut: true, stop: stop)
    case .judging(let drafts):
      tokens.discarded += Self.tokens(of: drafts.dropLast())
      return keptPart(
        drafts[drafts.count - 1].written, status: .draftWritten, cut: false, stop: stop)
    case .asking(let draft):
      return keptPart(draft.written, status: .draftWritten, cut: false, stop: stop)
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

  // MARK: Keeping

  /// Commits a finished step, and goes on as its end demands.
  mutating func keep(
    _ written: Generation, status: StepStatus, replacing rejected: Generation? = nil,
    after events: [Event.Kind]
  ) -> Transition {
    let closesAlone = written.text.isEmpty && written.stop == .thinkingEnd
    var events = events
    let repeated = repeats(written.text)
    if !written.text.isEmpty {
      let cut = written.stop == .limit || written.stop == .contextFull
      events.append(
        .stepCommitted(commit(written, status: status, replacing: rejected, cut: cut)))
    }
    switch written.stop {
    case .thinkingEnd:
      prefix.thinkingClosed = true
      return writeAnswer(closing: closesAlone ? written : nil, after: events)
    case .endOfText:
      return endWithoutAnswerPhase(by: status.author, after: events)
    case .contextFull:
      return finish(.contextFull, after: events)
    case .stepEnd, .limit:
      if written.text.isEmpty { return endWithoutAnswerPhase(by: status.author, after: events) }
      return repeated ? finish(.repetition, after: events) : nextStep(after: events)
    }
  }

  mutating func commit(
    _ written: Generation, status: StepStatus, replacing rejected: Generation? = nil, cut: Bool
  ) -> StepCommitted {
    let identical = rejected.map { $0.text == written.text }
    if identical == true { identicalRewrites += 1 }
    var committed = StepCommitted(
      step: stepNumber, by: status.author, status: status, text: written.text,
      tokens: written.tokens, seconds: written.seconds,
      decodeSeconds: written.plainDecodeSeconds, speculation: written.speculation,
      identical: identical, cut: cut)
    committed.contextTokens = written.contextTokens
    prefix.steps.append(written.text)
    kept.append(KeptStep(written: written, rejected: rejected))
    return committed
  }

  /// Keeps what there is of a step when the turn ends in its middle.
  mutating func keptPart(
    _ written: Generation, status: StepStatus, cut: Bool, stop: StopReason
  ) -> Transition {
    guard !written.text.isEmpty else { return finish(stop, after: []) }
    var committed = commit(written, status: status, cut: cut)
    // How much of an interrupted write was prefill is not known.
    committed.decodeSeconds = nil
    return finish(stop, after: [.stepCommitted(committed)])
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

  // MARK: Answering

  var answerRole: Role { mode == .draft ? .draft : .base }

  private mutating func answered(_ written: Generation, closing: Generation?) -> Transition {
    let answer = answer(written, closing: closing)
    let stop: StopReason =
      switch written.stop {
      case .limit: .budget
      case .contextFull: .contextFull
      case .stepEnd, .thinkingEnd, .endOfText: answer.text.isEmpty ? .endOfText : .answer
      }
    return finish(stop, after: answer.text.isEmpty ? [] : [.answer(answer)])
  }

  private func answer(_ written: Generation, closing: Generation?) -> Answer {
    let closingSeconds = closing.map(\.plainDecodeSeconds) ?? 0
    var answer = Answer(
      text: written.text, boxed: BoxedAnswer.last(in: written.text), by: Author(answerRole),
      tokens: written.tokens + (closing?.tokens ?? 0),
      seconds: written.seconds + (closing?.seconds ?? 0),
      decodeSeconds: written.plainDecodeSeconds.flatMap { own in closingSeconds.map { own + $0 } },
      speculation: written.speculation)
    answer.forced = force
    answer.contextTokens = written.contextTokens
    return answer
  }

  /// The model ended its text inside the reasoning: the last step stands as the answer.
  private mutating func endWithoutAnswerPhase(
    by author: Author, after events: [Event.Kind]
  ) -> Transition {
    guard let text = prefix.steps.last else { return finish(.endOfText, after: events) }
    let boxed =
      BoxedAnswer.last(in: text) ?? BoxedAnswer.last(in: prefix.steps.joined(separator: "\n\n"))
    let answer = Answer(text: text, boxed: boxed, by: author, tokens: 0, seconds: 0)
    return finish(boxed == nil ? .endOfText : .answer, after: events + [.answer(answer)])
  }

  // MARK: Next actions

  var stepNumber: Int { prefix.steps.count + 1 }

  mutating func nextStep(after events: [Event.Kind]) -> Transition {
    let isFirst = mode.judgesSteps && stepNumber <= options.firstBaseSteps
    let byBase = mode == .base || mode == .specDecode || isFirst
    if byBase { return writeByBase(.baseWritten, after: events) }
    state = .drafting()
    return write(role: .draft, step: stepNumber, limit: options.stepLimit, after: events)
  }

  mutating func writeByBase(
    _ status: StepStatus, rejected: Generation? = nil, after events: [Event.Kind]
  ) -> Transition {
    state = .baseWriting(status, rejected: rejected)
    return write(
      role: .base, step: stepNumber, limit: options.stepLimit, proposal: rejected?.text,
      after: events)
  }

  /// Closes the reasoning where it stands.
  mutating func answerNow(because force: Answer.Force, after events: [Event.Kind]) -> Transition {
    self.force = force
    prefix.thinkingClosed = true
    return writeAnswer(closing: nil, after: events)
  }

  mutating func writeAnswer(closing: Generation?, after events: [Event.Kind]) -> Transition {
    state = .answering(closing: closing)
    return write(role: answerRole, step: nil, limit: .max, after: events)
  }

  private var tokensWritten: Int { tokens.draft + tokens.base - tokensAhead }

  /// Tokens that the turn may still write.
  var budgetLeft: Int { options.budget - tokensWritten }

  /// Tokens that the reasoning may still take; nil where it has no budget of its own.
  var thinkingLeft: Int? {
    options.thinkingBudget.map { $0 - tokensWritten + tokensBefore }
  }

  mutating func write(
    role: Role, step: Int?, limit: Int, proposal: String? = nil, after events: [Event.Kind]
  ) -> Transition {
    guard budgetLeft > 0 else { return finish(.budget, after: events) }
    var left = budgetLeft
    if step != nil, let thinkingLeft {
      guard thinkingLeft > 0 else { return answerNow(because: .thinkingBudget, after: events) }
      left = min(left, thinkingLeft)
    }
    func request(candidate: Int) -> GenerationRequest {
      GenerationRequest(
        role: role, prefix: prefix, maxTokens: min(limit, left), sampling: options.sampling,
        seed: GenerationSeed.seed(
          run: options.seed, turn: turn, step: step ?? 0, role: role, branch: branch,
          candidate: candidate),
        proposal: proposal, isSpeculative: role == .base && mode.speculatesTokens)
    }
    guard case .drafting(_, let first) = state, mode.judgesSteps else {
      return Transition(events: events, action: .generate(request(candidate: 0)))
    }
    return Transition(
      events: events,
      action: .generate(
        request(candidate: first),
        alternatives: (first + 1..<max(first + 1, options.candidates)).map(request)))
  }

  mutating func finish(_ stop: StopReason, after events: [Event.Kind]) -> Transition {
    state = .finished
    return Transition(events: events, action: .finish(stop))
  }

  mutating func count(_ written: Generation, by role: Role) {
    seconds += written.seconds
    switch role {
    case .draft: tokens.draft += written.tokens
    case .base: tokens.base += written.tokens
    }
    tokens.proposed += written.speculation?.proposed ?? 0
    tokens.proposedKept += written.speculation?.accepted ?? 0
  }
}

extension Generation {
  /// Time of decoding token by token; nil where several tokens came from one pass.
  fileprivate var plainDecodeSeconds: Double? { speculation == nil ? decodeSeconds : nil }
}

extension StepStatus {
  /// Whose text a step of this status has.
  var author: Author {
    switch self {
    case .draftAccepted, .draftWritten: .draft
    case .baseRegenerated, .baseWritten: .base
    case .edited, .note: .person
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
