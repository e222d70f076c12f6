import Traces

/// A run as Markdown.
package enum MarkdownExport {
  /// The document. Texts stand in quotations; HTML in them is escaped.
  package static func document(of run: RunState) -> String {
    var blocks = ["# specreason"]
    let facts = RunFacts.facts(of: run).map { "- \($0.name): \(inline($0.value))" }
    if !facts.isEmpty { blocks.append(facts.joined(separator: "\n")) }
    for turn in run.turns {
      blocks.append("## Turn \(turn.number)")
      blocks.append(quotation(turn.prompt))
      for passage in turn.steps.flatMap(\.passages) {
        let remarks = passage.remarks.map { " · \(inline($0))" }.joined()
        blocks.append(
          "**\(passage.step) \(passage.look.glyph) \(passage.look.word)**\(remarks)")
        blocks.append(quotation(passage.text))
      }
      for notice in turn.notices { blocks.append("⚠ \(inline(notice.message))") }
      if !turn.answerText.isEmpty {
        blocks.append("**Answer**")
        blocks.append(quotation(turn.answerText))
      }
      let outcome = RunFacts.outcome(of: turn, in: run)
      if !outcome.isEmpty { blocks.append(outcome.joined(separator: " · ")) }
      if let table = RunFacts.table(of: turn.ledger) { blocks.append(table.markdown) }
    }
    return blocks.joined(separator: "\n\n") + "\n"
  }

  private static func quotation(_ text: String) -> String {
    Markup.escaped(text).split(separator: "\n", omittingEmptySubsequences: false)
      .map { "> " + $0 }.joined(separator: "\n")
  }

  private static func inline(_ text: String) -> String {
    Markup.escaped(text).replacing("\n", with: " ")
  }
}
