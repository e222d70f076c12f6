import Viewer

/// Texts of models and people as HTML: all that they hold is text, and markup only where this program
/// puts it.
enum HTMLText {
  /// A model's text with its Markdown as looks and its formulas as MathML.
  static func readable(_ text: String) -> String {
    var blocks: [String] = []
    var code: [String] = []
    var prose: [String] = []
    func finish() {
      if !code.isEmpty { blocks.append("<pre><code>\(code.joined(separator: "\n"))</code></pre>") }
      if !prose.isEmpty { blocks.append("<p>\(prose.joined(separator: "\n"))</p>") }
      (code, prose) = ([], [])
    }
    for line in ReadableLines.lines(of: text) {
      if line.isCode != !code.isEmpty { finish() }
      let markup = line.pieces.map(piece).joined()
      if line.isCode { code.append(markup) } else { prose.append(markup) }
    }
    finish()
    return blocks.joined(separator: "\n")
  }

  private static func piece(_ piece: ReadableLines.Piece) -> String {
    let text = Markup.escaped(piece.text)
    if let formula = piece.formula { return MathMLFormula.markup(formula) ?? spoken(formula, text) }
    return switch piece.scope {
    // The language of a block of code, before its lines.
    case .dim: "<small>\(text)</small>"
    case .strong: "<strong>\(text)</strong>"
    case .emphasis: "<em>\(text)</em>"
    case .code: "<code>\(text)</code>"
    case .codeKeyword: "<b class=\"keyword\">\(text)</b>"
    case .codeString: "<span class=\"string\">\(text)</span>"
    case .codeNumber: "<span class=\"number\">\(text)</span>"
    case .codeComment: "<i class=\"comment\">\(text)</i>"
    default: text
    }
  }

  /// A formula that is drawn as `text` and read out as it was written.
  private static func spoken(_ formula: FormulaSource, _ text: String) -> String {
    "<span class=\"formula\" role=\"math\" aria-label=\"\(Markup.escaped(formula.latex))\">"
      + "\(text)</span>"
  }

  /// The old or the new side of a word diff, what changed in elements called `tag`.
  static func diff(_ runs: [WordDiff.Run], changedIn tag: String) -> String {
    let words = runs.map { run in
      let text = Markup.escaped(run.text)
      return Markup.escaped(run.gap) + (run.isChanged ? "<\(tag)>\(text)</\(tag)>" : text)
    }
    return "<p>\(words.joined())</p>"
  }
}
