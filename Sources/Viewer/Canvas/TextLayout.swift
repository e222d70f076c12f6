/// What the parts of a line begin with that are broken off it.
struct Hang: Equatable, Sendable {
  /// What the line is.
  enum Kind: Sendable { case prose, code, table }

  var text: String
  var scope: Scope
  /// Code and the rows of tables may be longer than prose.
  var kind = Kind.prose
}

/// A run of text in one scope.
struct Span: Equatable, Sendable {
  var text: DisplayText
  var scope: Scope
  /// How the line that the span begins goes on where it is broken; nil for the margin alone.
  var hang: Hang?

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

  /// A bar beside all lines of a text.
  struct Gutter {
    var bar: Span
    /// Its column; the prefix has it there in the first line.
    var column: Int

    /// The start of a further line, `columns` wide.
    func margin(columns: Int) -> [Span] {
      let before = min(column, max(0, columns - 2))
      guard columns > before else { return [] }
      return [
        Span(String(repeating: " ", count: before), .text), bar,
        Span(String(repeating: " ", count: columns - before - 1), .text),
      ]
    }
  }

  /// `text` in lines of at most `width` columns: the first after `prefix`, the others indented
  /// by the prefix's width, with `gutter` in the margin. Words longer than a line are broken inside.
  ///
  /// - Parameter proseWidth: The columns that lines of prose take at most, without the margin.
  static func lines(
    prefix: [Span] = [], text: [Span], width: Int, proseWidth: Int = .max, gutter: Gutter? = nil
  ) -> [Line] {
    let prefixWidth = prefix.reduce(0) { $0 + $1.text.width }
    let indent =
      width - prefixWidth >= narrowest ? prefixWidth : min(prefixWidth, 2, max(0, width - 2))
    var glyphs: [(Glyph, Scope)] = []
    var hangs: [Int: Hang] = [:]
    for span in text {
      if let hang = span.hang { hangs[glyphs.count] = hang }
      for glyph in span.text.glyphs { glyphs.append((glyph, span.scope)) }
    }

    var lines: [Line] = []
    var start = 0
    var hang = hangs[0]
    var isBroken = false
    repeat {
      let isFirst = lines.isEmpty
      let margin = isFirst ? prefixWidth : indent
      let isProse = (hang?.kind ?? .prose) == .prose
      let room = isProse ? min(proseWidth, width - margin) : width - margin
      // What hangs must leave room for text.
      let held = hang.flatMap { isBroken && $0.text.count + narrowest <= room ? $0 : nil }
      let (end, next) = lineEnd(
        in: glyphs, from: start, width: max(2, room - (held?.text.count ?? 0)))
      var spans = isFirst ? prefix : []
      if !isFirst, indent > 0 {
        spans +=
          gutter?.margin(columns: indent)
          ?? [Span(String(repeating: " ", count: indent), .text)]
      }
      if let held { spans.append(Span(held.text, held.scope)) }
      spans += merged(glyphs[start..<end])
      lines.append(Line(spans: spans, offset: start))
      isBroken = !(end < glyphs.count && glyphs[end].0 == .lineBreak)
      if !isBroken { hang = hangs[next] }
      start = next
    } while start < glyphs.count
    return lines
  }

  /// Signs of Chinese and Japanese that begin no line.
  private static let endsLines = Set(
    "\u{FF0C}\u{3002}\u{3001}\u{FF1B}\u{FF1A}\u{FF01}\u{FF1F}\u{FF09}\u{300D}\u{300F}\u{3011}\u{300B}"
      .map(String.init))

  /// Where the line that starts at `start` ends, and where the next one starts.
  private static func lineEnd(
    in glyphs: [(Glyph, Scope)], from start: Int, width: Int
  ) -> (end: Int, next: Int) {
    var column = 0
    var lastBreak: (end: Int, next: Int)?
    var index = start
    while index < glyphs.count {
      let glyph = glyphs[index].0
      if glyph == .lineBreak { return (index, index + 1) }
      if column + glyph.width > width {
        if glyph.isSpace { return (index, index + 1) }
        if let lastBreak { return lastBreak }
        // At least one glyph a line, or a wide one on a narrow line would never end.
        return (max(index, start + 1), max(index, start + 1))
      }
      // A space at the start is indentation, not a place to break.
      if glyph.isSpace, column > 0 { lastBreak = (index, index + 1) }
      column += glyph.width
      index += 1
      // Words of wide characters have no spaces between them.
      if glyph.width == 2, index < glyphs.count, !endsLines.contains(glyphs[index].0.text) {
        lastBreak = (index, index)
      }
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
