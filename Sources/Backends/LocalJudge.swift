import Foundation
import Inference
import Reasoning
import Traces

extension LocalModel {
  /// Gives this model's opinions of the last steps of a prefix, at least one, without their times.
  func judge(_ request: JudgeRequest) throws -> [Judgement] {
    switch request.judge {
    case .wording, .continuation:
      precondition(request.steps == 1, "each step would need its own question")
      return try digits(ofEach: try texts(of: request), askedBy: try judgeTokens(request.judge))
    case .likelihood:
      return request.alternatives.isEmpty
        ? try likelihoods(of: request.steps, in: request.prefix)
        : try likelihoods(ofEach: try texts(of: request))
    }
  }

  /// Texts that begin alike and end with a step each.
  private struct Alternatives {
    /// Tokens of what comes before the step.
    var before: [Token]
    /// Tokens of the step, without what only ends it, and all of them.
    var steps: [(own: Int, tokens: [Token])]
    /// How many tokens of what comes before are computed already.
    var cached: Int

    /// Tokens that a pass computes for the text of `place`, whose part is `count` tokens long: the
    /// last of what comes before belongs to each.
    func prefilled(_ place: Int, _ count: Int) -> Int {
      count + (place == 0 ? max(1, before.count - cached) : 1)
    }
  }

  private func texts(of request: JudgeRequest) throws -> Alternatives {
    var before = request.prefix
    let steps = before.steps.suffix(1) + request.alternatives
    before.steps = before.steps.dropLast()
    let tokens = try tokens(of: before)
    return Alternatives(
      before: tokens,
      steps: steps.map { (ownTokens(ofStep: $0).count, self.tokens(ofStep: $0)) },
      cached: session.cached(of: tokens))
  }

  /// One prefill for all, and the digits' probabilities in the distributions of the one token after
  /// each; a rewrite begins with what this pass knows of the steps' tokens.
  private func digits(
    ofEach texts: Alternatives, askedBy question: [Token]
  ) throws -> [Judgement] {
    let parts = texts.steps.map { $0.tokens + question }
    let whole = parts.map { texts.before + $0 }
    for text in whole { try requireRoom(for: text) }
    var judgements: [Int: Judgement] = [:]
    try session.compute(whole, sharing: texts.before.count) {
      try Task.checkCancellation()
    } visit: { place, positions in
      guard positions.upperBound == whole[place].count else { return }
      judgements[place] = Judgement(
        opinion: try digits(), promptTokens: texts.prefilled(place, parts[place].count), seconds: 0)
    }
    return parts.indices.compactMap { judgements[$0] }
  }

  /// As `likelihoods(of:in:)`, for several texts in shared passes.
  private func likelihoods(ofEach texts: Alternatives) throws -> [Judgement] {
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

  /// The digits' probabilities in the distribution after the session's last token.
  private func digits() throws -> Judgement.Opinion {
    guard digitTokens.allSatisfy({ !$0.isEmpty }) else {
      throw LocalEngineError.noDigitTokens(model: model.name)
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
    return .digits(probabilities: probabilities, readable: readable)
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

  /// A step's tokens without those of nothing but white space at its end.
  private func ownTokens(ofStep step: String) -> ArraySlice<Token> {
    let tokens = tokens(ofStep: step)
    return tokens.dropLast(
      tokens.reversed().prefix { token in
        tokenizer.piece(of: token).allSatisfy { Character(Unicode.Scalar($0)).isWhitespace }
      }.count)
  }
}

extension Judgement.Opinion {
  fileprivate static func likelihood(_ scores: [TokenScore]) -> Self {
    .likelihood(tokens: scores.map(\.logProbability), best: scores.map(\.bestLogProbability))
  }
}
