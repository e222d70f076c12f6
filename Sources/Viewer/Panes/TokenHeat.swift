import Traces

/// The tokens of a model with their probabilities: a bar below every token, and numbers for the
/// least probable ones. In a text of both models a letter below says whose each token is.
enum TokenHeat {
  private static let listed = 3

  static func lines(
    _ name: String, _ scope: Scope, _ tokens: [MarkedToken], width: Int
  ) -> [[Span]] {
    guard !tokens.isEmpty else { return [] }
    let known = tokens.compactMap(\.probability)
    guard !known.isEmpty else {
      return [[Span("\(name)  ", scope), Span("probabilities unknown", .dim)]]
    }
    let mean = known.reduce(0, +) / Double(known.count)
    return [
      [
        Span("\(name)  ", scope), Span(Format.count(tokens.count, "token", "tokens"), .text),
        Span("  mean ", .dim), Span(Format.percent(mean), .text),
      ]
    ] + leastProbable(tokens, width: width) + rows(tokens, width: width)
  }

  /// The least probable tokens.
  private static func leastProbable(_ tokens: [MarkedToken], width: Int) -> [[Span]] {
    let seen = tokens.filter { !$0.text.allSatisfy(\.isWhitespace) && $0.probability != nil }
    let least = seen.sorted { ($0.probability ?? 1) < ($1.probability ?? 1) }.prefix(listed)
    let spans = least.flatMap { token in
      [
        Span(DisplayText("“\(token.text)”").onOneLine, .text),
        Span(" \(Format.percent(token.probability ?? 1))  ", token.heat),
      ]
    }
    return spans.isEmpty
      ? []
      : TextLayout.lines(prefix: [Span("least  ", .dim)], text: spans, width: width).map(\.spans)
  }

  /// Lines of text, each with a line of bars below it.
  private static func rows(_ tokens: [MarkedToken], width: Int) -> [[Span]] {
    var lines: [[Span]] = []
    var (text, bars, authors): ([Span], [Span], [Span]) = ([], [], [])
    let isStitched = tokens.contains(where: \.isFromDraft)
    var room = width
    func endLine() {
      guard !text.isEmpty else { return }
      lines += isStitched ? [text, bars, authors] : [text, bars]
      (text, bars, authors) = ([], [], [])
      room = width
    }
    for token in tokens {
      let glyphs = DisplayText(token.text).onOneLine.glyphs
      if glyphs.reduce(0, { $0 + $1.width }) > room { endLine() }
      let bar = token.probability.map { Bar.vertical(max(0.01, $0)) } ?? " "
      for glyph in glyphs {
        if glyph.width > room { endLine() }
        text.append(Span(DisplayText(glyphs: [glyph]), token.heat))
        let mark = glyph.isSpace ? " " : bar
        bars.append(Span(String(repeating: mark, count: glyph.width), token.heat))
        let author = glyph.isSpace ? " " : token.isFromDraft ? "d" : "b"
        authors.append(
          Span(
            String(repeating: author, count: glyph.width),
            token.isFromDraft ? .timeDraft : .timeBase))
        room -= glyph.width
      }
    }
    endLine()
    return lines
  }
}

extension MarkedToken {
  /// The scope for the probability of the token.
  fileprivate var heat: Scope {
    guard let probability else { return .text }
    return probability < 0.1 ? .judgeLow : probability < 0.5 ? .judgeMid : .judgeHigh
  }
}
