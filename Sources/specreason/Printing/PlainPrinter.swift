import Foundation
import Traces
import Viewer

/// Prints a run as text while it happens: what `run` shows without `--json`.
///
/// A step is written as its tokens come, and its line ends in what became of it.
struct PlainPrinter {
  private let paints: Bool
  private let sanitizes: Bool
  /// What the open line holds; nil when the next text begins a line.
  private var open: (step: Int?, by: Author)?
  /// The judge's scores of the drafts that await their verdict.
  private var scores: [Int?: Double] = [:]

  /// A printer for standard output. On a terminal it colours, unless `NO_COLOR` forbids it, and
  /// makes text harmless; into a pipe goes the text as it is.
  init() {
    sanitizes = isatty(STDOUT_FILENO) != 0
    let noColor = ProcessInfo.processInfo.environment["NO_COLOR"] ?? ""
    paints = sanitizes && noColor.isEmpty
  }

  /// Prints what `event` adds.
  mutating func show(_ event: Event) {
    switch event.kind {
    case .token(let token):
      write(token)
    case .stepJudged(let judged):
      scores[judged.candidate] = judged.score
    case .stepDrafted(let drafted):
      // Its verdict comes after all drafts of the step.
      if let candidate = drafted.candidate { close("draft \(candidate + 1)", .dim) }
    case .stepDecided(let decided):
      if let candidate = decided.candidate { open = open ?? start(decided.step, candidate) }
      let number = scores[decided.candidate].map { String(format: "%.1f ", $0) } ?? ""
      switch decided.verdict {
      case .accepted: close("✓ \(number)draft-accepted", .green)
      case .rejected: close("✗ \(number)draft-rejected: \(decided.reason)", .red)
      }
      scores = [:]
    case .stepCommitted(let committed):
      let cut = committed.cut ? ", cut" : ""
      switch committed.status {
      case .draftAccepted: close("", .plain)
      case .baseRegenerated: close("↻ base-regenerated\(cut)", .blue)
      case .baseWritten: close("■ base-written\(cut)", .blue)
      case .draftWritten: close("■ draft-written\(cut)", .plain)
      case .edited, .note: close("", .plain)
      }
    case .turnEnded(let end):
      close("", .plain)
      if end.stop != .error { Failure.report(Self.summary(of: end)) }
    case .warning(let notice), .error(let notice):
      close("", .plain)
      Failure.report("specreason: \(notice.message)")
    case .runStarted, .turnStarted, .control, .branchStarted, .thresholdAdapted,
      .aheadDropped, .turnWaited, .raceEnded,
      .answer:
      break
    }
  }

  private mutating func write(_ token: TokenEvent) {
    guard !token.text.isEmpty else { return }
    if open == nil || open?.step != token.step || open?.by != token.by {
      close("", .plain)
      open = (token.step, token.by)
      put(token.step.map { paint("\($0) \(token.by.rawValue) ", .dim) } ?? "\n")
    }
    put(sanitizes ? DisplayText(token.text).string : token.text)
  }

  /// Begins a line about a draft that was told before.
  private func start(_ step: Int, _ candidate: Int) -> (step: Int?, by: Author) {
    put(paint("\(step) draft \(candidate + 1)", .dim))
    return (step, .draft)
  }

  private mutating func close(_ remark: String, _ color: Color) {
    guard open != nil else { return }
    put(remark.isEmpty ? "\n" : "  \(paint(remark, color))\n")
    open = nil
  }

  /// One line: why the turn ended, what was accepted, and the speedup as an estimate.
  static func summary(of end: TurnEnded) -> String {
    var parts = ["stopped: \(end.stop.rawValue)"]
    let judged = end.accepted + end.rejected
    if judged > 0 {
      parts.append("\(end.accepted) of \(judged) drafted steps accepted")
    }
    if let speedup = end.estimatedSpeedup {
      parts.append(String(format: "%.2f× speedup (est.)", speedup))
    }
    parts.append(String(format: "%.2f s", end.seconds))
    return parts.joined(separator: " · ")
  }

  private enum Color: String {
    case plain = "0"
    case dim = "2"
    case green = "32"
    case red = "31"
    case blue = "36"
  }

  private func paint(_ text: String, _ color: Color) -> String {
    paints ? "\u{1B}[\(color.rawValue)m\(text)\u{1B}[0m" : text
  }

  private func put(_ text: String) {
    FileHandle.standardOutput.write(Data(text.utf8))
  }
}
