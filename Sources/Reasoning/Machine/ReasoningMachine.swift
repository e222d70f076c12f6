import Traces

/// The rules of one turn: results come in, the next action goes out; no model, no clock, no I/O.
///
///     var machine = ReasoningMachine(options: options, messages: chat)
///     machine.start()            // generate step 1 with the draft model
///     machine.generated(step)    // judge it
///     machine.judged(judgement)  // score 6.5 below 7.0: generate step 1 again with the base model
///
/// Each transition says what happened (`events`) and what to do next (`action`). After an action,
/// exactly one input follows: `generated`, `judged`, `interrupted` or `steered`. ``State`` lists which
/// input each state accepts.
///
/// Rules beside judging:
/// - A draft that is empty or was cut at its token limit is rejected by rule. One whose judgement is
///   unreadable is rejected, accepted or left to the person, as the options say.
/// - With several candidates, the draft model generates a step several times before the base model
///   judges these drafts together: the best is accepted, or all are rejected. Drafts that a rule
///   rejects and repeated texts are not judged. Unreadable judgements matter only if none is readable.
/// - Before a step is drafted, after too many steps that turn back, and while its beginning is drafted,
///   at an unsure first token or a word of reflection, the base model may take the step over: it writes
///   it outright, and nobody judges a draft.
/// - A cheap judge may come before the deciding one: it accepts and rejects by rule where it is sure.
/// - A judge that goes by the draft model's own probabilities asks no model.
/// - A draft that closes the reasoning is judged like any other; if accepted, the base model generates
///   the answer. A draft that closes it without any text is no step: the base model generates the next
///   step, and so decides whether the reasoning is over.
/// - A model that ends its text without closing the reasoning ends the turn, and its last step is the
///   answer; if it has tags for its reasoning, it ended without an answer unless there is a box. So
///   does a base model that generates an empty step.
/// - A cut step of the base model is kept, marked as cut, and the turn goes on.
/// - What is kept counts against the budget, and every generated token against the work budget,
///   except those generated ahead in vain. No generation may take more than is left.
/// - A reasoning that used up a budget is closed, and the base model generates the answer: within
///   what was kept back for it, unless the thinking budget was meant. Where that model has no tags to
///   close with, the text so far is the answer.
/// - A draft model without room for more leaves the rest of the turn to the base model, if that has
///   more; else a full context ends the turn.
/// - The same step three times in a row ends the turn, and so does a cycle of up to four steps.
public struct ReasoningMachine: Sendable {
  /// What to do next.
  public enum Action: Sendable, Equatable {
    /// Generate a step or the answer. If nothing intervenes, `alternatives` are asked for next:
    /// further drafts of the same step, which may be generated beside it.
    case generate(GenerationRequest, alternatives: [GenerationRequest] = [])
    /// Have `by` judge step `step`, the last of `prefix`, and `alternatives` in its place.
    case judge(step: Int, prefix: Prefix, alternatives: [String] = [], by: JudgeKind)
    /// Wait for the person's decision about step `step`.
    case ask(step: Int)
    /// The turn is over.
    case finish(StopReason)
  }

  /// What happened, in order, and what to do next.
  public struct Transition: Sendable, Equatable {
    /// Events for the trace.
    public var events: [Event.Kind] = []
    /// What to do next.
    public var action: Action
  }

  /// Where the turn stands. Every state also accepts `interrupted`, which leads to `finished`, and
  /// `steered`, which leads wherever the person wants to go on.
  enum State: Sendable {
    /// Accepts `start`, which leads to `drafting` or `generating`.
    case idle
    /// A draft of the step is being generated; `number` were before, and `others` of them are to be
    /// judged. Accepts `generated`: leads to itself for another candidate, to `screening` or `judging`,
    /// to `generating` if a rule rejects the draft or the step is handed over, or to `finished`; where
    /// no model is asked to the next step's `drafting`, to `answering`, or to `generating`.
    case drafting(others: [Draft] = [], number: Int = 0)
    /// A draft awaits the opinion of a cascade's cheap judge. Accepts `judged`: leads to `judging` where
    /// that judge is unsure, else on as `judging` does.
    case screening(Draft)
    /// At least one draft awaits its judgement. Accepts `judged`: leads to the next step's `drafting`
    /// or to `answering` (accepted), `generating` (rejected), `asking` (unreadable), or `finished`.
    case judging([Draft])
    /// The judgement of the draft is unreadable and the person decides. Accepts `steered`.
    case asking(Draft)
    /// The base model generates a step, outright or in place of a rejected draft. Accepts `generated`:
    /// leads to the next step, to `answering`, or to `finished`.
    case generating(StepStatus, rejected: Generation?)
    /// The answer is being generated. `closing` is a generation by the same model that only closed the
    /// reasoning; the answer includes its tokens and times. Accepts `generated`, leads to `finished`.
    case answering(closing: Generation?)
    /// The turn is over; only `steered` goes on.
    case finished(StopReason)
  }

