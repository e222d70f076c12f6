import Inference
import Reasoning

extension LocalModel {
  /// As `likelihoods(of:in:)`, for alternative steps in shared passes.
  func likelihoods(ofEach texts: Alternatives) throws -> [Judgement] {
    let whole = texts.steps.map { texts.before + $0.tokens.prefix($0.own) }
    for text in whole { try requireRoom(for: text) }
    let scores = try session.score(whole, sharing: texts.before.count) {
      try Task.checkCancellation()
    }
    return scores.enumerated().map { place, scores in
      Judgement(
        opinion: .likelihood(scores),
        promptTokens: texts.prefilled(place, texts.steps[place].own), seconds: 0)
    }
  }

  /// The log-probabilities of the tokens of the last `count` steps, from the pass that fills the
  /// cache.
  ///
  /// Trailing tokens of white space only are left out: a last step may be followed by `</think>` as
  /// well as by a blank line.
  func likelihoods(of count: Int, in prefix: Prefix) throws -> [Judgement] {
    var before = prefix
    before.steps.removeLast(min(count, before.steps.count))
    var whole = try tokens(of: before)
    let start = whole.count
    var own: [Range<Int>] = []
    for step in prefix.steps.suffix(count) {
      own.append(whole.count..<whole.count + ownTokens(ofStep: step).count)
      whole += tokens(ofStep: step)
    }
    whole.removeSubrange((own.last?.upperBound ?? whole.count)...)
    try requireRoom(for: whole)
    let cached = zip(whole, session.tokens).prefix { $0 == $1 }.count
    let scores = try session.score(whole, from: start) { try Task.checkCancellation() }
    var first = min(cached, start - 1)
    return own.map { range in
      let scores = scores[(range.lowerBound - start)..<(range.upperBound - start)]
      defer { first = range.upperBound }
      return Judgement(
        opinion: .likelihood(Array(scores)), promptTokens: range.upperBound - first, seconds: 0)
    }
  }
}

extension Judgement.Opinion {
  /// The opinion that the log-probabilities of a step's tokens are.
  static func likelihood(_ scores: [TokenScore]) -> Self {
    .likelihood(tokens: scores.map(\.logProbability), best: scores.map(\.bestLogProbability))
  }
}
