import Foundation
import Reasoning
import Traces

extension RemoteModel {
  /// This model's judgements of the last steps of a prefix; alternatives are asked about side by side.
  func judge(_ request: JudgeRequest) async throws -> [Judgement] {
    let server = try await server()
    if request.judge == .likelihood {
      return try await likelihoods(request, server)
    }
    let question = try await text(of: request.judge)
    var before = request.prefix
    before.steps = before.steps.dropLast()
    let (start, chat) = try await text(of: before)
    return try await Judgement.sideBySide(request.texts) { _, step in
      try await self.digits(after: start + step + "\n\n" + question, chat: chat, server)
    }
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
    let passes = passes(outcome, of: text, chat: chat, at: server)
    var judgement = Judgement(
      opinion: DigitReading(outcome).opinion, promptTokens: passes.first?.rows ?? 0,
      seconds: (clock.now - begun) / .seconds(1))
    judgement.unseen = DigitReading(outcome).unseen
    judgement.passes = passes.isEmpty ? nil : passes
    return judgement
  }
}
