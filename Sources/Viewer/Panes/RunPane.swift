import Traces

/// The metrics of a turn: speedup, acceptance, and where the time went.
enum RunPane {
  static func lines(turn: TurnState, run: RunState, memoryBytes: Int?, width: Int) -> [[Span]] {
    let metrics = TurnMetrics(turn: turn, run: run)
    var lines = [speedup(metrics)]
    let course = turn.speedupCourse(
      last: max(2, width - 14), baseSecondsPerToken: run.baseSecondsPerToken)
    if course.count > 1 { lines.append(spark(course, width: width)) }
    if turn.mode.judgesSteps { lines += acceptance(metrics) }
    lines += timeSplit(metrics, width: width)
    lines.append([
      Span("tokens ", .dim), Span("\(metrics.keptTokens) kept", .text),
      Span(" · \(metrics.tokens.discarded) wasted", .dim),
    ])
    lines += speeds(metrics)
    lines += room(turn: turn, run: run, memoryBytes: memoryBytes)
    let flips = WhatIf.flips(of: turn, at: run.threshold).count
    if flips > 0 {
      lines.append([
        Span(
          "⇄ \(flips) would flip at τ \(Format.fixed(run.threshold, 1)) (est.)",
          .stepFlip)
      ])
    }
    return lines
  }

  /// A sparkline of the estimated speedup after each of the last steps, scaled to the highest.
  private static func spark(_ course: [Double], width: Int) -> [Span] {
    let highest = course.max() ?? 0
    guard highest > 0 else { return [] }
    let bars = course.map { Bar.vertical(max(0.01, $0 / highest)) }.joined()
    return [Span(bars, .accent), Span(" to \(Format.speedup(highest)) est.", .dim)]
  }

  /// Decode speed of each model, and the cost of a judgement.
  private static func speeds(_ metrics: TurnMetrics) -> [[Span]] {
    let ledger = metrics.ledger
    let written = [
      ("draft", ledger.drafting, Scope.timeDraft),
      (
        "base",
        Work(
          tokens: ledger.regenerating.tokens + ledger.writing.tokens,
          seconds: ledger.regenerating.seconds + ledger.writing.seconds), .timeBase
      ),
    ]
    let speeds = written.filter { $0.1.tokens > 0 && $0.1.seconds > 0 }.flatMap {
      name, work, scope in
      [
        Span("\(name) ", scope),
        Span("\(Format.fixed(Double(work.tokens) / work.seconds, 0)) tok/s ", .text),
      ]
    }
    var lines = speeds.isEmpty ? [] : [speeds]
    if let cost = metrics.judgeCostInBaseTokens {
      lines.append([
        Span("a judgement costs ", .dim), Span(Format.fixed(cost, 1), .text),
        Span(" base tokens", .dim),
      ])
    }
    if metrics.ledger.identicalRewrites > 0 {
      lines.append([
        Span(
          Format.count(ledger.identicalRewrites, "rewrite", "rewrites") + " said the same",
          .warning)
      ])
    }
    return lines
  }

  /// Context use and memory use.
  private static func room(turn: TurnState, run: RunState, memoryBytes: Int?) -> [[Span]] {
    var lines: [[Span]] = []
    if let used = turn.contextTokens, let length = run.started?.context, length > 0 {
      let share = Double(used) / Double(length)
      lines.append([
        Span("context ", .dim),
        Span("\(used)/\(length)", share >= 0.9 ? .warning : .text),
        Span(" (\(Format.percent(share)))", .dim),
      ])
    }
    if let memoryBytes {
      lines.append([Span("memory ", .dim), Span(Format.bytes(memoryBytes), .text)])
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

  private static func acceptance(_ metrics: TurnMetrics) -> [[Span]] {
    let decided = metrics.accepted + metrics.rejected
    let spans = [
      Span("accepted ", .dim), Span("\(metrics.accepted)/\(decided)", .stepAccepted),
      Span(metrics.acceptanceRate.map { " (\(Format.percent($0)))" } ?? "", .text),
    ]
    // Beyond 100% there is no acceptance rate at which speculation pays here.
    let share = metrics.breakEvenAcceptance.map { $0 > 1 ? ">100%" : Format.percent($0) }
    // On a line of its own, and from the start on: what is below does not move when it comes.
    return [spans, [Span("break-even ", .dim), Span(share ?? "–", .text)]]
  }

  /// Shares of the wall time; time that no step accounts for stays blank in the bar.
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
