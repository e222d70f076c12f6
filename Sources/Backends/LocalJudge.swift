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
  struct Alternatives {
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

  func requireRoom(for tokens: [Token]) throws {
    guard tokens.count <= session.contextLength else {
      throw ReasoningError(.contextFull(limit: session.contextLength))
    }
  }

  /// A step's tokens without those of nothing but white space at its end.
  func ownTokens(ofStep step: String) -> ArraySlice<Token> {
    let tokens = tokens(ofStep: step)
    return tokens.dropLast(
      tokens.reversed().prefix { token in
        tokenizer.piece(of: token).allSatisfy { Character(Unicode.Scalar($0)).isWhitespace }
      }.count)
  }
}