  /// One draft of a step.
  struct Draft: Sendable, Equatable {
    var generation: Generation
    /// Its number, from 0; nil if only one is asked for.
    var candidate: Int?
  }

  /// What the turn's events amount to so far: the same reduction that every reader of the trace makes.
  public private(set) var turn: TurnState
  /// The acceptance threshold of the next decision, 0 to 9.
  public var threshold: Double
  /// The turn's estimated speedup once the events given to it are told; nil if unknown. Only an
  /// adaptive threshold that aims at a speedup asks for it.
  public var estimatedSpeedup: @Sendable ([Event.Kind]) -> Double? = { _ in nil }
  /// Tokens of context that the draft model has room for; nil if unknown.
  public var draftContext: Int?
  /// Tokens of context that the base model has room for; nil if unknown.
  public var baseContext: Int?
  /// The draft model has no room left, and the base model goes on alone.
  var draftIsFull = false
  /// The models without tags around their reasoning: what they write is the answer.
  public var untagged: Set<Role> = []
  /// The turn's options. Its mode and judge stay as they were when it began.
  var options: RunOptions

  var mode: Mode { turn.mode }
  /// The chat, and the reasoning as the next request continues it.
  var path: ReasoningPath
  /// Why the reasoning was closed from outside.
  var force: Answer.Force?
  private(set) var state = State.idle
  /// What happened since the last transition.
  private(set) var untold: [Event.Kind] = []

  /// A turn in mode `options.mode` that answers the last of `messages`.
  public init(options: RunOptions, messages: [ChatMessage], turn: Int = 1) {
    self.init(
      options: options, messages: messages,
      turn: TurnState(
        number: turn, prompt: messages.last?.text ?? "", startedAt: 0, mode: options.mode))
  }

  /// The rules of `turn`, a recorded turn that has ended: steering can go on from it.
  ///
  /// - Parameters:
  ///   - options: The options from here on; the mode is the turn's own.
  ///   - messages: The chat up to the turn's prompt.
  public init(after turn: TurnState, options: RunOptions, messages: [ChatMessage]) {
    self.init(options: options, messages: messages, turn: turn)
    path.adopt(turn)
    force = turn.answer?.forced
    state = .finished(turn.ended?.stop ?? .cancelled)
  }

  private init(options: RunOptions, messages: [ChatMessage], turn: TurnState) {
    self.options = options
    self.turn = turn
    threshold = options.threshold
    path = ReasoningPath(messages: messages, thinking: options.thinking)
    if turn.mode.judgesSteps {
      path.prefix.rubric = Prompts.rubric(
        for: [options.judge, options.secondJudge, options.cascade?.judge])
    }
  }

  /// Takes in what is known of the two models.
  mutating func know(_ pair: PairDescription) {
    draftContext = pair.draftContext
    baseContext = pair.baseContext
    untagged = options.untagged(of: pair.untagged)
  }

  // MARK: Inputs

  /// Begins the turn.
  public mutating func start() -> Transition {
    nextStep()
  }

  /// Takes the result of the last `generate` action.
  public mutating func generated(_ generation: Generation) -> Transition {
    switch state {
    case .drafting(let others, let number):
      return mode == .draft
        ? keep(generation, status: .draftWritten)
        : drafted(generation, number: number, beside: others)
    case .generating(let status, let rejected):
      return keep(generation, status: status, replacing: rejected)
    case .answering(let closing):
      return answered(generation, closing: closing)
    case .idle, .screening, .judging, .asking, .finished:
      preconditionFailure("a generation answers the last action, which was to generate")
    }
  }

  /// What the draft model generates next if the draft that is being judged is accepted, and the
  /// machine as it is then; nil if the draft model generates nothing next.
  public func ahead() -> (request: GenerationRequest, machine: ReasoningMachine)? {
    let waiting: Draft? =
      switch state {
      case .judging(let drafts): drafts.first
      case .screening(let draft): draft
      default: nil
      }
    guard options.candidates == 1, let draft = waiting else { return nil }
    var accepting = self
    let transition = accepting.accept(draft, by: .judge, reason: "")
    guard case .generate(let request, _) = transition.action, request.role == .draft else {
      return nil
    }
    return (request, accepting)
  }

