import Evaluation
import Traces

/// Two runs beside each other: what both were asked, where they part, and what each cost.
package struct RunComparison: Encodable, Sendable {
  /// One of the two runs, over the turns that are compared.
  package struct Side: Encodable, Sendable {
    /// What the person called it.
    package var name: String
    /// The base model.
    var base: String?
    /// The draft model; nil where there is none.
    var draft: String?
    var mode: Mode?
    /// The acceptance threshold that it began with.
    var threshold: Double?
    var judge: JudgeKind?
    var seed: UInt64?
    /// All its turns, compared or not.
    var turns: Int
    /// Answers that are right; nil where none of the expected answers is known.
    var right: Int?
    var seconds: Double
    var steps: Int
    var accepted: Int
    var rejected: Int
    var acceptance: Double?
    var tokens: TokenCounts
    /// Seconds of finished work by purpose.
    var draftSeconds: Double
    var judgeSeconds: Double
    var baseSeconds: Double
    var wastedSeconds: Double
  }

  /// One question that both were asked.
  package struct Question: Encodable, Sendable {
    /// One run's turn.
    package struct Turn: Encodable, Sendable {
      /// Counts from 1 in its run.
      var turn: Int
      var stop: StopReason?
      /// The answer that the text gives; nil where it gives none.
      var answer: String?
      /// Whether it is right; nil where the expected answer is not known.
      var isRight: Bool?
      var seconds: Double
      var steps: Int
      var accepted: Int
      var rejected: Int
      var tokens: TokenCounts
      /// What became of the step at which the two part; nil where it has none.
      var step: Step?
    }

    /// The step at which two turns part, in one of them.
    package struct Step: Encodable, Sendable {
      var status: StepStatus?
      var score: Double?
      var text: String
    }

    /// What run A was asked.
    var prompt: String
    /// Whether run B was asked the same.
    var isShared: Bool
    /// The expected answer; nil where it is not known.
    var expected: String?
    /// The step at which they part, counted from 1; nil where they part at the answer, or not at all.
    var partsAtStep: Int?
    /// They keep the same text to the end.
    var isSame: Bool
    /// Both answers say the same.
    var answersAgree: Bool
    var turns: [Turn]
  }

  /// Run A and run B.
  package let sides: [Side]
  /// The questions that are compared.
  package let questions: [Question]

  /// Compares two runs.
  ///
  /// - Parameters:
  ///   - runs: Two runs with at least one turn each, and what the person called them.
  ///   - expected: The right answer to a prompt; nil where it is not known.
  package init(_ runs: [(name: String, run: RunState)], expected: (String) -> String?) {
    let (one, other) = (runs[0].run, runs[1].run)
    let pairs = one.turnsAskedAlso(in: other)
    let questions = pairs.map { pair in
      Question([(one, pair.own), (other, pair.other)], expected: expected)
    }
    self.questions = questions
    sides = zip(runs, [pairs.map(\.own), pairs.map(\.other)]).enumerated().map { place, side in
      let rights = questions.compactMap { $0.turns[place].isRight }
      return Side(
        side.0.name, side.0.run, turns: side.1,
        right: rights.isEmpty ? nil : rights.count { $0 })
    }
  }
}

extension RunComparison.Side {
  fileprivate init(_ name: String, _ run: RunState, turns places: [Int], right: Int?) {
    self.name = name
    self.right = right
    base = run.started?.base.name
    draft = run.started?.draft?.name
    let options = run.started?.options
    mode = options?.mode
    threshold = options?.threshold
    judge = options?.judge
    seed = options?.seed
    turns = run.turns.count
    (seconds, steps, accepted, rejected, tokens) = (0, 0, 0, 0, TokenCounts())
    (draftSeconds, judgeSeconds, baseSeconds, wastedSeconds) = (0, 0, 0, 0)
    for turn in places.map({ run.turns[$0] }) {
      let metrics = TurnMetrics(turn: turn, run: run)
      seconds += metrics.wallSeconds
      steps += turn.steps.count { $0.committed != nil }
      accepted += metrics.accepted
      rejected += metrics.rejected
      tokens += metrics.tokens
      draftSeconds += metrics.seconds.draft
      judgeSeconds += metrics.seconds.judge
      baseSeconds += metrics.seconds.base
      wastedSeconds += metrics.seconds.discarded
    }
    acceptance = accepted + rejected > 0 ? Double(accepted) / Double(accepted + rejected) : nil
  }
}

extension RunComparison.Question {
  fileprivate init(_ both: [(run: RunState, turn: Int)], expected: (String) -> String?) {
    let states = both.map { $0.run.turns[$0.turn] }
    prompt = states[0].prompt
    isShared = states[0].prompt == states[1].prompt
    self.expected = isShared ? expected(prompt) : nil
    let parting = Parting(states[0], states[1])
    isSame = parting == nil
    partsAtStep = if case .step(let step)? = parting { step } else { nil }
    let (step, right) = (partsAtStep, self.expected)
    turns = zip(both, states).map { RunComparison.Question.Turn($1, $0.run, at: step, right) }
    answersAgree =
      if let one = turns[0].answer, let other = turns[1].answer {
        AnswerChecker.agree(one, other)
      } else {
        false
      }
  }
}

extension RunComparison.Question.Turn {
  fileprivate init(_ state: TurnState, _ run: RunState, at parting: Int?, _ expected: String?) {
    let metrics = TurnMetrics(turn: state, run: run)
    turn = state.number
    stop = state.ended?.stop
    let answer = state.answer.flatMap { GivenAnswer($0)?.text }
    self.answer = answer
    isRight = expected.map { right in answer.map { AnswerChecker.agree($0, right) } ?? false }
    seconds = metrics.wallSeconds
    let kept = state.steps.filter { $0.committed != nil }
    steps = kept.count
    accepted = metrics.accepted
    rejected = metrics.rejected
    tokens = metrics.tokens
    if let parting, kept.indices.contains(parting - 1) {
      let state = kept[parting - 1]
      step = RunComparison.Question.Step(
        status: state.committed?.status, score: state.judged?.score,
        text: state.committed?.text ?? "")
    }
  }
}
