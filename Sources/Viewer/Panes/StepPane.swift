import Traces

/// The details of one step: its status, its judgement and its costs.
struct StepPane {
  let step: StepState
  let turn: TurnState
  let run: RunState
  /// What the rewrite of a rejected draft changed; nil where there is none.
  let rewrite: WordDiff?
  let width: Int
  /// Show the tokens with their probabilities instead of the judgement and the rewrite.
  let showsTokens: Bool

  private static let chartRows = 4

  /// All lines, with a taller chart of the score distribution if it fits into `rows`.
  func lines(rows: Int) -> [[Span]] {
    let tall = lines(chartRows: Self.chartRows)
    return tall.count <= rows ? tall : lines(chartRows: 1)
  }

  private func lines(chartRows: Int) -> [[Span]] {
    let look = step.look(in: turn)
    var lines: [[Span]] = []
    if step.rejectedDraft != nil {
      lines.append([Span("\(StepLook.rejected.glyph) \(StepLook.rejected.word)", .stepRejected)])
    }
    lines.append([Span("\(look.glyph) \(look.word)", look.scope)])
    if step.isCut {
      lines.append([Span("cut: it did not end by itself", .warning)])
    }
    if showsTokens { return lines + [[]] + tokens }
    if let routed = step.routed { lines += wrapped(routed.reason, .dim) }
    if let screened = step.screened { lines += screening(screened) }
    if let judged = step.judged {
      lines.append([])
      lines += judgement(judged, chartRows: chartRows)
      if step.isNearThreshold { lines.append([Span("near the threshold", .warning)]) }
    }
    if let decided = step.decided {
      lines += wrapped(decided.reason, .dim)
    }
    lines += otherDrafts
    if step.flips(at: run.threshold) {
      let verdict = step.decided?.verdict == .accepted ? "rejected" : "accepted"
      lines += wrapped(
        "⇄ would flip: \(verdict) at τ \(Format.score(run.threshold)) (est.)", .stepFlip)
    }
    lines.append([])
    lines += costs
    if let entropy = step.drafted?.firstEntropy {
      lines.append([
        Span("first token's entropy ", .dim), Span(Format.fixed(entropy, 2), .text),
      ])
    }
    if let rewrite { lines += [[]] + changes(rewrite) }
    return lines
  }

  /// What a cascade's cheap judge said.
  private func screening(_ screened: StepScreened) -> [[Span]] {
    [[]]
      + TextLayout.lines(
        prefix: [
          Span("\(screened.judge.rawValue) ", .dim), Span("\(screened.shownScore) ", .text),
        ],
        text: [Span(screened.remark, .dim)], width: width
      ).map(\.spans)
  }

  private func judgement(_ judged: StepJudged, chartRows: Int) -> [[Span]] {
    guard judged.readable else {
      return [[Span("judge unreadable: ", .warning), Span("its answer is no digit", .dim)]]
    }
    var lines = [
      [Span("judge ", .dim), Span(judged.shortScore, judged.scope), Span(" of 9", .dim)]
    ]
    if judged.probabilities.count == 10 {
      lines += chart(judged.probabilities, rows: chartRows)
      lines += opinions(judged)
    }
    if judged.by == .draft { lines.append([Span("by the draft model itself", .dim)]) }
    if let second = judged.second { lines += opinion(of: second, beside: judged) }
    return lines
  }

  /// The score distribution: a bar for each digit, with the digits below.
  private func chart(_ probabilities: [Double], rows: Int) -> [[Span]] {
    let bars = (0..<rows).map { row in
      let floor = Double(rows - 1 - row) / Double(rows)
      return probabilities.enumerated().map { digit, probability in
        Span(" \(Bar.vertical((probability - floor) * Double(rows))) ", scope(of: digit))
      }
    }
    return bars + [(0..<10).map { Span(" \($0) ", scope(of: $0)) }]
  }

  /// Distinguishes digits that reach the threshold from those that do not.
  private func scope(of digit: Int) -> Scope {
    Double(digit) >= run.threshold ? .judgeHigh : .judgeLow
  }

  private func opinion(
    of second: StepJudged.SecondOpinion, beside judged: StepJudged
  ) -> [[Span]] {
    var lines = [
      [
        Span("second judge ", .dim), Span("(\(second.judge.rawValue)) ", .dim),
        Span(second.score.map(Format.score) ?? "unreadable", .text),
      ]
    ]
    let accepts = second.score.map { $0 >= run.threshold } ?? false
    if accepts != (judged.verdict(at: run.threshold) == .accepted) {
      lines.append([Span("the judges disagree", .warning)])
    }
    return lines
  }

