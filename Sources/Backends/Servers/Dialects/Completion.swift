import Foundation
import Traces

/// Asks a server to continue a text, in no server's own words.
struct Completion: Sendable, Equatable {
  /// The text, as the model is to read it.
  var prompt: String
  /// The most tokens to generate, at least 1.
  var maxTokens: Int
  /// Texts that end it.
  var stops: [String] = []
  /// How tokens are sampled.
  var sampling: Sampling
  /// Seed of the random numbers; servers take 31 bits.
  var seed: UInt64
  /// Most probable tokens to be told with each token; 0 for none.
  var tops = 0
  /// Ids of tokens whose log-probabilities are wanted.
  var chosen: [Int] = []
  /// A word that sets this request's place in the server's prefix cache apart; nil for the common one.
  var cacheSalt: String?
  /// Whether the server's prefix cache may be used.
  var usesCache = true
  /// Whether the prompt has the token that begins a text, where the model wants one.
  var hasBeginning = true
  /// Tokens that are to be written as text even where the vocabulary has them for control.
  var shownTokens: [String] = []

  /// The seed as all servers take it.
  var shortSeed: Int { Int(seed & 0x7FFF_FFFF) }
}