  /// Records what was generated and judged ahead in vain. No budget counts it: what a turn
  /// generates is the same however far ahead it looks.
  public mutating func dropped(_ dropped: AheadDropped) {
    turn.apply(Event(time: 0, kind: .aheadDropped(dropped)))
  }

  // MARK: Transitions

  /// Adds an event to the next transition, and to what the turn amounts to.
  mutating func tell(_ kind: Event.Kind) {
    untold.append(kind)
    turn.apply(Event(time: 0, kind: kind))
  }

  /// Enters `state` within a transition that goes on.
  mutating func begin(_ state: State) { self.state = state }

  /// Enters `state`, with `action` to be done.
  mutating func enter(_ state: State, _ action: Action) -> Transition {
    defer { untold = [] }
    self.state = state
    return Transition(events: untold, action: action)
  }

  /// Ends the turn; without an answer, what only closed the reasoning is part of nothing.
  mutating func finish(_ stop: StopReason, afterClosing closing: Generation? = nil) -> Transition {
    if let closing { tellDropped(closing, by: answerRole, step: nil, isDiscarded: false) }
    return enter(.finished(stop), .finish(stop))
  }

  /// Goes on with the next step.
  mutating func nextStep() -> Transition {
    let isFirst = mode.judgesSteps && path.nextStep <= options.firstBaseSteps
    if mode == .stitch { return generateByBase(.stitched) }
    if mode == .base || mode == .specDecode || isFirst || draftIsFull {
      return generateByBase(.baseWritten)
    }
    if mode.judgesSteps, let routed = routedAfterReturns { return writeByBase(after: routed) }
    return generate(by: .draft, in: .drafting(), limit: options.stepLimit)
  }

  /// Lets the base model generate the next step.
  mutating func generateByBase(_ status: StepStatus, rejected: Generation? = nil) -> Transition {
    generate(
      by: .base, in: .generating(status, rejected: rejected), limit: options.stepLimit,
      proposal: rejected?.text)
  }

  /// Asks `role` for the next step or, once the reasoning is closed, for the answer; ends the reasoning
  /// or the turn if its budget is used up.
  mutating func generate(
    by role: Role, in next: State, limit: Int = .max, proposal: String? = nil
  ) -> Transition {
    var closing: Generation?
    if case .answering(let closed) = next { closing = closed }
    let allowance = allowance
    var left = allowance.forAnswer(forced: force) - (closing?.tokens ?? 0)
    if !path.prefix.thinkingClosed {
      left = allowance.forReasoning
      if left <= 0 { return endReasoning(because: allowance.first) }
    }
    guard left > 0 else { return finish(allowance.stop, afterClosing: closing) }
    func request(candidate: Int) -> GenerationRequest {
      let prefix = path.prefix
      var request = GenerationRequest(
        role: role, prefix: prefix, maxTokens: min(limit, left), sampling: options.sampling,
        seed: GenerationSeed.seed(
          run: options.seed, turn: turn.number,
          step: prefix.thinkingClosed ? 0 : path.nextStep, role: role, branch: turn.branch,
          candidate: candidate),
        proposal: proposal, isSpeculative: role == .base && mode.speculatesTokens)
      if mode == .stitch {
        let seed = GenerationSeed.seed(
          run: options.seed, turn: turn.number, step: prefix.thinkingClosed ? 0 : path.nextStep,
          role: .draft, branch: turn.branch)
        request.stitching = Stitching(bound: options.stitch, draftSeed: seed)
      }
      renew(&request)
      return request
    }
    guard case .drafting(_, let first) = next, mode.judgesSteps else {
      return enter(next, .generate(request(candidate: 0)))
    }
    let further = first + 1..<max(first + 1, options.candidates)
    return enter(
      next, .generate(request(candidate: first), alternatives: further.map(request)))
  }

  /// Gives `request`, which waits to be done, the options of writing as they are now.
  func renew(_ request: inout GenerationRequest) {
    request.sampling = options.sampling
    request.stitching?.bound = options.stitch
    if request.role == .draft, !request.prefix.thinkingClosed, mode.judgesSteps {
      request.handover = Handover(options)
    }
  }

  var answerRole: Role { mode == .draft ? .draft : .base }
}
