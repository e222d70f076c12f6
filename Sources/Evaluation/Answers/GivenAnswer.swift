import Traces

/// The answer that a model's text gives.
public struct GivenAnswer: Sendable, Equatable {
  /// The answer itself.
  public let text: String
  /// Whether it stood in a box.
  public let isBoxed: Bool

  /// A whole text that is no longer, in characters, can be the answer itself.
  private static let longestReply = 200

  /// The answer in `text`: the content of the last box that is not empty; without one, what the text
  /// says the answer is; without that, all of a text of one line. Nil where there is none of these.
  public init?(in text: String) {
    if let boxed = BoxedAnswer.last(in: text), !boxed.allSatisfy(\.isWhitespace) {
      self.init(boxed, isBoxed: true)
      return
    }
    let lines = text.split(whereSeparator: \.isNewline).filter { !$0.allSatisfy(\.isWhitespace) }
    let only = lines.count == 1 && lines[0].count <= Self.longestReply ? lines[0] : nil
    // A long text is searched at its end.
    let end = String(text.suffix(2000))
    // What was passed over is not looked at again, or white space would be tried in all its parts.
    let mark =
      /(?i)\b(?:answer|solution|result|ans)\b(?:\s++(?:to|for|of)\b[^.:\n]{0,80})?\s*+(?:\*\*)?+\s*+(?:is|are|equals|(?:would|should|must|will)\s++be|:|=)(?:\s*+:)?+(?:\*\*)?+\s*+([^\n]++)/
    let marked = end.matches(of: mark)
    let said = marked.last { !Self.isRemark($0.1) } ?? marked.last
    let below = end.matches(of: Self.heading).last
    if let below, said.map({ $0.range.lowerBound < below.range.lowerBound }) ?? true {
      self.init(String(below.1), isBoxed: false)
    } else if let said {
      let sentence = Self.firstSentence(String(said.1))
      let lead = end[..<said.range.lowerBound].split(whereSeparator: \.isWhitespace)
      if only != nil, lead.count < 3 {
        // A short reply that begins so is undressed as a whole; what may be an abbreviation ends
        // no sentence.
        let isTold = sentence.contains(/[0-9\\$]|\b[A-Z]\b/)
        let answer = isTold ? String(end[..<said.1.startIndex]) + sentence : end
        self.init(answer, isBoxed: false)
      } else {
        self.init(sentence, isBoxed: false)
      }
    } else if let mark = end.ranges(of: "####").last {
      self.init(String(end[mark.upperBound...].prefix { $0 != "\n" }), isBoxed: false)
    } else if let only {
      self.init(String(only), isBoxed: false)
    } else {
      return nil
    }
  }

  /// The answer that a turn gives: its box may stand in the reasoning before its text.
  public init?(_ answer: Answer) {
    if let boxed = answer.boxed, !boxed.allSatisfy(\.isWhitespace) {
      self.init(boxed, isBoxed: true)
    } else {
      self.init(in: answer.text)
    }
  }

  private init(_ text: String, isBoxed: Bool) {
    self.text = text
    self.isBoxed = isBoxed
  }

  /// A line that only announces the answer, such as `**Final Answer**`, and the next that is not empty.
  private static var heading: Regex<(Substring, Substring)> {
    /(?im)^[*#\h]*+(?:the\h++)?(?:final\h++)?answer\h*+[*#]*+\h*+\R\s*+([^\n]++)/
  }

  /// Whether `text`, said of the answer, only praises or blames it, as in `the answer is correct`.
  private static func isRemark(_ text: Substring) -> Bool {
    let words =
      /(?i)\W*+(?:(?:also|indeed|not|now|then|therefore|thus)\s++)*+(?:complete|confirmed|consistent|correct|incorrect|plausible|reasonable|right|valid|verified|wrong)\b/
    return text.prefixMatch(of: words) != nil && !text.contains(/[0-9\\$]/)
  }

  /// `text` up to a point that ends a sentence.
  private static func firstSentence(_ text: String) -> String {
    guard let end = text.firstRange(of: /\.(?=\s++[A-Z])/) else { return text }
    return String(text[..<end.lowerBound])
  }
}
