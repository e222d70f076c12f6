import Traces

/// The numbers of a turn: what speculation gained and where the time went.
enum RunPane {
  static func lines(turn: TurnState, run: RunState, width: Int) -> [[Span]] {
    let metrics = TurnMetrics(turn: turn, run: run)
    var lines = [speedup(metrics)]
    if turn.mode.judgesSteps { lines.append(acceptance(metrics)) }
    lines += timeSplit(metrics, width: width)
    lines.append([
      Span("tokens ", .dim), Span("\(metrics.keptTokens) kept", .text),
      Span(" · \(metrics.tokens.discarded) wasted", .dim),
    ])
    let flips = WhatIf(threshold: run.threshold, turn: turn).flips.count
    if flips > 0 {
      lines.append([
        Span(
          "⇄ \(flips) would flip at τ \(Format.fixed(run.threshold, 1)) (est.)",
          .stepFlip)
      ])
    }
    return lines
  }

  private static func speedup(_ metrics: TurnMetrics) -> [Span] {
    var spans = [Span("speedup ", .dim)]
    if let measured = metrics.measuredSpeedup {
      spans += [Span(Format.speedup(measured), .title), Span(" measured  ", .dim)]
    }
    if let estimated = metrics.estimatedSpeedup {
      spans += [Span(Format.speedup(estimated), .title), Span(" est.", .dim)]
    } else if metrics.measuredSpeedup == nil {
      spans.append(Span("–", .dim))
    }
    spans.append(Span("  \(Format.seconds(metrics.wallSeconds))", .dim))
    return spans
  }

  private static func acceptance(_ metrics: TurnMetrics) -> [Span] {
    let decided = metrics.accepted + metrics.rejected
    var spans = [
      Span("accepted ", .dim), Span("\(metrics.accepted)/\(decided)", .stepAccepted),
      Span(metrics.acceptanceRate.map { " (\(Format.percent($0)))" } ?? "", .text),
    ]
    if let breakEven = metrics.breakEvenAcceptance {
      // Beyond 100% there is no acceptance rate at which speculation pays here.
      let share = breakEven > 1 ? ">100%" : Format.percent(breakEven)
      spans += [Span("  breakeven ", .dim), Span(share, .text)]
    }
    return spans
  }

  /// Shares of the wall time; what no step accounts for yet stays blank in the bar.
  private static func timeSplit(_ metrics: TurnMetrics, width: Int) -> [[Span]] {
    guard metrics.wallSeconds > 0 else { return [] }
    let seconds = metrics.seconds
    let parts: [(name: String, seconds: Double, scope: Scope)] = [
      ("draft", seconds.draft - seconds.discarded, .timeDraft),
      ("judge", seconds.judge, .timeJudge),
      ("base", seconds.base, .timeBase),
      ("wasted", seconds.discarded, .timeWasted),
    ]
    let shares = parts.map { $0.seconds / metrics.wallSeconds }
    let cells = Bar.segments(shares, columns: width)
    let glyphs = ["█", "▓", "█", "░"]
    let bar = zip(parts.indices, cells).map { index, count in
      Span(String(repeating: glyphs[index], count: count), parts[index].scope)
    }
    let legend = zip(parts, shares).map { part, share in
      [Span("\(part.name) ", part.scope), Span(Format.percent(max(0, share)) + " ", .text)]
    }
    return [bar, legend[0] + legend[1], legend[2] + legend[3]]
  }
}
