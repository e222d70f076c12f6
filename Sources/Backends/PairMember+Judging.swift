import Foundation
import Inference
import Reasoning
import Traces

extension PairMember {
  /// Gives this model's opinion of the last step of a prefix.
  func judge(_ request: JudgeRequest) throws -> Judgement {
    let clock = ContinuousClock()
    let start = clock.now
    let (opinion, prefilled) =
      switch request.judge {
      case .wording, .continuation:
        try digits(after: request.prefix, askedBy: try judgeTokens(request.judge))
      case .likelihood:
        try likelihood(of: request.prefix)
      }
    return Judgement(
      opinion: opinion, promptTokens: prefilled, seconds: (clock.now - start) / .seconds(1))
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

  /// The probabilities of the last step's own tokens, from the pass that fills the cache.
  ///
  /// Tokens of nothing but white space after it are left out: a last step may be followed by
  /// `</think>` just as well as by a blank line.
  private func likelihood(of prefix: Prefix) throws -> (Judgement.Opinion, Int) {
    var before = prefix
    let step = before.steps.popLast() ?? ""
    let context = try tokens(of: before)
    let own = tokens(ofStep: step).reversed().drop { token in
      tokenizer.piece(of: token).allSatisfy { Character(Unicode.Scalar($0)).isWhitespace }
    }
    let whole = context + own.reversed()
    try requireRoom(for: whole)
    let cached = zip(whole, session.tokens).prefix { $0 == $1 }.count
    let scores = try session.score(whole, from: context.count) { try Task.checkCancellation() }
    let opinion = Judgement.Opinion.likelihood(
      tokens: scores.map(\.logProbability), best: scores.map(\.bestLogProbability))
    return (opinion, whole.count - min(cached, context.count - 1))
  }
}
