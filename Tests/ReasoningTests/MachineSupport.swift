import Foundation
import Reasoning
import Traces

/// Drives a machine as the reasoner does, with one-line inputs.
struct MachineRun {
  var machine: ReasoningMachine
  private(set) var events: [Event.Kind] = []
  private(set) var action: ReasoningMachine.Action

  init(_ options: RunOptions = RunOptions.published()) {
    machine = ReasoningMachine(options: options, messages: [ChatMessage(.user, "problem")])
    let transition = machine.start()
    events = transition.events
    action = transition.action
  }

  /// The model wrote `text`, of as many tokens.
  mutating func generated(
    _ text: String, _ stop: Generation.Stop = .stepEnd, tokens: Int = 10,
    speculation: TokenSpeculation? = nil, entropy: Double? = nil, probabilities: [Double]? = nil
  ) {
    var generation = Generation(
      text: text, tokens: tokens, stop: stop, seconds: 1, decodeSeconds: 0.5,
      speculation: speculation)
    generation.firstEntropy = entropy
    generation.logprobs = probabilities?.map { log($0) }
    follow(machine.generated(generation))
  }

  /// The model's context has no room for a prompt of `tokens`.
  mutating func foundNoRoom(prompt tokens: Int) {
    var generation = Generation(
      text: "", tokens: 0, stop: .contextFull, seconds: 0, decodeSeconds: 0)
    generation.contextTokens = tokens
    follow(machine.generated(generation))
  }

  /// The judge gave `score`; nil is unreadable.
  mutating func judged(_ score: Double?, probabilities: [Double] = []) {
    judged(each: [score], probabilities: probabilities)
  }

  /// The judge gave a score for each draft.
  mutating func judged(each scores: [Double?], probabilities: [Double] = []) {
    guard case .judge(let step, _, _, let kind) = action else {
      preconditionFailure("nothing to judge")
    }
    follow(
      machine.judged(
        scores.map { score in
          var judged = StepJudged(
            step: step, score: score, greedy: nil, average: nil, probabilities: probabilities,
            readable: score != nil, promptTokens: 20, seconds: 0.1)
          judged.by = kind.asksBase ? nil : .draft
          return judged
        }))
  }

  /// The person asks for `steering`, when `partial` was written of what is at hand.
  mutating func steered(by steering: Steering, partial: String? = nil) {
    let generation = partial.map {
      Generation(text: $0, tokens: 3, stop: .limit, seconds: 1, decodeSeconds: 1)
    }
    follow(machine.steered(by: steering, partial: generation))
  }

  mutating func interrupted(by stop: StopReason, partial: String? = nil) {
    let generation = partial.map {
      Generation(text: $0, tokens: 3, stop: .limit, seconds: 1, decodeSeconds: 1)
    }
    follow(machine.interrupted(by: stop, partial: generation))
  }

  /// What the turn amounts to so far.
  var totals: TurnTotals { machine.turn.totals }

  private mutating func follow(_ transition: ReasoningMachine.Transition) {
    events += transition.events
    action = transition.action
  }

  /// Who generates next, and which step; nil when nothing is to be generated.
  var next: NextGeneration? {
    request.map { NextGeneration(role: $0.role, step: $0.step) }
  }

  var prefix: Prefix? {
    switch action {
    case .generate(let request, _): request.prefix
    case .judge(_, let prefix, _, _): prefix
    case .ask, .finish: nil
    }
  }

  var maxTokens: Int? { request?.maxTokens }

  var request: GenerationRequest? {
    guard case .generate(let request, _) = action else { return nil }
    return request
  }

  /// Requests for further drafts that may be generated beside the one asked for.
  var alternatives: [GenerationRequest] {
    guard case .generate(_, let alternatives) = action else { return [] }
    return alternatives
  }

  /// The texts to be judged; empty when none are.
  var judgedTexts: [String] {
    guard case .judge(_, let prefix, let alternatives, _) = action else { return [] }
    return prefix.steps.suffix(1) + alternatives
  }

  var stop: StopReason? {
    guard case .finish(let stop) = action else { return nil }
    return stop
  }

  var committed: [StepCommitted] {
    events.compactMap { if case .stepCommitted(let step) = $0 { step } else { nil } }
  }

  var decided: [StepDecided] {
    events.compactMap { if case .stepDecided(let step) = $0 { step } else { nil } }
  }

  var routed: [StepRouted] {
    events.compactMap { if case .stepRouted(let step) = $0 { step } else { nil } }
  }

  var screened: [StepScreened] {
    events.compactMap { if case .stepScreened(let step) = $0 { step } else { nil } }
  }

  /// The judge that is asked; nil where none is.
  var judge: JudgeKind? {
    guard case .judge(_, _, _, let judge) = action else { return nil }
    return judge
  }

  var branches: [BranchStarted] {
    events.compactMap { if case .branchStarted(let branch) = $0 { branch } else { nil } }
  }

  var answer: Answer? {
    events.lazy.compactMap { if case .answer(let answer) = $0 { answer } else { nil } }.first
  }
}

struct NextGeneration: Equatable {
  var role: Role
  /// Nil for the answer.
  var step: Int?
}
