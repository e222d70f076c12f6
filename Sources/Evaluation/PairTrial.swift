import Reasoning
import Traces

/// Measures step-level speculation with scripted decisions through a backend, which takes texts alone, as
/// servers do.
///
/// Both models write steps of problems, and the base model judges them; only what is made of its judgement
/// is scripted. Steps are as long as the models make them, up to a limit. Where a text is over, that of the
/// next problem begins.
public struct PairTrial: Sendable {
  /// The problems, at least one.
  public var problems: [Problem]
  /// The most tokens of a step.
  public var stepTokens: Int

  /// A trial on `problems`.
  public init(on problems: [Problem], stepTokens: Int) {
    self.problems = problems
    self.stepTokens = stepTokens
  }

  /// Calls of one kind.
  public struct Calls: Sendable, Equatable {
    /// How many.
    public private(set) var count = 0
    /// Tokens that were written, or read for a judgement.
    public private(set) var tokens = 0
    /// Wall time of all.
    public private(set) var seconds = 0.0

    /// Counts one more.
    mutating func add(tokens: Int, seconds: Double) {
      count += 1
      self.tokens += tokens
      self.seconds += seconds
    }

    static func + (left: Calls, right: Calls) -> Calls {
      var sum = left
      sum.count += right.count
      sum.tokens += right.tokens
      sum.seconds += right.seconds
      return sum
    }

    /// Mean seconds of a token; nil where there is none.
    var secondsPerToken: Double? { tokens > 0 ? seconds / Double(tokens) : nil }
    /// Mean seconds of a call; 0 where there is none.
    var mean: Double { count > 0 ? seconds / Double(count) : 0 }
  }

  /// What a trial took.
  public struct Outcome: Sendable, Equatable {
    /// Steps.
    public internal(set) var steps = 0
    /// Those that were accepted.
    public internal(set) var accepted = 0
    /// Tokens of the steps that were kept.
    public internal(set) var tokens = 0
    /// Seconds of all steps.
    public internal(set) var seconds = 0.0
    /// Steps that the base model wrote.
    var own = Calls()
    /// Drafts after a step that the draft model wrote itself.
    var drafts = Calls()
    /// Drafts after a step that it had yet to read.
    var draftsBehind = Calls()
    /// Judgements.
    var judgements = Calls()

    /// Nothing yet.
    public init() {}

    /// Both together.
    public static func + (left: Outcome, right: Outcome) -> Outcome {
      var sum = left
      sum.steps += right.steps
      sum.accepted += right.accepted
      sum.tokens += right.tokens
      sum.seconds += right.seconds
      sum.own = left.own + right.own
      sum.drafts = left.drafts + right.drafts
      sum.draftsBehind = left.draftsBehind + right.draftsBehind
      sum.judgements = left.judgements + right.judgements
      return sum
    }

    /// Share of steps that were accepted, 0 to 1.
    public var acceptance: Double { steps > 0 ? Double(accepted) / Double(steps) : 0 }

    /// The measured speedup over the base model alone, which would have taken for as many tokens what its
    /// own steps took.
    public var speedup: Double {
      (own.secondsPerToken ?? 0) * Double(tokens) / max(seconds, .leastNormalMagnitude)
    }

    /// Tokens that a judgement reads beyond the step: the judge's wording, as far as it shows.
    public var wordingTokens: Int {
      let drafts = drafts + draftsBehind
      guard judgements.count > 0, drafts.count > 0 else { return 0 }
      return max(0, judgements.tokens / judgements.count - drafts.tokens / drafts.count)
    }

    /// What calls of these costs allow.
    public var limit: SpeculationLimit {
      // Where every step was rejected, no draft shows what it takes to read none.
      let perToken = drafts.secondsPerToken ?? draftsBehind.secondsPerToken ?? 0
      let behind = draftsBehind.mean
      let writing =
        draftsBehind.count > 0
        ? perToken * Double(draftsBehind.tokens) / Double(draftsBehind.count) : behind
      return SpeculationLimit(
        basePerToken: own.secondsPerToken ?? 0, draftPerToken: perToken, judging: judgements.mean,
        catchingUp: max(0, behind - writing), stepTokens: max(1, tokens / max(1, steps)))
    }
  }

