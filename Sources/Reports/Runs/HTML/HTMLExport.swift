import Traces
import Viewer

/// A run as one self-contained HTML page: no network, fonts or images, and a script of its own alone.
///
/// The page's policy (Content-Security-Policy) lets nothing run but that script, by its hash, and
/// nothing be fetched. Without the script everything can be read; it adds the threshold's slider,
/// folding of all steps, and keys.
package enum HTMLExport {
  /// The page, which is also well-formed XML.
  package static func document(of run: RunState) -> String {
    let title = run.turns.first.map { "specreason: \($0.prompt.prefix(80))" } ?? "specreason"
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8"/>
      <meta http-equiv="Content-Security-Policy" content="\(policy)"/>
      <meta name="viewport" content="width=device-width, initial-scale=1"/>
      <title>\(Markup.escaped(title))</title>
      <style>\(HTMLAssets.style)</style>
      </head>
      <body>
      <header>
      <h1>specreason</h1>
      \(facts(of: run))
      <p class="controls" hidden="hidden"><button type="button" id="fold">Fold all steps</button> \
      <label><input type="checkbox" id="keys" checked="checked"/> Keys:</label> \
      <small><kbd>j</kbd> <kbd>k</kbd> next and previous step, <kbd>Enter</kbd> folds it, \
      <kbd>f</kbd> folds all, <kbd>[</kbd> <kbd>]</kbd> move τ</small></p>
      \(contents(of: run))
      </header>
      <main>
      \(run.turns.map { turn($0, in: run) }.joined(separator: "\n"))
      </main>
      <script>\(HTMLAssets.script)</script>
      </body>
      </html>

      """
  }

  private static let policy =
    "default-src 'none'; style-src 'sha256-\(HTMLAssets.styleHash)'; "
    + "script-src 'sha256-\(HTMLAssets.scriptHash)'; base-uri 'none'; form-action 'none'"

  private static func facts(of run: RunState) -> String {
    let rows = RunFacts.facts(of: run).map { name, value in
      "<dt>\(Markup.escaped(name))</dt><dd>\(Markup.escaped(value))</dd>"
    }
    return rows.isEmpty ? "" : "<dl>\n\(rows.joined(separator: "\n"))\n</dl>"
  }

  /// Links to the turns, where there are several.
  private static func contents(of run: RunState) -> String {
    guard run.turns.count > 1 else { return "" }
    let items = run.turns.map { turn in
      let name = turn.prompt.split(whereSeparator: \.isWhitespace).joined(separator: " ").prefix(80)
      return "<li><a href=\"#turn-\(turn.number)\">\(Markup.escaped(String(name)))</a></li>"
    }
    return "<nav aria-label=\"Turns\"><ol>\n\(items.joined(separator: "\n"))\n</ol></nav>"
  }

  private static func turn(_ turn: TurnState, in run: RunState) -> String {
    let title = "turn-\(turn.number)-title"
    var parts = ["<p class=\"prompt\">\(Markup.escaped(turn.prompt))</p>"]
    let report = WhatIfReport(turn, in: run)
    let whatIf = HTMLWhatIf.markup(of: report, about: turn)
    if !whatIf.isEmpty { parts.append(whatIf) }
    let steps = turn.steps.map { HTMLStep($0, in: turn).markup }.filter { !$0.isEmpty }
    if !steps.isEmpty { parts += ["<h3>Steps</h3>"] + steps }
    for notice in turn.notices {
      parts.append("<p class=\"notice\">\(Markup.escaped(notice.message))</p>")
    }
    if !turn.answerText.isEmpty, !turn.answersInLastStep {
      parts.append(
        "<h3>Answer</h3>\n<div class=\"answer\">\(HTMLText.readable(turn.answerText))</div>")
    }
    let outcome = RunFacts.outcome(of: turn, in: run)
    if !outcome.isEmpty {
      parts.append("<p class=\"outcome\">\(Markup.escaped(outcome.joined(separator: " · ")))</p>")
    }
    let timeline = Timeline(turn: turn, now: run.time)
    let waterfall = HTMLCharts.waterfall(timeline)
    if !waterfall.isEmpty {
      let waste =
        timeline.spans.contains(where: \.isDiscarded) ? " <small>outlined: wasted</small>" : ""
      parts.append(
        "<h3>Who worked when\(waste)</h3>\n<div class=\"wide\">\(waterfall)</div>")
      parts.append(folded("the same as a table", HTMLCharts.table(timeline)))
    }
    if let table = RunFacts.table(of: turn.ledger) {
      parts.append("<h3>What it cost</h3>\n\(table.html)")
    }
    if !whatIf.isEmpty {
      parts.append(folded("other thresholds (estimates)", report.table))
    }
    return "<section class=\"turn\" id=\"turn-\(turn.number)\" aria-labelledby=\"\(title)\">\n"
      + "<h2 id=\"\(title)\">Turn \(turn.number)</h2>\n\(parts.joined(separator: "\n"))\n</section>"
  }

  private static func folded(_ name: String, _ table: Table) -> String {
    "<details class=\"table\"><summary>\(name)</summary>\n\(table.html)\n</details>"
  }
}
