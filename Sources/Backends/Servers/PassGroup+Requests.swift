import Foundation
import Reasoning
import Traces

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
