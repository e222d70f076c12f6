import Foundation

/// Where the text of a token ends in its step, and its probability.
///
/// It takes a few bytes: the text itself is stored once, in the step.
public struct TokenMark: Sendable, Equatable {
  /// UTF-8 bytes of the author's text of the step up to the end of this token.
  let end: UInt32
  /// Natural logarithm of its probability; nil if unknown.
  let logprob: Float?
  /// The draft model wrote it, within a text of both models.
  let isFromDraft: Bool
}

/// A token of a step with its text.
public struct MarkedToken: Sendable, Equatable {
  /// Its characters; empty while one is incomplete.
  public let text: String
  /// Its probability before temperature and filters, 0 to 1; nil if unknown.
  public let probability: Double?
  /// The draft model wrote it, within a text of both models.
  public let isFromDraft: Bool

  /// A token that reads `text`.
  public init(text: String, probability: Double?, isFromDraft: Bool = false) {
    self.text = text
    self.probability = probability
    self.isFromDraft = isFromDraft
  }
}

extension StepState {
  /// The draft model's tokens as they came.
  public var markedDraft: [MarkedToken] { Self.tokens(of: draftText, draftMarks) }

  /// The base model's tokens as they came.
  public var markedBase: [MarkedToken] { Self.tokens(of: baseText, baseMarks) }

  private static func tokens(of text: String, _ marks: [TokenMark]) -> [MarkedToken] {
    let bytes = text.utf8
    var start = bytes.startIndex
    return marks.map { mark in
      let end = bytes.index(bytes.startIndex, offsetBy: Int(mark.end), limitedBy: bytes.endIndex)
      let token = text.unicodeScalars[start..<(end ?? bytes.endIndex)]
      start = token.endIndex
      return MarkedToken(
        text: String(token), probability: mark.logprob.map { exp(min(0, Double($0))) },
        isFromDraft: mark.isFromDraft)
    }
  }
}

extension TokenEvent {
  /// The mark of this token, the last one of `text`.
  func mark(endingAt text: String) -> TokenMark {
    TokenMark(
      end: UInt32(clamping: text.utf8.count), logprob: token.logprob.map { Float($0) },
      isFromDraft: token.from == .draft)
  }
}
