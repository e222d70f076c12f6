import Traces

@testable import Evaluation

extension ObservedStep {
  /// Steps in which the draft takes 1 s, the base model 2 s for 20 tokens, a judgement 0.4 s.
  static func samples(own: [Double], draft: [Double], same: [Bool]) -> [ObservedStep] {
    own.indices.map { place in
      func scored(_ score: Double, seconds: Double) -> StepScored {
        StepScored(
          StepJudged(
            step: 1, score: score, greedy: nil, average: nil, probabilities: [], readable: true,
            promptTokens: 30, seconds: seconds), by: .likelihood)
      }
      return ObservedStep(
        problem: 1, step: place + 1, own: Work(tokens: 20, seconds: 2),
        draft: Work(tokens: 20, seconds: 1), saysSame: same[place],
        ownScores: [scored(own[place], seconds: 0)],
        draftScores: [scored(draft[place], seconds: 0.4)])
    }
  }
}
