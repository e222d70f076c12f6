import Synchronization
import Traces

/// What was generated before a generation ended early.
final class PartialGeneration: Sendable {
  private struct Content {
    var text = ""
    var tokens = 0
    /// Of the tokens with an id or a probability.
    var logprobs: [Double?] = []
    /// How many of these are part of the text: the last ones only ended it.
    var lastWithText = 0
  }

  private let content = Mutex(Content())

  /// Adds one token.
  func append(_ token: GeneratedToken) {
    content.withLock {
      $0.text += token.text
      $0.tokens += 1
      // Text that was held back to the end comes without a token of its own.
      guard token.id != nil || token.logprob != nil else { return }
      $0.logprobs.append(token.logprob)
      if !token.text.isEmpty { $0.lastWithText = $0.logprobs.count }
    }
  }

  /// The log-probabilities of the tokens up to the last that added text; nil where there are none or
  /// one is unknown.
  var logprobs: [Double]? {
    let known = content.withLock { $0.logprobs.prefix($0.lastWithText) }
    let values = known.compactMap(\.self)
    return values.isEmpty || values.count < known.count ? nil : values
  }

  /// A generation cut off after `seconds`; nil if no token had come.
  func generation(seconds: Double) -> Generation? {
    let (text, tokens) = content.withLock { ($0.text, $0.tokens) }
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
