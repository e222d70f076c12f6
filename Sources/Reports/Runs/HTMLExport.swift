import Traces

/// A run as one self-contained HTML page, without scripts, fonts or images.
package enum HTMLExport {
  /// The page, which is also well-formed XML.
  package static func document(of run: RunState) -> String {
    let title = run.turns.first.map { "specreason: \($0.prompt.prefix(80))" } ?? "specreason"
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8"/>
      <meta name="viewport" content="width=device-width, initial-scale=1"/>
      <title>\(Markup.escaped(title))</title>
      <style>\(style)</style>
      </head>
      <body>
      <h1>specreason</h1>
      \(facts(of: run))
      \(run.turns.map { turn($0, in: run) }.joined(separator: "\n"))
      </body>
      </html>

      """
  }

  private static func facts(of run: RunState) -> String {
    let rows = RunFacts.facts(of: run).map { name, value in
      "<dt>\(Markup.escaped(name))</dt><dd>\(Markup.escaped(value))</dd>"
    }
    return rows.isEmpty ? "" : "<dl>\n\(rows.joined(separator: "\n"))\n</dl>"
  }

  private static func turn(_ turn: TurnState, in run: RunState) -> String {
    var parts = ["<p class=\"prompt\">\(Markup.escaped(turn.prompt))</p>"]
    let passages = turn.steps.flatMap(\.passages)
    if !passages.isEmpty {
      parts.append("<ol>\n\(passages.map(item).joined(separator: "\n"))\n</ol>")
    }
    for notice in turn.notices {
      parts.append("<p class=\"notice\">\(Markup.escaped(notice.message))</p>")
    }
    if !turn.answerText.isEmpty {
      parts.append("<p class=\"answer\">\(Markup.escaped(turn.answerText))</p>")
    }
    let outcome = RunFacts.outcome(of: turn, in: run)
    if !outcome.isEmpty {
      parts.append("<p class=\"outcome\">\(Markup.escaped(outcome.joined(separator: " · ")))</p>")
    }
    if let table = RunFacts.table(of: turn.ledger) { parts.append(table.html) }
    return "<section>\n<h2>Turn \(turn.number)</h2>\n\(parts.joined(separator: "\n"))\n</section>"
  }

  private static func item(_ passage: Passage) -> String {
    let remarks = passage.remarks.isEmpty ? "" : " · " + passage.remarks.joined(separator: " · ")
    return "<li value=\"\(passage.step)\" class=\"\(passage.look.word)\">"
      + "<b>\(passage.look.glyph) \(passage.look.word)</b>"
      + "<small>\(Markup.escaped(remarks))</small>"
      + "<p>\(Markup.escaped(passage.text))</p></li>"
  }

  /// Colours have a contrast of at least 4.5:1 on either background.
  private static let style = """
    :root{color-scheme:light dark;--ok:#007a2f;--no:#b3261e;--re:#756500;--base:#0057b8}
    @media(prefers-color-scheme:dark){:root{--ok:#7fd99a;--no:#ff8a80;--re:#e5c34f;--base:#8ab8ff}}
    body{font:16px/1.5 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem}
    p{white-space:pre-wrap;overflow-wrap:anywhere;margin:.2rem 0}
    dl{display:grid;grid-template-columns:max-content 1fr;gap:0 1rem}dd{margin:0}
    .prompt,.answer{font-weight:bold;margin:1rem 0}li{margin:.6rem 0}
    .draft-accepted b{color:var(--ok)}.draft-rejected b{color:var(--no)}
    .draft-rejected p{text-decoration:line-through;opacity:.75}
    .base-regenerated b{color:var(--re)}
    .base-written b,.edited b,.note b{color:var(--base)}
    .notice{color:var(--re)}table{border-collapse:collapse;margin-top:1rem}
    td,th{padding:.1rem .8rem .1rem 0;text-align:left}
    """
}
