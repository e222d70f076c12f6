import Synchronization
import Traces

/// What was generated before a generation ended early.
final class PartialGeneration: Sendable {
  private let content = Mutex((text: "", tokens: 0))

  /// Adds the text of one token.
  func append(_ piece: String) {
    content.withLock {
      $0.text += piece
      $0.tokens += 1
    }
  }

  /// A generation cut off after `seconds`; nil if no token had come.
  func generation(seconds: Double) -> Generation? {
    let (text, tokens) = content.withLock { $0 }
    guard tokens > 0 else { return nil }
    return Generation(
      text: text, tokens: tokens, stop: .limit, seconds: seconds, decodeSeconds: seconds)
  }
}

extension TokenEvent {
  /// A backend's token as the trace records it.
  init(_ token: GeneratedToken, step: Int?, by author: Author) {
    var token = token
    // JSON has no infinity, and a probability of 0 says nothing about a token that was sampled.
    token.logprob = token.logprob.flatMap { $0.isFinite ? $0.roundedToMicroseconds : nil }
    self.init(step: step, by: author, token: token)
  }
}

extension Generation {
  /// The same with times rounded to the precision of a trace.
  var withShortTimes: Generation {
    var short = self
    short.seconds = seconds.roundedToMicroseconds
    short.decodeSeconds = decodeSeconds.roundedToMicroseconds
    short.passes = passes?.withShortTimes
    short.speculation?.draftSeconds =
      (speculation?.draftSeconds ?? 0).roundedToMicroseconds
    return short
  }
}

extension [PassGroup] {
  /// The same with times rounded to the precision of a trace.
  var withShortTimes: [PassGroup] {
    map { group in
      var short = group
      short.seconds = group.seconds.roundedToMicroseconds
      short.promptSeconds = group.promptSeconds?.roundedToMicroseconds
      return short
    }
  }
}
