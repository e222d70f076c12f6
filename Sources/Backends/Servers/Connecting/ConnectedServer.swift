import Foundation
import Traces

/// A server that was probed, ready to work.
struct ConnectedServer: Sendable {
  /// Continues texts.
  var speaker: Speaker
  /// Writes chats.
  var renderer: ChatRenderer
  /// What it was found to do.
  var facts: ServerFacts
  /// The most probable tokens that it is asked for.
  var tops = ServerTrial.tops
  /// Ids of the digits 0 to 9, where it takes ids of tokens whose probabilities are wanted.
  var digitIDs: [Int] = []
  /// How it tells the likelihood of a text; nil where it does not.
  var likelihood: LikelihoodWay?
  /// Passes that were measured at connect, as this client sees them.
  var passes: [PassGroup] = []
  /// Seconds to decode one token; nil where it was not measured.
  var secondsPerToken: Double?
}

/// A way to the log-probabilities of a given text.
enum LikelihoodWay: Sendable, Equatable {
  /// vLLM: one request for all beginnings of the text, each with the next token's; from the cache.
  case prefixes
  /// Earlier versions of vLLM: the prompt's own, with the whole prompt computed anew.
  case promptLogprobs
  /// SGLang: those from a token on, the rest from the cache.
  case logprobStart
}
