import Traces

/// Describes a run in lines for screen readers: whole steps, words instead of glyphs and columns.
public struct LinearTeller: Sendable {
  /// The run so far, for what a decision or a turn's end refers to.
  private var run = RunState()

  /// A teller for a new run.
  public init() {}

  /// The lines for `event`; empty for most events.
  public mutating func lines(for event: Event) -> [String] {
    run.apply(event)
    switch event.kind {
    case .runStarted(let run): return [Self.beginning(of: run)]
    case .stepDrafted(let drafted):
      let name = drafted.candidate.map { "draft \($0 + 1)" } ?? "draft"
      return [Self.step(drafted.step, name, drafted.text, isCut: drafted.cut)]
    case .stepRouted(let routed):
      return ["step \(routed.step): handed over to the base model, \(routed.reason)"]
    case .stepDecided(let decided): return [decision(decided)]
    case .stepCommitted(let committed): return kept(committed)
    case .answer(let answer):
      // What was told already is not told again.
      let step = run.turns.last.flatMap { $0.answersInLastStep ? $0.steps.last?.number : nil }
      return ["answer: \(step.map { "step \($0)" } ?? Self.oneLine(answer.text))"]
        + (answer.boxed.map { ["result: \(Self.oneLine($0))"] } ?? [])
    case .turnEnded(let end): return [Self.ending(of: end, run.turns.last)]
    case .thresholdAdapted(let adapted):
      return ["threshold now \(Format.score(adapted.threshold)), moved by itself"]
    case .branchStarted: return ["a branch begins"]
    case .warning(let notice): return ["warning: \(notice.message)"]
    case .error(let notice): return ["error: \(notice.message)"]
    case .raceEnded(let race):
      return ["the base model alone took \(Format.fixed(race.seconds, 1)) seconds"]
    case .turnStarted, .token, .stepScreened, .stepJudged, .stepScored, .control,
      .generationDropped, .aheadDropped, .turnWaited:
      return []
    }
  }

  private static func beginning(of run: RunStarted) -> String {
    var parts = ["base model \(run.base.name)"]
    if let draft = run.draft { parts.append("draft model \(draft.name)") }
    let options = run.options
    parts.append("mode \(options.mode.rawValue)")
    if options.mode.judgesSteps {
      let share = options.thresholdShare == nil ? "" : ", \(options.acceptance.text)"
      parts.append("threshold \(Format.score(options.threshold))\(share)")
    }
    return parts.joined(separator: ", ")
  }

  private func decision(_ decided: StepDecided) -> String {
    let draft = decided.candidate.map { "draft \($0 + 1)" } ?? "draft"
    var parts = ["step \(decided.step): \(draft) \(decided.verdict.rawValue)"]
    if decided.by == .judge, let judged = run.turns.last?.step(decided.step)?.judged {
      parts.append(judged.score.map { "score \(Format.score($0))" } ?? "judge unreadable")
      parts.append("threshold \(Format.score(decided.threshold))")
    } else {
      parts.append(decided.reason)
    }
    if decided.unasked == true { parts.append("the base model was not asked") }
    return parts.joined(separator: ", ")
  }

  private func kept(_ committed: StepCommitted) -> [String] {
    let author =
      switch committed.status {
      // It was told when it was drafted.
      case .draftAccepted, .draftUnasked: nil as String?
      case .baseRegenerated: "base rewrite"
      case .baseWritten: "base"
      case .stitched: "both models"
      case .draftWritten: "draft"
      case .edited: "edited"
      case .note: "note"
      }
    return author.map { [Self.step(committed.step, $0, committed.text, isCut: committed.cut)] }
      ?? []
  }

  private static func step(_ number: Int, _ author: String, _ text: String, isCut: Bool) -> String {
    "step \(number), \(author)\(isCut ? ", cut" : ""): \(oneLine(text))"
  }

  private static func ending(of end: TurnEnded, _ turn: TurnState?) -> String {
    var parts = [end.stop.sentence(turn?.answer)]
    let decided = end.accepted + end.rejected
    if decided > 0 { parts.append("\(end.accepted) of \(decided) drafts accepted") }
    if let unasked = turn?.unaskedSteps, unasked > 0 {
      parts.append("\(unasked) of them without asking the base model")
    }
    parts.append("\(Format.fixed(end.seconds, 1)) seconds")
    if let alone = end.baseAlone {
      let (low, high) = (Format.fixed(alone.low, 1), Format.fixed(alone.high, 1))
      parts.append(
        "base alone about \(Format.fixed(alone.estimate, 1)) seconds, between \(low) and \(high)")
    }
    if let speedup = end.estimatedSpeedup {
      parts.append("speedup \(Format.fixed(speedup, 2)) estimated")
    }
    return parts.joined(separator: ", ")
  }

  /// The text on one line, the unit of reading.
  private static func oneLine(_ text: String) -> String {
    text.split(whereSeparator: \.isNewline).joined(separator: " ")
  }
}
