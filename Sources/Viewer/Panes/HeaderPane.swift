import Traces

/// The first row: program, models, acceptance threshold, mode and activity.
struct HeaderPane {
  private let state: ViewerState

  init(_ state: ViewerState) {
    self.state = state
  }

  func draw(on canvas: inout Canvas) {
    let columns = canvas.size.columns
    let (left, right) = fitting(columns: columns - 4)
    let rightColumn = columns - width(right) - 1
    canvas.put(left, column: 1, row: 0, theme: state.terminal.theme, limit: rightColumn - 1)
    canvas.put(right, column: max(0, rightColumn), row: 0, theme: state.terminal.theme)
  }

  /// Variants from the longest to the shortest.
  private var leftParts: [[Span]] {
    let name = Span("specreason", .header)
    guard let run = state.run.started else { return [[name]] }
    let base = named("base", run.base)
    let draft = run.draft.map { named("draft", $0) } ?? []
    let gap = Span("   ", .text)
    return [
      [name, gap] + base + [gap] + draft,
      base + [gap] + draft,
      base,
    ]
  }

  private func named(_ role: String, _ model: ModelDescription) -> [Span] {
    let quantization = model.quantization.map { "·\($0)" } ?? ""
    let name = DisplayText(model.name).onOneLine.truncated(to: 24)
    return [Span("\(role) ", .dim), Span(name + DisplayText(quantization).onOneLine, .text)]
  }

  private var rightParts: [[Span]] {
    // What holds is not known before the run's beginning tells it.
    guard state.obstacleToSettings == nil else {
      return Array(repeating: activity, count: 4) + [shortProgress]
    }
    let gap = Span("   ", .text)
    return [
      threshold + gauge + [gap] + mode + [gap] + activity,
      threshold + [gap] + mode + [gap] + activity,
      threshold + [gap] + activity,
      activity,
      shortProgress,
    ]
  }

  /// The threshold as a bar of 0 to 9; where the judge's scores lie, it is shaded.
  private var gauge: [Span] {
    let columns = 10
    let bar = Bar.horizontal(state.run.threshold / 9, columns: columns)
    func place(_ score: Double) -> Int {
      max(0, min(columns - 1, Int(score / 9 * Double(columns))))
    }
    let scores = state.coach.map { place($0.range.lowerBound)...place($0.range.upperBound) }
    let cells = bar.enumerated().map { index, cell in
      guard scores?.contains(index) == true else { return Span(String(cell), .threshold) }
      return Span(cell == "░" ? "▒" : "▓", .judgeMid)
    }
    return [Span(" ▕", .threshold)] + cells + [Span("▏", .threshold)]
  }

  private var threshold: [Span] {
    var inForce = [Span("τ \(Format.score(state.run.threshold))", .threshold)]
    if state.run.options.thresholdShare != nil {
      inForce.append(Span(" \(state.run.options.acceptance.text)", .threshold))
    }
    switch state.requested.threshold {
    case .score(let score): return inForce + [Span(" → \(Format.score(score))", .dim)]
    case .share: return inForce + [Span(" → \(state.acceptanceInForce.text)", .dim)]
    case nil: return inForce
    }
  }

  private var mode: [Span] {
    let now = state.isRunning ? state.run.turns.last?.mode ?? state.run.mode : state.run.mode
    let next = state.requested.mode ?? state.run.mode
    guard next != now else { return [Span(now.rawValue, .accent)] }
    return [Span(now.rawValue, .accent), Span(" → \(next.rawValue)", .dim)]
  }

  /// The progress as a percentage only, for narrow screens.
  private var shortProgress: [Span] {
    [Span("● \(Format.percent(state.vitals.progress?.share ?? 0))", .busy)]
  }

  private static let busyMarks = ["◐", "◓", "◑", "◒"]

  private var activity: [Span] {
    let (word, scope) = state.activity
    let mark =
      state.isBusy && !state.terminal.access.reducesMotion
      ? Self.busyMarks[state.vitals.ticks % Self.busyMarks.count] : "●"
    if let progress = state.vitals.progress {
      let label = DisplayText(progress.label).onOneLine.truncated(to: 28)
      let bar = Bar.horizontal(progress.share, columns: 10)
      return [
        Span("\(mark) ", .busy), Span(label, .busy), Span(" ▕\(bar)▏", .busy),
        Span(Format.padded(Format.percent(progress.share), to: 4), .busy),
      ]
    }
    return [Span("\(mark) ", scope), Span(word, scope)]
  }

  /// The longest pair of variants that fits. The bar is dropped first, then the program's name, the
  /// mode and the models; a mode that was just requested outlasts the models.
  private func fitting(columns: Int) -> (left: [Span], right: [Span]) {
    let left = leftParts
    let right = rightParts
    let isAsked = state.requested.mode != nil
    let orders = [(0, 0), (0, 1), (1, 1), isAsked ? (2, 1) : (1, 2), (2, 1), (2, 2)]
    for (leftIndex, rightIndex) in orders
    where leftIndex < left.count && width(left[leftIndex]) + width(right[rightIndex]) <= columns {
      return (left[leftIndex], right[rightIndex])
    }
    return ([], right.first { width($0) <= columns } ?? [])
  }

  private func width(_ spans: [Span]) -> Int {
    spans.reduce(0) { $0 + $1.text.width }
  }
}

extension ViewerState {
  /// The current activity in one word.
  var activity: (word: String, scope: Scope) {
    if let replay {
      let isWaiting = replay.isPaused || (replay.isAtEnd && run.turns.last?.ended != nil)
      let isIdle = replay.isFollowing ? isWaiting : replay.isPaused || replay.isAtEnd
      return (replay.isFollowing ? "following" : "replay", isIdle ? .idle : .busy)
    }
    switch engine {
    case .loading: return ("loading", .busy)
    case .failed: return ("failed", .error)
    case .ready: break
    }
    if isRacing { return (requested.cancel ? "cancelling" : "racing", .busy) }
    if run.isPaused, !requested.cancel { return ("paused", .warning) }
    guard isRunning else { return ("idle", .idle) }
    if requested.cancel { return ("cancelling", .busy) }
    guard requested.problem == nil, let turn = run.turns.last else { return ("starting", .busy) }
    if !turn.answerText.isEmpty { return ("answering", .busy) }
    guard let step = turn.steps.last, step.committed == nil else { return ("thinking", .busy) }
    if turn.askedStep != nil { return ("asking", .warning) }
    return switch step.phase {
    case .judging: ("judging", .stepJudging)
    case .regenerating: ("regenerating", .stepRegenerated)
    case .baseWriting: ("base writing", .stepBase)
    case .drafting, .committed: ("drafting", .busy)
    }
  }
}
