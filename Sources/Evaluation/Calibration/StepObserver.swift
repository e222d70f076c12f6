import Reasoning
import Traces

/// Lets the base model solve problems, has the draft model write a step of its own at each of its
/// steps, and has judges score both.
public struct StepObserver: Sendable {
  /// The judges.
  public var judges: [JudgeKind]
  /// Sampling, budget, step limit, seed, system prompt and an own wording.
  public var options: RunOptions
  /// Steps after which a problem is left: a text that goes on has lost its way.
  private static let mostSteps = 60

  /// An observer by `judges`, which works as `options` say.
  public init(judges: [JudgeKind], options: RunOptions) {
    self.judges = judges
    self.options = options
  }

  /// Observes the solution of a problem; nothing computed before is used, and a text that the budget
  /// ends is left there.
  ///
  /// - Parameter number: The problem's place in its set, counted from 1.
  /// - Throws: `CancellationError`, and what the backend throws.
  public func observe(
    _ problem: Problem, number: Int, on backend: any Backend
  ) async throws -> [ObservedStep] {
    await backend.forget()
    let system = options.systemPrompt.map { [ChatMessage(.system, $0)] } ?? []
    var prefix = Prefix(
      messages: system + [ChatMessage(.user, problem.problem)], thinking: options.thinking)
    var steps: [(texts: Texts, observed: ObservedStep)] = []
    var tokens = 0
    var goesOn = true
    while goesOn, steps.count < Self.mostSteps, tokens < options.budget {
      try Task.checkCancellation()
      let drafted = try await write(.draft, after: prefix, problem: number)
      let own = try await write(.base, after: prefix, problem: number)
      tokens += own.tokens
      goesOn = own.stop == .stepEnd && !own.text.isEmpty
      guard !own.text.isEmpty, own.stop != .limit, own.stop != .contextFull else { break }
      let isJudged =
        !drafted.text.isEmpty && drafted.stop != .limit && drafted.stop != .contextFull
      let texts = Texts(before: prefix, own: own, draft: isJudged ? drafted.text : nil)
      var observed = ObservedStep(
        problem: number, step: steps.count + 1, own: own.work,
        draft: isJudged ? drafted.work : nil,
        saysSame: texts.draft.flatMap { ObservedStep.saysSame(own.text, $0) }, ownScores: [],
        draftScores: [])
      for judge in judges where Prompts.rubric(for: [judge]) == nil {
        try await score(&observed, texts, by: judge, on: backend)
      }
      steps.append((texts, observed))
      prefix.steps.append(own.text)
    }
    // A rubric stands before the chat: one change of prompt for all steps, not two for each.
    for judge in judges where Prompts.rubric(for: [judge]) != nil {
      for place in steps.indices {
        steps[place].texts.before.rubric = Prompts.rubric(for: [judge])
        try await score(&steps[place].observed, steps[place].texts, by: judge, on: backend)
      }
    }
    return steps.map(\.observed)

    func write(_ role: Role, after prefix: Prefix, problem: Int) async throws -> Generation {
      let place = UInt64(problem) << 32 | UInt64(prefix.steps.count)
      return try await backend.generate(
        GenerationRequest(
          role: role, prefix: prefix, maxTokens: options.stepLimit, sampling: options.sampling,
          seed: options.seed &+ place &* 0x9E37_79B9_7F4A_7C15)
      ) { _ in }
    }
  }

  /// What is judged at one step.
  private struct Texts {
    var before: Prefix
    var own: Generation
    var draft: String?
  }

  /// Adds what `judge` says of both texts; a judgement that does not fit the context is left out.
  private func score(
    _ observed: inout ObservedStep, _ texts: Texts, by judge: JudgeKind, on backend: any Backend
  ) async throws {
    // The passes that wrote a step know its likelihood already.
    let known = judge.isLikelihood ? texts.own.likelihood : nil
    var judged = known == nil ? [texts.own.text] : []
    judged += [texts.draft].compactMap(\.self)
    var judgements =
      known.map {
        [Judgement(opinion: $0, promptTokens: 0, seconds: 0)]
      } ?? []
    if let first = judged.first {
      var prefix = texts.before
      prefix.steps.append(first)
      do {
        judgements += try await backend.judge(
          JudgeRequest(
            prefix: prefix, alternatives: Array(judged.dropFirst()),
            judge: Prompts.judge(judge, own: options.judgeWording)))
      } catch let error as ReasoningError where error.isContextFull {
        return
      }
    }
    let scores = judgements.map {
      StepScored(
        Judge.judged(step: observed.step, $0, by: judge, method: .average), by: judge)
    }
    observed.ownScores += scores.prefix(1)
    observed.draftScores += scores.dropFirst()
  }
}

extension Generation {
  /// Its tokens and the seconds of decoding them.
  fileprivate var work: Work { Work(tokens: tokens, passes: 0, seconds: decodeSeconds) }
}
