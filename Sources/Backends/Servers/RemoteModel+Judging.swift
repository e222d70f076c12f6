import Foundation
import Reasoning
import Traces

extension RemoteModel {
  /// This model's judgements of the last steps of a prefix; alternatives are asked about side by side.
  func judge(_ request: JudgeRequest) async throws -> [Judgement] {
    let server = try await server()
    note(server.facts)
    var request = request
    if role == .draft { request.prefix.rubric = nil }
    if request.judge == .likelihood {
      return try await likelihoods(request, server)
    }
    let question = try await text(of: request.judge)
    var before = request.prefix
    let steps = before.steps.suffix(1) + request.alternatives
    before.steps = before.steps.dropLast()
    let (start, chat) = try await text(of: before)
    let clock = ContinuousClock()
    let begun = clock.now
    var judgements = try await withThrowingTaskGroup(of: (Int, Judgement).self) {
      group -> [Judgement] in
      for (place, step) in steps.enumerated() {
        let text = start + step + "\n\n" + question
        group.addTask { (place, try await self.digits(after: text, chat: chat, server)) }
      }
      var judgements: [Int: Judgement] = [:]
      for try await (place, judgement) in group { judgements[place] = judgement }
      return steps.indices.compactMap { judgements[$0 - steps.startIndex] }
    }
    // Side by side they took less than their sum.
    let sum = judgements.reduce(0) { $0 + $1.seconds }
    let share = sum > 0 ? min(1, (clock.now - begun) / .seconds(1) / sum) : 1
    for place in judgements.indices {
      judgements[place].seconds *= share
      judgements[place].passes = judgements[place].passes?.scaled(by: share)
    }
    return judgements
  }

  /// The probabilities of the digits right after `text`.
  private func digits(
    after text: String, chat: Int, _ server: ConnectedServer
  ) async throws -> Judgement {
    let clock = ContinuousClock()
    let begun = clock.now
    var completion = completion(
      text, maxTokens: 1, sampling: Sampling(temperature: 0), seed: 0)
    switch server.facts.digits {
    case .exact: completion.chosen = server.digitIDs
    case .tops: completion.tops = server.tops
    case .text: break
    }
    let outcome = try await server.speaker.write(completion)
    let passes = await passes(outcome, of: text, chat: chat)
    var judgement = Judgement(
      opinion: DigitReading(outcome).opinion, promptTokens: passes.first?.rows ?? 0,
      seconds: (clock.now - begun) / .seconds(1))
    judgement.unseen = DigitReading(outcome).unseen
    judgement.passes = passes.isEmpty ? nil : passes
    return judgement
  }
}

/// What one token and the most probable ones in its place say about the ten digits.
struct DigitReading: Equatable {
  /// Probabilities of the digits 0 to 9, with and without a space before them.
  private(set) var probabilities = Array(repeating: 0.0, count: 10)
  /// Whether the most probable token is a digit.
  private(set) var isReadable = false
  /// The part of all probability of which nothing was told; nil where no probabilities were.
  private(set) var unseen: Double?

  /// Reads the first token of `outcome`.
  init(_ outcome: Speaker.Outcome) {
    let token = outcome.tokens.first
    let chosen = token.flatMap { $0.text.isEmpty ? nil : $0.text } ?? outcome.text
    var known: [String: Double] = [:]
    for top in token?.tops ?? [] where top.logprob.isFinite {
      // Two tokens of the same text are two places in the sum, but servers that list by text have one.
      known[top.text, default: 0] += exp(min(0, top.logprob))
    }
    if let logprob = token?.logprob, logprob.isFinite, known[chosen] == nil {
      known[chosen] = exp(min(0, logprob))
    }
    let mass = known.values.reduce(0, +)
    // Where the server speculates, it tells zeros: a mass beyond 1 is none.
    guard !known.isEmpty, mass > 0, mass < 1.01 else {
      if let digit = Self.digit(in: chosen) {
        probabilities[digit] = 1
        isReadable = true
      }
      return
    }
    unseen = max(0, 1 - mass)
    for (text, probability) in known {
      if let digit = Self.digit(in: text) { probabilities[digit] += probability }
    }
    let best = known.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? chosen
    isReadable = Self.digit(in: best) != nil
  }

  /// The opinion that a judge score is made of.
  var opinion: Judgement.Opinion {
    .digits(probabilities: probabilities, readable: isReadable)
  }

  private static func digit(in text: String) -> Int? {
    let text = text.hasPrefix(" ") ? text.dropFirst() : text[...]
    guard text.utf8.count == 1, let byte = text.utf8.first,
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    else { return nil }
    return Int(byte - UInt8(ascii: "0"))
  }
}