  /// Runs `steps` steps, of which the share `acceptance` is accepted, evenly spread.
  ///
  /// - Parameter judge: A judge of the base model.
  /// - Throws: `PairTrialError`, `CancellationError`, and what the backend throws.
  public func measure(
    steps: Int, acceptance: Double, judge: JudgeKind, on backend: any Backend
  ) async throws -> Outcome {
    var text = TrialText(self, by: judge, on: backend)
    func accepted(_ count: Int) -> Int { Int((Double(count) * acceptance).rounded()) }
    for step in 0..<steps {
      try Task.checkCancellation()
      try await text.addStep(isAccepted: accepted(step + 1) > accepted(step))
    }
    return text.outcome
  }
}

/// A pair that cannot be tried.
public struct PairTrialError: Error, CustomStringConvertible {
  /// The model that writes nothing.
  public var role: Role

  /// The sentence for people.
  public var description: String {
    "The \(role.rawValue) model wrote no step of two problems in turn, so nothing can be measured: see by "
      + "`specreason run` what it answers, and whether its chat template is right."
  }
}

/// The text of a trial that is under way.
private struct TrialText {
  let trial: PairTrial
  let judge: JudgeKind
  let backend: any Backend
  var outcome = PairTrial.Outcome()
  private var number = 0
  private var prefix = Prefix(messages: [])
  /// The draft model has yet to read the last step.
  private var isBehind = false
  private var isOver = true

  init(_ trial: PairTrial, by judge: JudgeKind, on backend: any Backend) {
    self.trial = trial
    self.judge = judge
    self.backend = backend
  }

  /// Has the draft model write a step, and the base model judge it, and write its own if it is not accepted.
  mutating func addStep(isAccepted: Bool) async throws {
    if isOver { try await begin() }
    var step = try await write(.draft)
    if step.text.isEmpty {
      try await begin()
      step = try await write(.draft)
      guard !step.text.isEmpty else { throw PairTrialError(role: .draft) }
    }
    if isBehind {
      outcome.draftsBehind.add(tokens: step.tokens, seconds: step.seconds)
    } else {
      outcome.drafts.add(tokens: step.tokens, seconds: step.seconds)
    }
    outcome.seconds += step.seconds
    var judged = prefix
    judged.steps.append(step.text)
    let judgements = try await backend.judge(
      JudgeRequest(prefix: judged, judge: Prompts.judge(judge)))
    let seconds = judgements.reduce(0) { $0 + $1.seconds }
    outcome.judgements.add(
      tokens: judgements.reduce(0) { $0 + $1.promptTokens }, seconds: seconds)
    outcome.seconds += seconds
    if !isAccepted {
      step = try await write(.base)
      outcome.own.add(tokens: step.tokens, seconds: step.seconds)
      outcome.seconds += step.seconds
    }
    outcome.steps += 1
    outcome.accepted += isAccepted ? 1 : 0
    outcome.tokens += step.tokens
    keep(step, by: isAccepted ? .draft : .base)
  }

  /// Begins the next problem: both models read it, and the base model writes the first step. Nothing of it
  /// counts but how fast the base model writes.
  private mutating func begin() async throws {
    for _ in 0..<2 {
      let problem = trial.problems[number % trial.problems.count]
      number += 1
      prefix = Prefix(messages: [ChatMessage(.user, problem.problem)])
      prefix.rubric = Prompts.rubric(for: [judge])
      for role in [Role.draft, .base] { _ = try await write(role, atMost: 1) }
      let step = try await write(.base)
      guard !step.text.isEmpty else { continue }
      outcome.own.add(tokens: step.tokens, seconds: step.seconds)
      keep(step, by: .base)
      return
    }
    throw PairTrialError(role: .base)
  }

  private mutating func keep(_ step: Generation, by role: Role) {
    if !step.text.isEmpty { prefix.steps.append(step.text) }
    isBehind = role == .base
    isOver = step.text.isEmpty || step.stop != .stepEnd && step.stop != .limit
  }

  private func write(_ role: Role, atMost tokens: Int? = nil) async throws -> Generation {
    let place = UInt64(number) << 32 | UInt64(prefix.steps.count)
    return try await backend.generate(
      GenerationRequest(
        role: role, prefix: prefix, maxTokens: tokens ?? trial.stepTokens, sampling: Sampling(),
        seed: place &* 0x9E37_79B9_7F4A_7C15)
    ) { _ in }
  }
}
