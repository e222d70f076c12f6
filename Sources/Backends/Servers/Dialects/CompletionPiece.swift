import Foundation
import Traces

/// A piece of what a server writes.
struct CompletionPiece: Sendable, Equatable {
  /// A token of it, where the server tells tokens.
  struct Token: Sendable, Equatable {
    /// Its id in the server's vocabulary; nil where untold.
    var id: Int?
    /// Its own text; may be incomplete, and need not line up with the text of the piece.
    var text: String
    /// Natural logarithm of its probability; nil where untold.
    var logprob: Double?
    /// The most probable tokens in its place, or those that were asked for, with their logarithms.
    var tops: [Top] = []
  }

  /// A token that could have stood there.
  struct Top: Sendable, Equatable {
    var id: Int?
    var text: String
    var logprob: Double
  }

  /// Why a text ended.
  enum End: Sendable, Equatable {
    /// One of the stop texts; nil where the server does not say which.
    case stopText(String?)
    /// The model ended its text.
    case endOfText
    /// One of both: the server does not say which.
    case stop
    /// It has all the tokens that were asked for, or the context is full.
    case limit
    /// The context is full.
    case contextFull
  }

  /// How much of a prompt has been read.
  struct Progress: Sendable, Equatable {
    /// Tokens that have been read.
    var done: Int
    /// Tokens of the prompt.
    var all: Int
  }

  /// What it cost.
  struct Usage: Sendable, Equatable {
    /// Tokens of the prompt; nil where untold.
    var promptTokens: Int?
    /// Those of them that came from a cache; nil where untold.
    var cachedTokens: Int?
    /// Tokens generated; nil where untold.
    var tokens: Int?
    /// Token-level speculation at the server; nil where untold.
    var speculation: TokenSpeculation?
  }

  /// Text that it adds.
  var text = ""
  /// Tokens that it adds, where the server tells them.
  var tokens: [Token] = []
  /// How far the prompt has been read; nil where untold.
  var progress: Progress?
  /// Why the text ended; nil while it goes on.
  var end: End?
  /// What it cost; nil where this piece does not say.
  var usage: Usage?
}
