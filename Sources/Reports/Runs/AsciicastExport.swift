import Foundation
import Traces
import Viewer

/// A run as a recording for asciinema: its text as it was generated, at its own pace.
///
/// The format is asciicast v2 (docs.asciinema.org/manual/asciicast/v2): a header, then one array per
/// line with the seconds since the start, `"o"`, and what the terminal receives.
package enum AsciicastExport {
  private struct Header: Encodable {
    var version = 2
    var width = 100
    var height = 30
    var title: String?
  }

  /// The recording of `events`.
  package static func document(of events: [Event]) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let prompts = events.compactMap { event in
      if case .turnStarted(let turn) = event.kind { turn.prompt } else { nil }
    }
    let header = Header(title: prompts.first.map { String(Markup.harmless($0).prefix(80)) })
    var lines = [String(decoding: try encoder.encode(header), as: UTF8.self)]
    var screen = Screen()
    for event in events {
      guard let output = screen.output(for: event.kind), !output.isEmpty else { continue }
      let text = output.replacing("\n", with: "\r\n")
      let json = String(decoding: try encoder.encode(text), as: UTF8.self)
      lines.append("[\(RunFacts.number(event.time, decimals: 6)), \"o\", \(json)]")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Turns events into output, and remembers whose line is open and what the turn answered.
  private struct Screen {
    private var writing: (step: Int?, by: Author)?
    private var answer: Answer?

    mutating func output(for kind: Event.Kind) -> String? {
      switch kind {
      case .turnStarted(let turn):
        answer = nil
        return closed() + paint(Markup.harmless(turn.prompt), .title) + "\n"
      case .token(let token):
        guard !token.text.isEmpty else { return nil }
        var head = ""
        if writing == nil || writing?.step != token.step || writing?.by != token.by {
          head = closed() + (token.step.map { paint("\($0) \(token.by.rawValue) ", .dim) } ?? "\n")
          writing = (token.step, token.by)
        }
        return head + Markup.harmless(token.text)
      case .stepDecided(let decided):
        return remark(decided.look, Markup.harmless(decided.reason))
      case .stepCommitted(let committed):
        // The decision already told an accepted step's fate.
        if committed.status == .draftAccepted || committed.status == .draftUnasked {
          return closed()
        }
        return remark(committed.status.look, committed.cut ? "cut" : "")
      case .turnEnded(let end):
        let seconds = RunFacts.number(end.seconds, decimals: 2)
        return closed() + paint("\(end.stop.sentence(answer)) · \(seconds) s", .dim) + "\n"
      case .warning(let notice), .error(let notice):
        return closed() + paint(Markup.harmless(notice.message), .warning) + "\n"
      case .stepRouted(let routed):
        // Where nothing of the step was drafted, no line is open.
        let head = writing == nil ? paint("\(routed.step)", .dim) : ""
        if writing == nil { writing = (routed.step, .base) }
        return head + remark(.handedOver, Markup.harmless(routed.reason))
      case .answer(let given):
        answer = given
        return nil
      case .branchStarted:
        answer = nil
        return nil
      case .runStarted, .stepDrafted, .stepScreened, .stepJudged, .stepScored, .control,
        .thresholdAdapted, .generationDropped, .aheadDropped, .turnWaited, .raceEnded:
        return nil
      }
    }

    private mutating func remark(_ look: StepLook, _ words: String) -> String {
      guard writing != nil else { return "" }
      let reason = words.isEmpty ? "" : ": \(words)"
      return "  " + paint("\(look.glyph) \(look.word)\(reason)", look.scope) + closed()
    }

    private mutating func closed() -> String {
      guard writing != nil else { return "" }
      writing = nil
      return "\n"
    }

    private func paint(_ text: String, _ scope: Scope) -> String {
      TerminalPaint.painted(text, scope)
    }
  }
}
