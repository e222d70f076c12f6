import Traces

/// One step taken apart: what became of it, what the judge said, what it cost.
enum StepPane {
  static func lines(step: StepState, turn: TurnState, run: RunState, width: Int) -> [[Span]] {
    let look = step.look
    var lines: [[Span]] = []
    if step.rejectedDraft != nil {
      lines.append([Span("\(StepLook.rejected.glyph) \(StepLook.rejected.word)", .stepRejected)])
    }
    lines.append([Span("\(look.glyph) \(look.word)", look.scope)])
    if step.isCut {
      lines.append([Span("cut: it did not end by itself", .warning)])
    }
    if let judged = step.judged {
      lines.append([])
      lines += judgement(judged, run: run)
      if step.isNearThreshold { lines.append([Span("near the threshold", .warning)]) }
    }
    if let decided = step.decided {
      lines += wrapped(decided.reason, .dim, width: width)
    }
    let flips = WhatIf(threshold: run.threshold, turn: turn).flips
    if let flip = flips.first(where: { $0.step == step.number }) {
      let verdict = flip.verdict == .accepted ? "accepted" : "rejected"
      lines += wrapped(
        "⇄ would flip: \(verdict) at τ \(Format.fixed(run.threshold, 1)) (est.)", .stepFlip,
        width: width)
    }
    lines.append([])
    lines += costs(of: step)
    if let draft = step.rejectedDraft, let kept = step.committed {
      lines.append([])
      lines += rewrite(of: draft, as: kept.text, width: width)
    }
    return lines
  }

  private static func judgement(_ judged: StepJudged, run: RunState) -> [[Span]] {
    guard judged.readable else {
      return [[Span("judge unreadable: ", .warning), Span("its answer is no digit", .dim)]]
    }
    var lines = [
      [Span("judge ", .dim), Span(judged.shortScore, judged.scope), Span(" of 9", .dim)]
    ]
    guard judged.probabilities.count == 10 else { return lines }
    lines.append(
      judged.probabilities.enumerated().map { digit, probability in
        Span(" \(Bar.vertical(probability)) ", scope(of: digit, threshold: run.threshold))
      })
    lines.append(
      (0..<10).map { Span(" \($0) ", scope(of: $0, threshold: run.threshold)) })
    lines.append(contentsOf: opinions(judged, threshold: run.threshold))
    return lines
  }

  /// Digits that would be accepted stand out from those that would not.
  private static func scope(of digit: Int, threshold: Double) -> Scope {
    Double(digit) >= threshold ? .judgeHigh : .judgeLow
  }

  private static func opinions(_ judged: StepJudged, threshold: Double) -> [[Span]] {
    guard let greedy = judged.greedy, let average = judged.average else { return [] }
    var lines = [
      [
        Span("greedy ", .dim), Span("\(greedy)", .text), Span(" · average ", .dim),
        Span(Format.fixed(average, 1), .text),
      ]
    ]
    if (Double(greedy) >= threshold) != (average >= threshold) {
      lines.append([Span("greedy and average disagree", .warning)])
    }
    return lines
  }

  private static func costs(of step: StepState) -> [[Span]] {
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
    if let judged = step.judged {
      add("judge", judged.promptTokens, judged.seconds, "", .timeJudge)
    }
    if let committed = step.committed, committed.by == .base {
      add("base ", committed.tokens, committed.seconds, "", .timeBase)
    } else if step.baseTokens > 0 {
      add("base ", step.baseTokens, nil, "", .timeBase)
    }
    return lines
  }

  /// What the base model changed, as a word diff.
  private static func rewrite(of draft: String, as kept: String, width: Int) -> [[Span]] {
    let diff = WordDiff(from: draft, to: kept)
    if diff.isNone { return [[Span("the rewrite says the same", .warning)]] }
    func lines(_ name: String, _ pieces: [Block.Piece], _ scope: Scope) -> [[Span]] {
      TextLayout.lines(prefix: [Span(name, scope)], text: pieces.map(\.span), width: width)
        .map(\.spans)
    }
    return lines("draft  ", diff.old.removedPieces, .stepRejected)
      + lines("base   ", diff.new.addedPieces, .stepRegenerated)
  }

  private static func wrapped(_ text: String, _ scope: Scope, width: Int) -> [[Span]] {
    TextLayout.lines(text: [Span(text, scope)], width: width).map(\.spans)
  }
}
