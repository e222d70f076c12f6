import Traces

/// The metrics of a turn: speedup, acceptance, and where the time went.
enum RunPane {
  /// - Parameter coach: What the coach says; nil for nothing.
  static func lines(
    turn: TurnState, run: RunState, coach: String?, memoryBytes: Int?, width: Int
  ) -> [[Span]] {
    let metrics = TurnMetrics(turn: turn, run: run)
    var lines = speedup(metrics, mode: turn.mode, width: width)
    let course = turn.speedupCourse(last: max(2, width - 14), costs: run.costs)
    if course.count > 1 { lines.append(spark(course, width: width)) }
    if turn.mode.judgesSteps {
      lines += acceptance(metrics) + unasked(turn) + share(run, width: width)
    }
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
          "⇄ \(flips) would flip at τ \(Format.score(run.threshold)) (est.)",
          .stepFlip)
      ])
    }
    if let coach {
      lines += TextLayout.lines(text: [Span(coach, .threshold)], width: width).map(\.spans)
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

  /// Decode speed of each model alone, and the cost of a judgement.
  private static func speeds(_ metrics: TurnMetrics) -> [[Span]] {
    let ledger = metrics.ledger
    let drafts = ledger.drafting.tokens + ledger.proposing.tokens > 0
    let models = [
      (
        "draft",
        drafts ? metrics.draftSecondsPerToken ?? ledger.drafting.ownSecondsPerToken : nil,
        Scope.timeDraft
      ),
      ("base", metrics.baseSecondsPerToken ?? ledger.writing.ownSecondsPerToken, .timeBase),
    ]
    let speeds = models.flatMap { name, perToken, scope -> [Span] in
      guard let perToken, perToken > 0 else { return [] }
      return [
        Span("\(name) ", scope), Span("\(Format.fixed(1 / perToken, 0)) tok/s ", .text),
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
    if let used = turn.contextTokens, let context = run.started?.context, context > 0 {
      // Beyond the draft model's room the base model goes on alone.
      let length = used > context ? run.started?.baseContext ?? context : context
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

  /// Seconds first, then what the base model alone would have taken.
  private static func speedup(_ metrics: TurnMetrics, mode: Mode, width: Int) -> [[Span]] {
    let alone = mode == .base ? nil : metrics.baseAlone
    let parts = Format.againstBase(metrics.wallSeconds, baseAlone: alone)
    var spans = [Span(parts[0], .title)]
    for part in parts.dropFirst() { spans += [Span(" · ", .dim), Span(part, .text)] }
    if mode != .base, parts.count == 1, let estimated = metrics.estimatedSpeedup {
      spans += [Span(" · ", .dim), Span(Format.speedup(estimated) + " est.", .text)]
    }
    var lines = TextLayout.lines(text: spans, width: width).map(\.spans)
    if let measured = metrics.measuredSpeedup {
      lines.append([Span(Format.speedup(measured), .title), Span(" measured", .dim)])
    }
    return lines
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

  /// What was accepted without the base model, and what it has to read once it is asked.
  private static func unasked(_ turn: TurnState) -> [[Span]] {
    guard turn.unaskedSteps > 0 else { return [] }
    let unread = turn.unreadTokens
    return [
      [
        Span("unasked ", .dim), Span("\(turn.unaskedSteps)", StepLook.unasked.scope),
        Span(unread > 0 ? " · base has \(unread) tok to read" : "", .dim),
      ]
    ]
  }

  /// What a threshold that is a share goes by.
  private static func share(_ run: RunState, width: Int) -> [[Span]] {
    guard run.options.thresholdShare != nil else { return [] }
    let tau = "τ \(Format.score(run.threshold)) "
    let text: String
    if let reason = run.thresholdReason {
      text = tau + "= " + reason
    } else {
      let scored = run.ownScores(by: run.options.judge, run.options.score).count
      text =
        tau + "until \(AcceptanceThreshold.leastOwnSteps) own steps of the base are scored "
        + "(\(scored) so far)"
    }
    return TextLayout.lines(text: [Span(text, .dim)], width: width).map(\.spans)
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
