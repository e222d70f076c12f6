import Traces

/// The metrics of a turn: speedup, acceptance, and where the time went.
enum RunPane {
  /// - Parameters:
  ///   - flips: How many steps would flip at the run's threshold.
  ///   - coach: What the coach says; nil for nothing.
  static func lines(
    turn: TurnState, run: RunState, flips: Int, coach: String?, memoryBytes: Int?, width: Int
  ) -> [[Span]] {
    let metrics = TurnMetrics(turn: turn, run: run)
    var lines = speedup(metrics, mode: turn.mode)
    let course = turn.speedupCourse(last: max(2, width - 14), costs: run.costs)
    // What comes later has its line from the start on, so that the pane does not grow while one reads.
    if course.count > 1 || !turn.isOver { lines.append(spark(course, width: width)) }
    if turn.mode.judgesSteps {
      lines += acceptance(metrics) + unasked(turn) + share(run)
    }
    lines += timeSplit(metrics, width: width)
    lines.append([
      Span("tokens ", .dim), Span("\(metrics.keptTokens) kept", .text),
      Span(" · \(metrics.tokens.discarded) wasted", .dim),
    ])
    lines += speeds(of: turn, metrics)
    lines += room(turn: turn, run: run, memoryBytes: memoryBytes)
    if flips > 0 {
      lines.append([
        Span(
          "⇄ \(flips) would flip at τ \(Format.score(run.threshold)) (est.)",
          .stepFlip)
      ])
    }
    if let coach { lines.append([Span(coach, .threshold)]) }
    return lines.flatMap { TextLayout.lines(text: $0, width: width).map(\.spans) }
  }

  /// A sparkline of the estimated speedup after each of the last steps, scaled to the highest.
  private static func spark(_ course: [Double], width: Int) -> [Span] {
    let highest = course.max() ?? 0
    guard course.count > 1, highest > 0 else { return [] }
    let bars = course.map { Bar.vertical(max(0.01, $0 / highest)) }.joined()
    return [Span(bars, .accent), Span(" to \(Format.speedup(highest)) est.", .dim)]
  }

  /// Decode speed of each model alone, and the cost of a judgement; a dash for what is not known yet.
  private static func speeds(of turn: TurnState, _ metrics: TurnMetrics) -> [[Span]] {
    let ledger = metrics.ledger
    let drafts = ledger.drafting.tokens + ledger.proposing.tokens > 0
    let models = [
      (
        "draft", turn.mode != .base,
        drafts ? metrics.draftSecondsPerToken ?? ledger.drafting.ownSecondsPerToken : nil,
        Scope.timeDraft
      ),
      (
        "base", turn.mode != .draft,
        metrics.baseSecondsPerToken ?? ledger.writing.ownSecondsPerToken, .timeBase
      ),
    ]
    let isOpen = !turn.isOver
    let speeds = models.flatMap { name, isUsed, perToken, scope -> [Span] in
      let speed = perToken.flatMap { $0 > 0 ? Format.fixed(1 / $0, 0) : nil }
      guard speed != nil || isUsed && isOpen else { return [] }
      return [Span("\(name) ", scope), Span("\(speed ?? "–") tok/s ", .text)]
    }
    var lines = speeds.isEmpty ? [] : [speeds]
    let cost = metrics.judgeCostInBaseTokens.map { Format.fixed($0, 1) }
    if cost != nil || turn.mode.judgesSteps && isOpen {
      lines.append([
        Span("a judgement: ", .dim), Span(cost ?? "–", .text), Span(" base tokens", .dim),
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
    let used = turn.contextTokens
    if let context = run.started?.context, context > 0, used != nil || !turn.isOver {
      // Beyond the draft model's room the base model goes on alone.
      let length = used ?? 0 > context ? run.started?.baseContext ?? context : context
      let share = used.map { Double($0) / Double(length) }
      lines.append([
        Span("context ", .dim),
        Span("\(used.map(String.init) ?? "–")/\(length)", share ?? 0 >= 0.9 ? .warning : .text),
        Span(share.map { " (\(Format.percent($0)))" } ?? "", .dim),
      ])
    }
    if let memoryBytes {
      lines.append([Span("memory ", .dim), Span(Format.bytes(memoryBytes), .text)])
    }
    return lines
  }

  /// Seconds first, then what the base model alone would have taken.
  private static func speedup(_ metrics: TurnMetrics, mode: Mode) -> [[Span]] {
    let alone = mode == .base ? nil : metrics.baseAlone
    let parts = Format.againstBase(metrics.wallSeconds, baseAlone: alone)
    var spans = [Span(parts[0], .title)]
    for part in parts.dropFirst() { spans += [Span(" · ", .dim), Span(part, .text)] }
    if mode != .base, parts.count == 1, let estimated = metrics.estimatedSpeedup {
      spans += [Span(" · ", .dim), Span(Format.speedup(estimated) + " est.", .text)]
    }
    var lines = [spans]
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
  private static func share(_ run: RunState) -> [[Span]] {
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
    return [[Span(text, .dim)]]
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
