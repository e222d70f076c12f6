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
      if !turn.answerText.isEmpty, !turn.answersInLastStep {
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
    var isInCode = false
    return Markup.harmless(text).split(separator: "\n", omittingEmptySubsequences: false)
      .map { line in
        // In a block of code nothing is markup (CommonMark 4.5). Only a fence at the very start of
        // its line is surely one: what is indented may belong to a list that ends before it.
        let isFence = line.hasPrefix("```") && (isInCode || !line.dropFirst(3).contains("`"))
        let isOver = isFence && isInCode && line.allSatisfy { $0 == "`" || $0 == " " }
        defer { if isFence { isInCode = !isOver } }
        return "> " + (isInCode && !isOver ? String(line) : Markup.escaped(String(line)))
      }.joined(separator: "\n")
  }

  private static func inline(_ text: String) -> String {
    Markup.escaped(text).replacing("\n", with: " ")
  }
}
