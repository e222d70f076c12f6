import Foundation
import Reasoning
import Traces

/// Asks a server for the log-probabilities of the tokens of steps.
struct LikelihoodScorer: Sendable {
  let server: ConnectedServer
  let way: LikelihoodWay
  let role: Role
  /// A word that sets requests apart from those of before; nil for none.
  var cacheSalt: String?

  private var link: ServerLink { server.speaker.link }
  private var model: String { server.speaker.model }

  /// The server's tokens of `text`, which is not empty.
  ///
  /// - Parameter isWhole: It is the beginning of a prompt, before which a token may have to stand that
  ///   the text does not have.
  func tokens(of text: String, isWhole: Bool = false) async throws -> [Int] {
    var question = Tokenize(model: model, prompt: text)
    question.add_special_tokens = isWhole && !server.speaker.promptsHaveBeginning
    let tokens = try await link.ask("/tokenize", question, as: TokensAnswer.self).tokens
    // No token is shorter than a byte, but for those that stand around a text.
    guard !tokens.isEmpty, tokens.count <= text.utf8.count + 8 else {
      throw link.error(
        .unintelligible("\(tokens.count) tokens for \(text.utf8.count) bytes of text"))
    }
    return tokens
  }

  /// Judgements of `steps`, one after another, after the tokens `start`.
  ///
  /// Tokens of the blank line alone are left out, as a last step may be followed by a tag as well.
  func judgements(of steps: [String], after start: [Int]) async throws -> [Judgement] {
    let clock = ContinuousClock()
    let begun = clock.now
    let blank = try await tokens(of: "\n\n")
    var whole = start
    var own: [Range<Int>] = []
    for step in steps {
      var tokens = try await tokens(of: step + "\n\n")
      let count = tokens.count
      if tokens.count > blank.count, tokens.suffix(blank.count).elementsEqual(blank) {
        tokens.removeLast(blank.count)
      }
      own.append(whole.count..<whole.count + tokens.count)
      whole += tokens + (count > tokens.count ? blank : [])
    }
    whole.removeSubrange((own.last?.upperBound ?? whole.count)...)
    let scores = try await scores(of: whole, from: start.count)
    let seconds = (clock.now - begun) / .seconds(1)
    let read = way == .promptLogprobs ? whole.count : whole.count - start.count
    let pass = PassGroup(
      by: Author(role), rows: max(1, read), context: whole.count - read, count: 1, seconds: seconds)
    var first = start.count
    return own.enumerated().map { place, range in
      let scores = scores[(range.lowerBound - start.count)..<(range.upperBound - start.count)]
      defer { first = range.upperBound }
      let tokens = range.upperBound - first
      var judgement = Judgement(
        opinion: .likelihood(tokens: scores.map(\.own), best: scores.map(\.best)),
        promptTokens: tokens,
        seconds: seconds * Double(tokens) / Double(max(1, whole.count - start.count)))
      judgement.stepTokens = range.count
      judgement.passes = place == 0 ? [pass] : []
      return judgement
    }
  }

  /// The log-probability of each token from `first` on, and of the best one in its place.
  private func scores(
    of tokens: [Int], from first: Int
  ) async throws -> [(own: Double, best: Double)] {
    guard first > 0, first < tokens.count else { return [] }
    do {
      return try await told(of: tokens, from: first)
    } catch let error as ServerError where error.saysContextIsFull {
      throw ReasoningError(.contextFull(limit: server.facts.context ?? 0))
    }
  }

  private func told(
    of tokens: [Int], from first: Int
  ) async throws -> [(own: Double, best: Double)] {
    let time = link.patience.firstToken
    let scores: [(own: Double, best: Double)?]
    switch way {
    case .prefixes:
      let answer = try await link.ask(
        "/v1/completions", PrefixesRequest(tokens, from: first, model, cacheSalt), within: time,
        as: PrefixesAnswer.self)
      scores = answer.scores(of: Array(tokens[first...]))
    case .promptLogprobs:
      let answer = try await link.ask(
        "/v1/completions", PromptRequest(model: model, prompt: tokens, cache_salt: cacheSalt),
        within: time,
        as: PromptLogprobsAnswer.self)
      scores = answer.scores(of: tokens, from: first)
    case .logprobStart:
      let answer = try await link.ask(
        "/generate", StartRequest(input_ids: tokens, logprob_start_len: first - 1), within: time,
        as: StartAnswer.self)
      scores = answer.scores(of: Array(tokens[first...]))
    }
    let whole = scores.compactMap(\.self)
    guard whole.count == tokens.count - first else {
      throw link.error(.unintelligible("fewer log-probabilities than tokens"))
    }
    return whole
  }
}
