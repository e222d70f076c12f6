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