  private func opinions(_ judged: StepJudged) -> [[Span]] {
    guard let greedy = judged.greedy, let average = judged.average else { return [] }
    var lines = [
      [
        Span("greedy ", .dim), Span("\(greedy)", .text), Span(" · average ", .dim),
        Span(Format.score(average), .text),
      ]
    ]
    if (Double(greedy) >= run.threshold) != (average >= run.threshold) {
      lines.append([Span("greedy and average disagree", .warning)])
    }
    return lines
  }

  /// The other drafts of the step with their scores.
  private var otherDrafts: [[Span]] {
    let others = step.otherDrafts.sorted {
      ($0.drafted?.candidate ?? 0) < ($1.drafted?.candidate ?? 0)
    }
    guard !others.isEmpty else { return [] }
    return [[], [Span("other drafts", .dim)]]
      + others.flatMap { other in
        let score = other.judged.map { Span("\($0.shortScore)  ", $0.scope) }
        let text = other.drafted?.text ?? other.draftText
        return TextLayout.lines(
          prefix: [score ?? Span(" –   ", .dim)],
          text: [Span(text == step.drafted?.text ? "the same" : text, .dim)], width: width
        ).map(\.spans)
      }
  }

  private var costs: [[Span]] {
    var lines: [[Span]] = []
    func add(_ name: String, _ tokens: Int, _ seconds: Double?, _ note: String, _ scope: Scope) {
      lines.append([
        Span("\(name)  ", scope), Span(Format.padded("\(tokens)", to: 4) + " tok", .text),
        Span("  " + (seconds.map(Format.seconds) ?? "…"), .dim),
        Span(note.isEmpty ? "" : "  \(note)", .timeWasted),
      ])
    }
    let isByDraft = step.committed.map { $0.by == .draft } ?? false
    if step.drafted != nil || step.draftTokens > 0 || isByDraft {
      add(
        "draft", step.drafted?.tokens ?? step.committed?.tokens ?? step.draftTokens,
        step.drafted?.seconds ?? (isByDraft ? step.committed?.seconds : nil),
        step.rejectedDraft == nil ? "" : "wasted", .timeDraft)
    }
    if !step.otherDrafts.isEmpty {
      let drafts = step.otherDrafts.compactMap(\.drafted)
      add(
        "other", drafts.reduce(0) { $0 + $1.tokens }, drafts.reduce(0) { $0 + $1.seconds },
        "wasted", .timeDraft)
    }
    let ledger = step.ledger
    if step.judged != nil || step.screened != nil {
      if ledger.judging != Work() || step.judged?.by == nil && step.judged != nil {
        add("judge", ledger.judging.tokens, ledger.judging.seconds, "", .timeJudge)
      }
      let own = ledger.selfJudging
      if own != Work() { add("self ", own.tokens, own.seconds, "", .timeJudge) }
      let second = ledger.secondJudging
      if second != Work() { add("2nd  ", second.tokens, second.seconds, "", .timeJudge) }
    }
    if let committed = step.committed, committed.by == .base {
      add("base ", committed.tokens, committed.seconds, "", .timeBase)
    } else if step.baseTokens > 0 {
      add("base ", step.baseTokens, nil, "", .timeBase)
    }
    if let speculation = step.committed?.speculation {
      lines += wrapped(
        "token level: \(speculation.accepted) of \(speculation.proposed) draft tokens kept, "
          + Format.count(speculation.passes, "pass", "passes"), .dim)
    }
    return lines
  }

  /// The base model's changes as a word diff.
  private func changes(_ diff: WordDiff) -> [[Span]] {
    if diff.isNone { return [[Span("the rewrite says the same", .warning)]] }
    func lines(_ name: String, _ pieces: [Block.Piece], _ scope: Scope) -> [[Span]] {
      TextLayout.lines(prefix: [Span(name, scope)], text: pieces.map(\.span), width: width)
        .map(\.spans)
    }
    return lines("draft  ", diff.old.removedPieces, .stepRejected)
      + lines("base   ", diff.new.addedPieces, .stepRegenerated)
  }

  /// The tokens of each model that wrote, the base model first.
  private var tokens: [[Span]] {
    let base = TokenHeat.lines("base", .timeBase, step.markedBase, width: width)
    let draft = TokenHeat.lines("draft", .timeDraft, step.markedDraft, width: width)
    guard !base.isEmpty || !draft.isEmpty else {
      return [[Span("no tokens were recorded", .dim)]]
    }
    return base.isEmpty || draft.isEmpty ? base + draft : base + [[]] + draft
  }

  private func wrapped(_ text: String, _ scope: Scope) -> [[Span]] {
    TextLayout.lines(text: [Span(text, scope)], width: width).map(\.spans)
  }
}
