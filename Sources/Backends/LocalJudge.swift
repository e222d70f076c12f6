import Inference
import Reasoning
import Traces

extension LocalModel {
  /// This model's judgements of the last steps of a prefix, at least one; their `seconds` are 0.
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

  /// Alternative steps after the same prefix.
  struct Alternatives {
    /// The prefix without the step, in tokens.
    var before: [Token]
    /// For each step, how many tokens it has without trailing white space, and all of its tokens.
    var steps: [(own: Int, tokens: [Token])]
    /// How many tokens of `before` are in the KV cache.
    var cached: Int

    /// Tokens computed for alternative `place` when `count` tokens follow the prefix. The last
    /// token of the prefix is computed for each alternative.
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

  /// Throws when `tokens` exceed the context.
  func requireRoom(for tokens: [Token]) throws {
    guard tokens.count <= session.contextLength else {
      throw ReasoningError(.contextFull(limit: session.contextLength))
    }
  }

  /// A step's tokens without trailing tokens of white space only.
  func ownTokens(ofStep step: String) -> ArraySlice<Token> {
    let tokens = tokens(ofStep: step)
    return tokens.dropLast(
      tokens.reversed().prefix { token in
        tokenizer.piece(of: token).allSatisfy { Character(Unicode.Scalar($0)).isWhitespace }
      }.count)
  }
}
