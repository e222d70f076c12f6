import Foundation
import Reasoning
import Traces

/// Tries out what a server does with texts: log-probabilities, its prefix cache, seeds, and how long it
/// takes.
struct ServerTrial: Sendable {
  let role: Role

  /// The most probable tokens that are asked for: all servers that tell any tell so many, and one goes
  /// down when asked for more than it has.
  static let tops = 20
  /// Sums, which models of numbers know as well: 200 to 300 tokens.
  private static let filler = (10..<34).map { "\($0) + \($0 + 7) = \(2 * $0 + 7). " }.joined()
  private static let greedy = Sampling(temperature: 0)
  private static let decodedTokens = 12

  /// Fills in `server` with what is found.
  func measure(_ server: inout ConnectedServer) async throws {
    // A text that no earlier run sent, so that the first request finds nothing in a cache.
    let fresh = "\(Int.random(in: 100_000..<1_000_000)). " + Self.filler
    let first = try await firstAnswer(to: fresh, &server)
    let tops = first.tokens.first?.tops.count ?? 0
    server.facts.tops = min(tops, server.tops)
    server.facts.digits = tops >= 5 ? .tops : .text
    var again = Completion(
      prompt: fresh + "1 + 1 = ", maxTokens: Self.decodedTokens, sampling: Self.greedy, seed: 1)
    let second = try await server.speaker.write(again)
    server.facts.cachesPrefixes = Self.isCached(second.usage)
    if server.facts.cachesPrefixes == nil {
      // The very first request may be slow for other reasons, so a second fresh one is compared.
      again.prompt = "\(Int.random(in: 100_000..<1_000_000)). " + Self.filler
      again.maxTokens = 1
      let other = try await server.speaker.write(again)
      server.facts.cachesPrefixes = Self.isCached(
        fresh: min(first.firstToken, other.firstToken), repeated: second.firstToken)
    }
    server.secondsPerToken = second.secondsPerToken
    server.passes =
      [PassGroup](first, by: role, cached: 0)
      + [PassGroup](
        second, by: role,
        cached: second.usage.cachedTokens
          ?? (server.facts.cachesPrefixes == true ? first.usage.promptTokens ?? 0 : 0))
    server.facts.seeds = try await seeds(server.speaker)
  }

  /// The answer to the first request; where that is refused, the next asks for less: for fewer tokens, and
  /// of servers of which nothing is known by the common fields alone.
  private func firstAnswer(
    to prompt: String, _ server: inout ConnectedServer
  ) async throws -> Speaker.Outcome {
    let manners = server.speaker.kind == .other ? [false, true] : [false]
    let attempts = manners.flatMap { isStrict in
      [Self.tops, 5, 0].map { (tops: $0, isStrict: isStrict) }
    }
    var refusal: ServerError?
    var knowsFields = true
    for (tops, isStrict) in attempts where isStrict || knowsFields {
      server.tops = tops
      server.speaker.isStrict = isStrict
      server.facts.isStrict = isStrict
      do {
        return try await server.speaker.write(
          Completion(
            prompt: prompt, maxTokens: 1, sampling: Self.greedy, seed: 1, tops: tops))
      } catch let error as ServerError {
        guard case .refused(let status, _) = error.reason, status == 400 || status == 422 else {
          throw error
        }
        refusal = refusal ?? error
        // It says that it is fields of the request that it does not take.
        if status == 422, manners.count > 1 { knowsFields = false }
      }
    }
    throw refusal ?? server.speaker.link.error(.lost)
  }

  /// Whether the server gives the probabilities of the tokens that were asked for.
  func tellsChosen(_ server: ConnectedServer) async throws -> Bool {
    let completion = Completion(
      prompt: "1 + 1 = ", maxTokens: 1, sampling: Self.greedy, seed: 1, chosen: server.digitIDs)
    guard server.digitIDs.count == 10, let outcome = try? await server.speaker.write(completion),
      let tops = outcome.tokens.first?.tops
    else { return false }
    return (0...9).allSatisfy { digit in tops.contains { $0.text == "\(digit)" } }
  }

  /// What the server says of its cache; nil where it says nothing.
  private static func isCached(_ usage: CompletionPiece.Usage) -> Bool? {
    guard let cached = usage.cachedTokens, let all = usage.promptTokens, all > 0 else { return nil }
    return cached * 4 >= all
  }

  /// What times say; nil where they are too short to tell.
  private static func isCached(fresh: Double, repeated: Double) -> Bool? {
    guard fresh > 0.05 else { return nil }
    if repeated < 0.6 * fresh { return true }
    return repeated > 0.85 * fresh ? false : nil
  }

  private func seeds(_ speaker: Speaker) async throws -> ServerFacts.Seeds? {
    var hot = Completion(
      prompt: "On 7", maxTokens: 8, sampling: Sampling(temperature: 2, topP: 1), seed: 1)
    hot.sampling.topK = 0
    hot.sampling.minP = 0
    var texts: [String] = []
    for seed in [1, 1, 2, 3] as [UInt64] {
      hot.seed = seed
      texts.append(try await speaker.write(hot).text)
    }
    guard texts[0] == texts[1] else { return .ignored }
    return texts[2] == texts[0] && texts[3] == texts[0] ? .same : .work
  }
}

extension [PassGroup] {
  /// The same with a part of their time.
  func scaled(by share: Double) -> [PassGroup] {
    map { group in
      var part = group
      part.seconds *= share
      part.promptSeconds = group.promptSeconds.map { $0 * share }
      return part
    }
  }

  /// The passes of one request as its client sees them: one that reads the new part of the prompt and
  /// gives the first token, with all that the request takes besides; and one for each further token.
  ///
  /// - Parameters:
  ///   - cached: Tokens of the prompt that the server had in its cache.
  ///   - promptShare: The part of the prompt's tokens that the chat has, 0 to 1.
  init(_ outcome: Speaker.Outcome, by role: Role, cached: Int, promptShare: Double = 0) {
    self = []
    guard let prompt = outcome.usage.promptTokens, prompt > 0, outcome.firstToken > 0 else {
      return
    }
    let context = Swift.max(0, Swift.min(cached, prompt - 1))
    let rows = prompt - context
    var reading = PassGroup(
      by: Author(role), rows: rows, context: context, count: 1, seconds: outcome.firstToken)
    let ofChat = Swift.max(0, Swift.min(rows, Int(Double(prompt) * promptShare) - context))
    if ofChat > 0 { reading.promptSeconds = reading.seconds * Double(ofChat) / Double(rows) }
    append(reading)
    if outcome.count > 1, outcome.lastToken > outcome.firstToken {
      append(
        PassGroup(
          by: Author(role), rows: 1, context: prompt + outcome.count / 2, count: outcome.count - 1,
          seconds: outcome.lastToken - outcome.firstToken))
    }
  }
}
