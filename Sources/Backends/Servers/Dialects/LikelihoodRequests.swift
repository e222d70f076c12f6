import Foundation

/// All beginnings of a text, each to be continued by one token.
struct PrefixesRequest: Encodable, Sendable {
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

struct PrefixesAnswer: Decodable, Sendable {
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

struct PromptRequest: Encodable, Sendable {
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

struct PromptLogprobsAnswer: Decodable, Sendable {
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

struct StartRequest: Encodable, Sendable {
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

struct StartAnswer: Decodable, Sendable {
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
