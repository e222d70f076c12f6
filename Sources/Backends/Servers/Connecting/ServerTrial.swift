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
  /// Sums for the first prompt, for what is added to it, and for a long one: some ten tokens each.
  private static let (few, more, many) = (10..<15, 15..<19, 10..<34)
  private static let greedy = Sampling(temperature: 0)
  private static let decodedTokens = 12

  /// Fills in `server` with what is found.
  ///
  /// One prompt of about 50 tokens serves for most of it, as a large model reads slowly on a small machine.
  func measure(_ server: inout ConnectedServer) async throws {
    let prompt = Self.fresh + Self.sums(Self.few)
    let first = try await firstAnswer(to: prompt, &server)
    let tops = first.tokens.first?.tops.count ?? 0
    server.facts.tops = min(tops, server.tops)
    server.facts.digits = tops >= 5 ? .tops : .text
    // The very first request may be slow for reasons of its own, so what this one takes counts.
    let second = try await server.speaker.write(
      Self.sum(after: prompt + Self.sums(Self.more), tokens: Self.decodedTokens))
    server.facts.cachesPrefixes = Self.isCached(second.usage)
    if server.facts.cachesPrefixes != true,
      server.facts.cachesPrefixes == nil || !server.speaker.kind.cachesByToken
    {
      server.facts.cachesPrefixes = try await keepsLongPrefix(server.speaker)
    }
    server.secondsPerToken = second.secondsPerToken
    let read = server.facts.cachesPrefixes == true ? first.usage.promptTokens ?? 0 : 0
    let (seeds, hot) = try await self.seeds(server.speaker)
    server.facts.seeds = seeds
    // A few tokens that are read tell what each request takes besides; a single one would pass for one that
    // is decoded.
    server.passes =
      [PassGroup](second, by: role, cached: second.usage.cachedTokens ?? read)
      + [PassGroup](hot, by: role, cached: hot.usage.cachedTokens ?? 0).filter {
        $0.rows > 1 || $0.count > 1
      }
  }

  /// A beginning that no earlier run sent, so that the first request finds nothing in a cache.
  private static var fresh: String { "\(Int.random(in: 100_000..<1_000_000)). " }

  /// Sums, which models of numbers know as well.
  private static func sums(_ numbers: Range<Int>) -> String {
    numbers.map { "\($0) + \($0 + 7) = \(2 * $0 + 7). " }.joined()
  }

  /// The result of a sum after `text`, and what follows it.
  private static func sum(after text: String, tokens: Int) -> Completion {
    Completion(prompt: text + "1 + 1 = ", maxTokens: tokens, sampling: greedy, seed: 1)
  }

  /// Whether a long text that was read is kept, by what the server says of the next request or by how long
  /// that takes; nil where neither tells. Some servers keep texts in blocks of 128 tokens.
  private func keepsLongPrefix(_ speaker: Speaker) async throws -> Bool? {
    let text = Self.fresh + Self.sums(Self.many)
    let fresh = try await speaker.write(Self.sum(after: text, tokens: 1))
    let repeated = try await speaker.write(Self.sum(after: text + "2 + 2 = 4. ", tokens: 1))
    return Self.isCached(repeated.usage)
      ?? Self.isCached(fresh: fresh.firstToken, repeated: repeated.firstToken)
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

  /// What seeds do, and the first text that was asked for to find out. A third text is enough where it
  /// differs.
  private func seeds(
    _ speaker: Speaker
  ) async throws -> (ServerFacts.Seeds, first: Speaker.Outcome) {
    var hot = Completion(
      prompt: "On 7", maxTokens: 8, sampling: Sampling(temperature: 2, topP: 1), seed: 1)
    hot.sampling.topK = 0
    hot.sampling.minP = 0
    let first = try await speaker.write(hot)
    guard try await speaker.write(hot).text == first.text else { return (.ignored, first) }
    for seed in [2, 3] as [UInt64] {
      hot.seed = seed
      if try await speaker.write(hot).text != first.text { return (.work, first) }
    }
    return (.same, first)
  }
}
