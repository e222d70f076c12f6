import Foundation
import Reports
import Traces
import Viewer

/// Prints a run as text while it happens: what `run` shows without `--json`.
///
/// A step's tokens are printed as they come; its line ends with what became of it.
struct PlainPrinter {
  private let paints: Bool
  /// Whose text the open line holds; nil when the next text begins a line.
  private var open: (step: Int?, by: Author)?
  /// The run so far, for what a decision or a turn's end refers to.
  private var run = RunState()

  /// A printer for standard output, in colour on a terminal unless `NO_COLOR` is set.
  init() {
    let noColor = ProcessInfo.processInfo.environment["NO_COLOR"] ?? ""
    paints = Printing.isTerminal && noColor.isEmpty
  }

  /// Prints what `event` adds.
  mutating func show(_ event: Event) {
    run.apply(event)
    switch event.kind {
    case .token(let token):
      write(token)
    case .stepRouted(let routed):
      let look = StepLook.handedOver
      // Where nothing of the step was drafted, no line is open.
      if open == nil {
        Printing.write(paint("\(routed.step)", .dim))
        open = (routed.step, .base)
      }
      close("\(look.glyph) \(look.word): \(routed.reason)", look.scope)
    case .stepDrafted(let drafted):
      // The decision follows after all drafts of the step.
      if let candidate = drafted.candidate { close("draft \(candidate + 1)", .dim) }
    case .stepDecided(let decided):
      if let candidate = decided.candidate { open = open ?? start(decided.step, candidate) }
      let step = run.turns.last?.step(decided.step)
      let score = step?.judged.map(\.score) ?? step?.screened?.score
      let number = score.map { Format.score($0) + " " } ?? ""
      let look = decided.look
      let reason = look == .accepted ? "" : ": \(decided.reason)"
      close("\(look.glyph) \(number)\(look.word)\(reason)", look.scope)
    case .stepCommitted(let committed):
      let look = committed.status.look
      switch committed.status {
      case .draftAccepted, .draftUnasked, .edited, .note: close()
      case .baseRegenerated, .baseWritten, .stitched, .draftWritten:
        close("\(look.glyph) \(look.word)\(committed.cut ? ", cut" : "")", look.scope)
      }
    case .turnEnded(let end):
      close()
      if end.stop != .error { Failure.report(Self.summary(of: end, run.turns.last)) }
      if let advice = Coach(run)?.line(.commandLine) { Failure.report(advice) }
      if end.stop.isOfBudget { Failure.report(Self.budgetHint(end.stop)) }
    case .warning(let notice), .error(let notice):
      close()
      Failure.report("specreason: \(notice.message)")
    case .runStarted, .turnStarted, .stepScreened, .stepJudged, .stepScored, .control,
      .branchStarted, .thresholdAdapted,
      .generationDropped, .aheadDropped, .turnWaited, .raceEnded,
      .answer:
      break
    }
  }

  private mutating func write(_ token: TokenEvent) {
    guard !token.text.isEmpty else { return }
    if open == nil || open?.step != token.step || open?.by != token.by {
      close()
      open = (token.step, token.by)
      Printing.write(token.step.map { paint("\($0) \(token.by.rawValue) ", .dim) } ?? "\n")
    }
    Printing.write(Printing.safe(token.text))
  }

  /// Begins a line about a draft whose text was printed before.
  private func start(_ step: Int, _ candidate: Int) -> (step: Int?, by: Author) {
    Printing.write(paint("\(step) draft \(candidate + 1)", .dim))
    return (step, .draft)
  }

  /// Ends the open line, if there is one, with `remark`.
  private mutating func close(_ remark: String = "", _ scope: Scope = .text) {
    guard open != nil else { return }
    Printing.write(remark.isEmpty ? "\n" : "  \(paint(Printing.safe(remark), scope))\n")
    open = nil
  }

  /// Why `turn` ended, how many steps were accepted, the seconds, and what the base
  /// model alone would have taken.
  static func summary(of end: TurnEnded, _ turn: TurnState?) -> String {
    var parts = [end.stop.sentence(turn?.answer)]
    let judged = end.accepted + end.rejected
    if judged > 0 {
      let unasked = turn?.unaskedSteps ?? 0
      parts.append(
        "\(end.accepted) of \(judged) drafted steps accepted"
          + (unasked > 0 ? ", \(unasked) without asking the base model" : ""))
    }
    parts += Format.againstBase(end.seconds, baseAlone: end.baseAlone)
    if end.baseAlone == nil, let speedup = end.estimatedSpeedup {
      parts.append(Format.speedup(speedup) + " (est.)")
    }
    return parts.joined(separator: " · ")
  }

  private static func budgetHint(_ stop: StopReason) -> String {
    "A larger \(stop == .workBudget ? "--work-budget" : "--budget") gives it more."
  }

  private func paint(_ text: String, _ scope: Scope) -> String {
    paints ? TerminalPaint.painted(text, scope) : text
  }
}
