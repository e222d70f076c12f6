import Reasoning
import Traces

/// The messages of a request as the reasoner knows a chat: a system prompt, earlier turns, and what is
/// asked now.
struct Conversation: Sendable, Equatable {
  /// An earlier question and its answer.
  struct Turn: Sendable, Equatable {
    var prompt: String
    var answer: String
  }

  /// All system messages, joined; nil for none.
  var system: String?
  /// The earlier turns in order.
  var turns: [Turn] = []
  /// What is asked.
  var prompt = ""

  /// Messages of one speaker that follow each other become one, with a blank line between.
  ///
  /// - Throws: ``APIError`` where the last message is not the user's, or an answer comes before any
  ///   question.
  init(_ messages: [ChatMessage]) throws(APIError) {
    var merged: [ChatMessage] = []
    for message in messages where message.speaker != .system {
      if merged.last?.speaker == message.speaker {
        merged[merged.count - 1].text += "\n\n" + message.text
      } else {
        merged.append(message)
      }
    }
    let system = messages.filter { $0.speaker == .system }.map(\.text)
    self.system = system.isEmpty ? nil : system.joined(separator: "\n\n")
    guard let last = merged.popLast(), last.speaker == .user,
      !last.text.allSatisfy(\.isWhitespace)
    else {
      throw .invalid("messages", "The last message must be the user's, and have a text.")
    }
    prompt = last.text
    guard merged.first.map({ $0.speaker == .user }) ?? true else {
      throw .invalid("messages", "An assistant message must follow one of the user's.")
    }
    for place in stride(from: 0, to: merged.count - 1, by: 2) {
      turns.append(Turn(prompt: merged[place].text, answer: merged[place + 1].text))
    }
  }

  /// Bytes that a token has at most, on average.
  private static let mostBytesPerToken = 256
  /// Tokens of a message without a text: its beginning, its speaker and its end.
  private static let leastTokensPerMessage = 3

  /// A lower bound of its tokens, found without reading it.
  ///
  /// - Parameter earlierTurns: How many earlier turns the models see; nil for all.
  func leastTokens(seeing earlierTurns: Int?) -> Int {
    let seen = turns.suffix(earlierTurns ?? turns.count)
    let bytes = seen.reduce((system ?? "").utf8.count + prompt.utf8.count) {
      $0 + $1.prompt.utf8.count + $1.answer.utf8.count
    }
    return bytes / Self.mostBytesPerToken + (2 * seen.count + 1) * Self.leastTokensPerMessage
  }

  /// The events that tell the earlier turns, which happened elsewhere: nothing is known of them but
  /// their texts.
  var earlierEvents: [Event.Kind] {
    turns.enumerated().flatMap { place, turn -> [Event.Kind] in
      let answer = Answer(
        text: turn.answer, boxed: BoxedAnswer.last(in: turn.answer), by: .base, tokens: 0,
        seconds: 0)
      let ended = TurnEnded(
        turn: place + 1, stop: .answer, seconds: 0, tokens: TokenCounts(), accepted: 0,
        rejected: 0, estimatedSpeedup: nil)
      return [
        .turnStarted(TurnStarted(turn: place + 1, prompt: turn.prompt)), .answer(answer),
        .turnEnded(ended),
      ]
    }
  }
}
