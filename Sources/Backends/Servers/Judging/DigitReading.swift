import Foundation
import Reasoning

/// What one token and the most probable ones in its place say about the ten digits.
struct DigitReading: Equatable {
  /// Probabilities of the digits 0 to 9, with and without a space before them.
  private(set) var probabilities = Array(repeating: 0.0, count: 10)
  /// Whether the most probable token is a digit.
  private(set) var isReadable = false
  /// The part of all probability of which nothing was told; nil where no probabilities were.
  private(set) var unseen: Double?

  /// Reads the first token of `outcome`.
  init(_ outcome: Speaker.Outcome) {
    let token = outcome.tokens.first
    let chosen = token.flatMap { $0.text.isEmpty ? nil : $0.text } ?? outcome.text
    var known: [String: Double] = [:]
    for top in token?.tops ?? [] where top.logprob.isFinite {
      // Two tokens of the same text are two places in the sum, but servers that list by text have one.
      known[top.text, default: 0] += exp(min(0, top.logprob))
    }
    if let logprob = token?.logprob, logprob.isFinite, known[chosen] == nil {
      known[chosen] = exp(min(0, logprob))
    }
    let mass = known.values.reduce(0, +)
    // Where the server speculates, it tells zeros: a mass beyond 1 is none.
    guard !known.isEmpty, mass > 0, mass < 1.01 else {
      if let digit = Self.digit(in: chosen) {
        probabilities[digit] = 1
        isReadable = true
      }
      return
    }
    unseen = max(0, 1 - mass)
    for (text, probability) in known {
      if let digit = Self.digit(in: text) { probabilities[digit] += probability }
    }
    let best = known.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? chosen
    isReadable = Self.digit(in: best) != nil
  }

  /// The opinion that a judge score is made of.
  var opinion: Judgement.Opinion {
    .digits(probabilities: probabilities, readable: isReadable)
  }

  private static func digit(in text: String) -> Int? {
    let text = text.hasPrefix(" ") ? text.dropFirst() : text[...]
    guard text.utf8.count == 1, let byte = text.utf8.first,
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    else { return nil }
    return Int(byte - UInt8(ascii: "0"))
  }
}
