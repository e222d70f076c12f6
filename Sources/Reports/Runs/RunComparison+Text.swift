import Traces
import Viewer

extension RunComparison {
  /// The comparison in lines for people.
  package var lines: [String] {
    var lines = zip(["A", "B"], sides).map { "\($0)  \($1.name): \($1.setting)" }
    lines.append("")
    lines += table.lines
    for question in questions { lines += [""] + question.lines }
    let rests = zip(["A", "B"], sides).compactMap { letter, side in
      side.turns > questions.count
        ? "\(Format.count(side.turns - questions.count, "turn", "turns")) of \(letter)" : nil
    }
    if !rests.isEmpty {
      lines += [
        "",
        "Not compared, because the other run was not asked so: "
          + rests.joined(separator: ", ") + ".",
      ]
    }
    return lines
  }

  /// What both cost, over the compared turns.
  private var table: Table {
    func row(_ name: String, _ value: (Side) -> String) -> [String] {
      [name] + sides.map(value)
    }
    func tokens(_ name: String, _ count: @escaping (TokenCounts) -> Int) -> [String] {
      row("tokens: \(name)") { "\(count($0.tokens))" }
    }
    func seconds(_ name: String, _ value: (Side) -> Double) -> [String] {
      row("seconds: \(name)") { Format.fixed(value($0), 2) }
    }
    let rows = [
      row("right answers") { side in
        side.right.map { "\($0) of \(questions.count { $0.expected != nil })" } ?? ""
      },
      row("seconds") { Format.fixed($0.seconds, 2) }, row("steps kept") { "\($0.steps)" },
      row("drafts accepted") { side in
        side.acceptance.map {
          "\(side.accepted) of \(side.accepted + side.rejected) (\(Format.percent($0)))"
        } ?? ""
      },
      tokens("draft model", \.draft), tokens("judging", \.judge), tokens("base model", \.base),
      tokens("wasted", \.discarded),
      seconds("draft model", \.draftSeconds), seconds("judging", \.judgeSeconds),
      seconds("base model", \.baseSeconds), seconds("wasted", \.wastedSeconds),
    ]
    return Table(
      ["", Table.Column("A", .right), Table.Column("B", .right)],
      rows: rows.filter { row in row.dropFirst().contains { !$0.isEmpty } })
  }
}

extension RunComparison.Side {
  /// Models and options in a line.
  fileprivate var setting: String {
    var parts = [base.map { "base \($0)" }, draft.map { "draft \($0)" }, mode?.rawValue]
    if mode?.judgesSteps == true {
      parts += [threshold.map { "τ \(Format.score($0))" }, judge.map { "judge \($0.rawValue)" }]
    }
    parts.append(seed.map { "seed \($0)" })
    return parts.compactMap(\.self).joined(separator: " · ")
  }
}

extension RunComparison.Question {
  fileprivate var lines: [String] {
    var lines = ["▸ \(Self.oneLine(prompt))"]
    if !isShared { lines.append("  The two runs were asked different things.") }
    switch (isSame, partsAtStep) {
    case (true, _): lines.append("  the same text to the end")
    case (_, nil): lines.append("  the same steps; they part at the answer")
    case (_, let step?):
      lines.append("  part at step \(step)")
      for (letter, turn) in zip(["A", "B"], turns) {
        lines.append("    \(letter) \(turn.step?.line ?? "has no such step")")
      }
      if let one = turns[0].step, let other = turns[1].step {
        let diff = WordDiff(from: one.text, to: other.text)
        lines.append("    - \(Self.oneLine(diff.oldMarked))")
        lines.append("    + \(Self.oneLine(diff.newMarked))")
      }
    }
    for (letter, turn) in zip(["A", "B"], turns) {
      lines.append("  \(letter) \(turn.line)")
    }
    if turns.allSatisfy({ $0.answer != nil }), expected == nil {
      lines.append(answersAgree ? "  The answers agree." : "  The answers differ.")
    }
    if let expected { lines.append("  expected \(Self.oneLine(expected))") }
    return lines
  }

  fileprivate static func oneLine(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}

extension RunComparison.Question.Step {
  fileprivate var line: String {
    let parts = [status?.rawValue, score.map { "score \(Format.score($0))" }]
    return parts.compactMap(\.self).joined(separator: ", ")
  }
}

extension RunComparison.Question.Turn {
  fileprivate var line: String {
    let given = answer.map { "answer \(RunComparison.Question.oneLine($0))" } ?? "no answer"
    let verdict = isRight.map { $0 ? " (right)" : " (wrong)" } ?? ""
    let judged = accepted + rejected
    let drafts = judged > 0 ? " · \(accepted) of \(judged) drafts accepted" : ""
    return "\(given)\(verdict) · \(Format.count(steps, "step", "steps"))\(drafts) · "
      + "\(Format.seconds(seconds)) · \(Format.count(tokens.discarded, "token", "tokens")) "
      + "wasted"
  }
}
