/// A run of text in one scope.
struct Span: Equatable, Sendable {
  var text: DisplayText
  var scope: Scope

  init(_ text: DisplayText, _ scope: Scope) {
    self.text = text
    self.scope = scope
  }

  init(_ text: String, _ scope: Scope) {
    self.init(DisplayText(text), scope)
  }
}

/// One line as it is drawn, and where in its text it begins.
struct Line: Equatable, Sendable {
  var spans: [Span]
  /// Glyphs of the text before this line; keeps a reader's place when the width changes.
  var offset: Int

  var width: Int { spans.reduce(0) { $0 + $1.text.width } }
}

/// Breaks text into lines between words.
enum TextLayout {
  /// Fewest columns that text keeps beside its indent.
  private static let narrowest = 12

  /// `text` in lines of at most `width` columns: the first after `prefix`, the others indented
  /// by the prefix's width. Words longer than a line are broken inside.
  static func lines(prefix: [Span] = [], text: [Span], width: Int) -> [Line] {
    let prefixWidth = prefix.reduce(0) { $0 + $1.text.width }
    let indent =
      width - prefixWidth >= narrowest ? prefixWidth : min(prefixWidth, 2, max(0, width - 2))
    let glyphs = text.flatMap { span in span.text.glyphs.map { ($0, span.scope) } }

    var lines: [Line] = []
    var start = 0
    repeat {
      let isFirst = lines.isEmpty
      let margin = isFirst ? prefixWidth : indent
      let (end, next) = lineEnd(in: glyphs, from: start, width: max(2, width - margin))
      var spans = isFirst ? prefix : []
      if !isFirst, indent > 0 {
        spans.append(Span(String(repeating: " ", count: indent), .text))
      }
      spans += merged(glyphs[start..<end])
      lines.append(Line(spans: spans, offset: start))
      start = next
    } while start < glyphs.count
    return lines
  }

  /// Where the line that starts at `start` ends, and where the next one starts.
  private static func lineEnd(
    in glyphs: [(Glyph, Scope)], from start: Int, width: Int
  ) -> (end: Int, next: Int) {
    var column = 0
    var lastSpace: Int?
    var index = start
    while index < glyphs.count {
      let glyph = glyphs[index].0
      if glyph == .lineBreak { return (index, index + 1) }
      if column + glyph.width > width {
        if glyph.isSpace { return (index, index + 1) }
        if let lastSpace { return (lastSpace, lastSpace + 1) }
        // At least one glyph a line, or a wide one on a narrow line would never end.
        return (max(index, start + 1), max(index, start + 1))
      }
      // A space at the start is indentation, not a place to break.
      if glyph.isSpace, column > 0 { lastSpace = index }
      column += glyph.width
      index += 1
    }
    return (index, index)
  }

  private static func merged(_ glyphs: ArraySlice<(Glyph, Scope)>) -> [Span] {
    var spans: [Span] = []
    var run: [Glyph] = []
    var scope: Scope?
    for (glyph, next) in glyphs {
      if let current = scope, current != next {
        spans.append(Span(DisplayText(glyphs: run), current))
        run = []
      }
      scope = next
      run.append(glyph)
    }
    if let scope { spans.append(Span(DisplayText(glyphs: run), scope)) }
    return spans
  }
}

extension Canvas {
  /// Draws spans one after the other; returns the column after them.
  @discardableResult
  mutating func put(
    _ spans: [Span], column: Int, row: Int, theme: Theme, limit: Int? = nil
  ) -> Int {
    spans.reduce(column) { column, span in
      put(
        span.text, column: column, row: row, style: theme[span.scope],
        markerStyle: theme[.marker], limit: limit)
    }
  }
}
