import Foundation
import Inference
import Reasoning
import Traces

extension PairMember {
  /// Gives this model's opinions of the last steps of a prefix, at least one, without their times.
  func judge(_ request: JudgeRequest) throws -> [Judgement] {
    switch request.judge {
    case .wording, .continuation:
      precondition(request.steps == 1, "each step would need its own question")
      let (opinion, prefilled) = try digits(
        after: request.prefix, askedBy: try judgeTokens(request.judge))
      return [Judgement(opinion: opinion, promptTokens: prefilled, seconds: 0)]
    case .likelihood:
      return try likelihoods(of: request.steps, in: request.prefix)
    }
  }

  /// One prefill, and the digits' probabilities in the distribution of the one token after it.
  private func digits(
    after prefix: Prefix, askedBy question: [Token]
  ) throws -> (Judgement.Opinion, Int) {
    guard digitTokens.allSatisfy({ !$0.isEmpty }) else {
      throw LocalEngineError.noDigitTokens(model: model.name)
    }
    var before = prefix
    before.steps.removeLast()
    let prompt = try tokens(of: prefix) + question
    try requireRoom(for: prompt)
    // A rewrite begins with what this pass knows of the step's tokens.
    let prefilled = try session.prepare(for: prompt, logitsFrom: tokens(of: before).count - 1) {
      try Task.checkCancellation()
    }
    let logits = Logits(session.logits)
    guard let normaliser = logits.logSumExp else {
      throw SessionError.notFinite(model: model.name)
    }
    let probabilities = digitTokens.map { tokens in
      tokens.reduce(0.0) { $0 + Double(exp(logits.values[Int($1)] - normaliser)) }
    }
    let best = Token(clamping: logits.mostProbable)
    let readable = digitTokens.contains { $0.contains(best) }
    return (.digits(probabilities: probabilities, readable: readable), prefilled)
  }

  private func requireRoom(for tokens: [Token]) throws {
    guard tokens.count <= session.contextLength else {
      throw ReasoningError(.contextFull(limit: session.contextLength))
    }
  }

  /// The probabilities of the last `count` steps' own tokens, from the pass that fills the cache.
  ///
  /// Tokens of nothing but white space after a step are left out: a last step may be followed by
  /// `</think>` just as well as by a blank line.
  private func likelihoods(of count: Int, in prefix: Prefix) throws -> [Judgement] {
    var before = prefix
    before.steps.removeLast(min(count, before.steps.count))
    var whole = try tokens(of: before)
    let start = whole.count
    var own: [Range<Int>] = []
    for step in prefix.steps.suffix(count) {
      let tokens = tokens(ofStep: step)
      let blank = tokens.reversed().prefix { token in
        tokenizer.piece(of: token).allSatisfy { Character(Unicode.Scalar($0)).isWhitespace }
      }
      own.append(whole.count..<whole.count + tokens.count - blank.count)
      whole += tokens
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
        opinion: .likelihood(
          tokens: scores.map(\.logProbability), best: scores.map(\.bestLogProbability)),
        promptTokens: range.upperBound - first, seconds: 0)
    }
  }
}
