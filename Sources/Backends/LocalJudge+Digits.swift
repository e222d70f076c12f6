import Foundation
import Inference
import Reasoning

extension LocalModel {
  /// The probabilities of the digits right after the question, for each text, from one shared
  /// prefill. If the base model then regenerates the step, it starts from this pass's logits.
  func digits(
    ofEach texts: Alternatives, askedBy question: [Token]
  ) throws -> [Judgement] {
    let parts = texts.steps.map { $0.tokens + question }
    let whole = parts.map { texts.before + $0 }
    for text in whole { try requireRoom(for: text) }
    var judgements: [Int: Judgement] = [:]
    try session.compute(whole, sharing: texts.before.count) {
      try Task.checkCancellation()
    } visit: { place, positions in
      guard positions.upperBound == whole[place].count else { return }
      judgements[place] = Judgement(
        opinion: try digits(), promptTokens: texts.prefilled(place, parts[place].count), seconds: 0)
    }
    return parts.indices.compactMap { judgements[$0] }
  }

  /// The probabilities of the digits 0 to 9 after the session's last token.
  private func digits() throws -> Judgement.Opinion {
    guard digitTokens.allSatisfy({ !$0.isEmpty }) else {
      throw LocalEngineError.noDigitTokens(model: name)
    }
    let logits = Logits(session.logits)
    guard let normaliser = logits.logSumExp else {
      throw SessionError.notFinite(model: name)
    }
    let probabilities = digitTokens.map { tokens in
      tokens.reduce(0.0) { $0 + Double(exp(logits.values[Int($1)] - normaliser)) }
    }
    let best = Token(clamping: logits.mostProbable)
    let readable = digitTokens.contains { $0.contains(best) }
    return .digits(probabilities: probabilities, readable: readable)
  }
}
