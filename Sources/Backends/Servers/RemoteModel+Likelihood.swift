import Foundation
import Reasoning
import Traces

/// The log-probabilities of steps that stand already, where a server tells them of a given text.
extension RemoteModel {
  /// One judgement for each of the last steps, or for the last one and each of its alternatives.
  func likelihoods(_ request: JudgeRequest, _ server: ConnectedServer) async throws -> [Judgement] {
    guard let way = server.likelihood else {
      throw server.speaker.link.error(
        .noLikelihood(server.facts.likelihoodObstacle ?? "it does not tell them"))
    }
    let scorer = LikelihoodScorer(server: server, way: way, role: role, cacheSalt: cacheSalt)
    var before = request.prefix
    before.steps.removeLast(min(request.steps, before.steps.count))
    let start = try await scorer.tokens(of: try await text(of: before).text, isWhole: true)
    if request.alternatives.isEmpty {
      return try await scorer.judgements(
        of: Array(request.prefix.steps.suffix(request.steps)), after: start)
    }
    var judgements: [Judgement] = []
    for step in request.texts {
      judgements += try await scorer.judgements(of: [step], after: start)
    }
    return judgements
  }
}

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

/// All beginnings of a text, each to be continued by one token.
private struct PrefixesRequest: Encodable, Sendable {
  var model: String
  var prompt: [[Int]]
  var max_tokens = 1
  var temperature = 0.0
  var logprobs = 0
  var logprob_token_ids: [Int]
  var return_tokens_as_token_ids = true
  // Defaults come from the model's files.
  var repetition_penalty = 1.0
  var presence_penalty = 0.0
  var frequency_penalty = 0.0
  var cache_salt: String?

  init(_ tokens: [Int], from first: Int, _ model: String, _ cacheSalt: String?) {
    self.model = model
    cache_salt = cacheSalt
    prompt = (first..<tokens.count).map { Array(tokens[..<$0]) }
    logprob_token_ids = Array(Set(tokens[first...])).sorted()
  }
}

private struct PrefixesAnswer: Decodable, Sendable {
  struct Choice: Decodable, Sendable {
    struct Logprobs: Decodable, Sendable {
      var top_logprobs: [[String: Double?]?]?
    }

    var index: Int
    var logprobs: Logprobs?
  }

  var choices: [Choice]

  func scores(of tokens: [Int]) -> [(own: Double, best: Double)?] {
    let tops = Dictionary(
      choices.map { ($0.index, $0.logprobs?.top_logprobs?.first.flatMap(\.self) ?? [:]) }
    ) { first, _ in first }
    return tokens.enumerated().map { place, token in
      let known = (tops[place] ?? [:]).compactMapValues(\.self)
      guard let own = known["token_id:\(token)"], let best = known.values.max() else { return nil }
      return (own, best)
    }
  }
}

private struct PromptRequest: Encodable, Sendable {
  var model: String
  var prompt: [Int]
  var max_tokens = 1
  var temperature = 0.0
  var prompt_logprobs = 1
  var repetition_penalty = 1.0
  var presence_penalty = 0.0
  var frequency_penalty = 0.0
  var cache_salt: String?
}

private struct PromptLogprobsAnswer: Decodable, Sendable {
  struct Choice: Decodable, Sendable {
    struct Entry: Decodable, Sendable {
      var logprob: Double
    }

    var prompt_logprobs: [[String: Entry]?]?
  }

  var choices: [Choice]

  func scores(of tokens: [Int], from first: Int) -> [(own: Double, best: Double)?] {
    let list = choices.first?.prompt_logprobs ?? []
    return (first..<tokens.count).map { place in
      guard place < list.count, let known = list[place],
        let own = known["\(tokens[place])"]?.logprob,
        let best = known.values.map(\.logprob).max()
      else { return nil }
      return (own, best)
    }
  }
}

private struct StartRequest: Encodable, Sendable {
  struct Parameters: Encodable, Sendable {
    var max_new_tokens = 1
    var temperature = 0.0
    var repetition_penalty = 1.0
    var presence_penalty = 0.0
    var frequency_penalty = 0.0
  }

  var input_ids: [Int]
  var sampling_params = Parameters()
  var return_logprob = true
  var logprob_start_len: Int
  var top_logprobs_num = 1
}

private struct StartAnswer: Decodable, Sendable {
  /// `[logprob, id, text]`; the logarithm of the first is null.
  struct Entry: Decodable, Sendable {
    var logprob: Double?
    var id: Int

    init(from decoder: any Decoder) throws {
      var list = try decoder.unkeyedContainer()
      logprob = try list.decodeIfPresent(Double.self)
      id = try list.decode(Int.self)
    }
  }

  struct Information: Decodable, Sendable {
    var input_token_logprobs: [Entry]
    var input_top_logprobs: [[Entry]?]
  }

  var meta_info: Information

  func scores(of tokens: [Int]) -> [(own: Double, best: Double)?] {
    let own = meta_info.input_token_logprobs.suffix(tokens.count)
    let best = meta_info.input_top_logprobs.suffix(tokens.count)
    guard own.count == tokens.count, best.count == tokens.count else { return [] }
    return zip(zip(own, best), tokens).map { pair, token in
      let (entry, tops) = pair
      guard entry.id == token, let logprob = entry.logprob else { return nil }
      return (logprob, max(logprob, tops?.compactMap(\.logprob).max() ?? logprob))
    }
  }
}
