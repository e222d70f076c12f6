import Foundation
import Traces

/// What a server was found to be and to do, at connect.
public struct ServerFacts: Sendable, Equatable {
  /// How a judge's digits are known.
  public enum Digits: String, Sendable, Codable {
    /// The probabilities of exactly the ten digits.
    case exact
    /// The most probable tokens; digits beyond them are missing.
    case tops
    /// One token of text, without a probability.
    case text
  }

  /// What a seed does.
  public enum Seeds: String, Sendable, Codable {
    /// The same seed gives the same text, and another one another.
    case work
    /// The same seed gave different texts.
    case ignored
    /// All seeds gave one text: the model was sure, or the server does not sample.
    case same
  }

  /// The server's address.
  public var address: String
  /// The kind of server, for people.
  public var kind: String
  /// Its version; nil where untold.
  public var version: String?
  /// The model.
  public var model: String
  /// Tokens of context; nil where untold.
  public var context: Int?
  /// Who renders chats.
  public var chats: String
  /// How a judge's digits are known.
  public var digits: Digits
  /// The most probable tokens that it tells with each.
  public var tops: Int
  /// Why there is no likelihood judge; nil if there is one.
  public var likelihoodObstacle: String?
  /// Whether a prompt that begins as an earlier one is read from where they part; nil if unknown.
  public var cachesPrefixes: Bool?
  /// What a seed does; nil if unknown.
  public var seeds: Seeds?
  /// Whether temperature, top-p and seed are all that it takes.
  public var isStrict: Bool

  /// One line for people.
  public var line: String {
    var parts = [
      "\(kind)\(version.map { " \($0)" } ?? "") at \(address)", model,
      context.map { "\($0) tokens of context" } ?? "context untold", "chats \(chats)",
    ]
    switch digits {
    case .exact: parts.append("judges by the ten digits")
    case .tops: parts.append("judges by the \(tops) most probable tokens")
    case .text: parts.append("judges by one token of text")
    }
    parts.append(likelihoodObstacle == nil ? "likelihood" : "no likelihood")
    switch cachesPrefixes {
    case true?: parts.append("prefix cache")
    case false?: parts.append("no prefix cache")
    case nil: parts.append("prefix cache unknown")
    }
    switch seeds {
    case .work?: parts.append("seeds work")
    case .ignored?: parts.append("seeds do nothing")
    case .same?: parts.append("all seeds alike")
    case nil: break
    }
    return parts.joined(separator: ", ")
  }

  /// What a person should know before the model works as the pair's `role`.
  public func warnings(as role: Author) -> [String] {
    var sentences: [String] = []
    if role == .base {
      if cachesPrefixes == false {
        sentences.append(
          "\(address) keeps no prefixes: each judgement will cost a whole prefill. Start the server "
            + "with prefix caching.")
      }
      if digits == .text {
        sentences.append(
          "\(address) tells no probabilities: each judge score is one digit of text, and nothing shows "
            + "how sure the model was.")
      }
    }
    if seeds == .ignored {
      sentences.append(
        "\(address) does nothing with seeds: a run there cannot be repeated.")
    }
    if isStrict {
      sentences.append(
        "\(address) samples by temperature and top-p alone: top-k and min-p do not count there.")
    }
    return sentences
  }
}
