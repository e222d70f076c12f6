import Foundation
import TestSupport
import Testing
import Traces
import Viewer

@testable import Reports

struct ExportTests {
  /// A turn with an accepted, a rejected and rewritten, and an outright written step.
  private static func events(prompt: String = "2 + 2?", words: String = "So 4.") -> [Event] {
    var time = 0.0
    func event(_ kind: Event.Kind) -> Event {
      time += 0.25
      return Event(time: time, kind: kind)
    }
    func judged(_ step: Int, _ score: Double) -> Event {
      event(
        .stepJudged(
          StepJudged(
            step: step, score: score, greedy: nil, average: nil, probabilities: [],
            readable: true, promptTokens: 20, seconds: 0.25)))
    }
    let model = ModelDescription(name: words, source: "f", quantization: "Q8_0")
    return [
      event(
        .runStarted(
          RunStarted(
            version: "1", base: model, draft: model,
            options: .published(score: .average, judge: .short, budget: 100, seed: 1),
            machine: words, baseSecondsPerToken: 0.1))),
      event(.turnStarted(TurnStarted(turn: 1, prompt: prompt))),
      event(.token(TokenEvent(step: 1, by: .draft, text: words))),
      event(.stepDrafted(StepDrafted(step: 1, text: words, tokens: 3, seconds: 0.25, cut: false))),
      judged(1, 9),
      event(
        .stepDecided(
          StepDecided(step: 1, verdict: .accepted, threshold: 7, by: .judge, reason: words))),
      event(
        .stepCommitted(
          StepCommitted(
            step: 1, by: .draft, status: .draftAccepted, text: words, tokens: 3, seconds: 0.25,
            cut: false))),
      event(.token(TokenEvent(step: 2, by: .draft, text: "No.\n" + words))),
      event(
        .stepDrafted(
          StepDrafted(step: 2, text: "No.\n" + words, tokens: 4, seconds: 0.25, cut: false))),
      judged(2, 1),
      event(
        .stepDecided(
          StepDecided(step: 2, verdict: .rejected, threshold: 7, by: .judge, reason: words))),
      event(.token(TokenEvent(step: 2, by: .base, text: words))),
      event(
        .stepCommitted(
          StepCommitted(
            step: 2, by: .base, status: .baseRegenerated, text: words, tokens: 3, seconds: 0.5,
            cut: true))),
      event(.warning(Notice(message: words))),
      event(.token(TokenEvent(step: nil, by: .base, text: words))),
      event(.answer(Answer(text: words, boxed: nil, by: .base, tokens: 2, seconds: 0.25))),
      event(
        .turnEnded(
          TurnEnded(
            turn: 1, stop: .answer, seconds: 4, tokens: TokenCounts(), accepted: 1, rejected: 1,
            estimatedSpeedup: nil))),
    ]
  }

  private static func documents(_ events: [Event]) throws -> [String: String] {
    let run = events.reduce(into: RunState()) { $0.apply($1) }
    return [
      "html": HTMLExport.document(of: run), "markdown": MarkdownExport.document(of: run),
      "svg": SVGExport.document(of: run), "json": try JSONExport.document(of: run),
      "asciicast": try AsciicastExport.document(of: events),
    ]
  }

  @Test func `many signs are escaped in one pass`() {
    let text = String(repeating: ">", count: 400_000)
    #expect(Markup.escaped(text) == String(repeating: "&gt;", count: 400_000))
  }

  @Test func `every export tells each passage with its word`() throws {
    let documents = try Self.documents(Self.events())
    for (form, document) in documents {
      for word in ["draft-accepted", "base-regenerated", "So 4.", "2 + 2?"] {
        #expect(document.contains(word), "\(word) in \(form)")
      }
      // The summed-up object says it as the trace does: a verdict.
      #expect(document.contains(form == "json" ? "rejected" : "draft-rejected"), "\(form)")
    }
    for form in ["html", "markdown", "svg", "asciicast"] {
      for glyph in ["✓", "✗", "↻"] {
        #expect(try #require(documents[form]).contains(glyph), "\(glyph) in \(form)")
      }
    }
  }

  @Test func `a step that was handed over or screened says why`() throws {
    let opinion = StepJudged(
      step: 2, score: 5, greedy: nil, average: nil, probabilities: [], readable: true,
      promptTokens: 9, seconds: 0.1)
    let kinds: [Event.Kind] = [
      .turnStarted(TurnStarted(turn: 1, prompt: "2 + 2?")),
      // Nothing of it was drafted.
      .stepRouted(StepRouted(step: 1, cause: .returns, reason: "3 steps turned back")),
      .token(TokenEvent(step: 1, by: .base, text: "So 4.")),
      .stepCommitted(
        StepCommitted(
          step: 1, by: .base, status: .baseWritten, text: "So 4.", tokens: 3, seconds: 0.5,
          cut: false)),
      .token(TokenEvent(step: 2, by: .draft, text: "Yes.")),
      .stepDrafted(StepDrafted(step: 2, text: "Yes.", tokens: 2, seconds: 0.1, cut: false)),
      .stepScreened(StepScreened(opinion, in: Cascade(.draftItself, low: 3, high: 7))),
      .stepDecided(
        StepDecided(step: 2, verdict: .accepted, threshold: 7, by: .judge, reason: "r")),
      .stepCommitted(
        StepCommitted(
          step: 2, by: .draft, status: .draftAccepted, text: "Yes.", tokens: 2, seconds: 0.1,
          cut: false)),
    ]
    let documents = try Self.documents(
      kinds.enumerated().map { Event(time: Double($0.offset), kind: $0.element) })
    for form in ["html", "markdown", "asciicast"] {
      #expect(documents[form]?.contains("3 steps turned back") == true, "\(form)")
    }
    #expect(documents["asciicast"]?.contains("→ handed-over: 3 steps") == true)
    #expect(
      documents["html"]?.contains("self 5.0 first; it asks on between 3.0 and 7.0") == true)
  }

  @Test func `a recording says what a budget made of the answer`() throws {
    let end = TurnEnded(
      turn: 1, stop: .budget, seconds: 4, tokens: TokenCounts(), accepted: 0, rejected: 0,
      estimatedSpeedup: nil)
    let kinds: [Event.Kind] = [
      .turnStarted(TurnStarted(turn: 1, prompt: "2 + 2?")),
      .answer(Answer(text: "It is", boxed: nil, by: .base, tokens: 2, seconds: 0.25)),
      .turnEnded(end),
    ]
    let document = try AsciicastExport.document(
      of: kinds.map { Event(time: 1, kind: $0) })
    #expect(document.contains("the token budget is used up; the answer is cut"))
  }

  private static let hostile =
    "</p><script>alert(1)</script> \" ' & <\u{338}b> ]]> \u{1B}]52;c;AAAA\u{7} \u{9B}2J \u{202E}x\u{0}"

  @Test func `hostile text stays text`() throws {
    for (form, document) in try Self.documents(
      Self.events(prompt: Self.hostile, words: Self.hostile))
    {
      #expect(!document.unicodeScalars.contains("\u{9B}"), "\(form)")
      #expect(!document.unicodeScalars.contains("\u{0}"), "\(form)")
      #expect(!document.unicodeScalars.contains("\u{1B}"), "\(form)")
      if form != "json" {
        #expect(!document.unicodeScalars.contains("\u{202E}"), "\(form)")
        #expect(!document.contains("]52;c") || !document.contains("\u{7}"), "\(form)")
      }
      if ["html", "markdown", "svg"].contains(form) {
        // The page has a script of its own.
        let own = form == "html" ? 1 : 0
        #expect(document.ranges(of: "<script").count == own, "\(form)")
        #expect(
          !document.unicodeScalars.map(String.init).joined(separator: " ").contains("< \u{338}"))
      }
    }
  }

  @Test func `pages and pictures are well-formed and need nothing else`() throws {
    for events in [Self.events(), Self.events(prompt: Self.hostile, words: Self.hostile)] {
      let documents = try Self.documents(events)
      for form in ["html", "svg"] {
        let document = try #require(documents[form])
        #expect(XMLElements.counted(in: document) != nil, "\(form)")
        for reference in ["src=", "href=", "url(", "@import"] {
          #expect(!document.contains(reference), "\(form) has \(reference)")
        }
      }
      let page = try #require(documents["html"])
      let elements = try #require(XMLElements.counted(in: page))
      #expect(elements["script"] == 1 && page.contains("id=\"turn-1-step-2\""))
    }
  }

  @Test func `every prefix of a run can be exported`() throws {
    let events = Self.events()
    for count in 0...events.count {
      let documents = try Self.documents(Array(events.prefix(count)))
      for form in ["html", "svg"] {
        let document = try #require(documents[form])
        #expect(XMLElements.counted(in: document) != nil, "\(form) \(count)")
      }
      let text = try #require(documents["json"])
      let json = try JSONSerialization.jsonObject(with: Data(text.utf8))
      #expect(json is [String: Any])
    }
  }

  @Test func `a recording is asciicast, at the run's own pace`() throws {
    let document = try #require(try Self.documents(Self.events())["asciicast"])
    let lines = try document.split(separator: "\n").map {
      try JSONSerialization.jsonObject(with: Data($0.utf8), options: .fragmentsAllowed)
    }
    let header = try #require(lines.first as? [String: Any])
    #expect(header["version"] as? Int == 2 && header["width"] as? Int == 100)
    let frames = try lines.dropFirst().map { try #require($0 as? [Any]) }
    #expect(frames.allSatisfy { $0.count == 3 && $0[1] as? String == "o" })
    let times = frames.compactMap { $0[0] as? Double }
    #expect(times.count == frames.count && times == times.sorted())
    #expect(times.first == 0.5 && times.last == 4.25)
    let text = frames.compactMap { $0[2] as? String }.joined()
    #expect(text.contains("No.\r\nSo 4."))
  }

  @Test(arguments: [
    StepStatus.draftAccepted, .draftUnasked, .baseRegenerated, .baseWritten, .draftWritten, .edited,
    .note,
  ])
  func `every export tells a step's status as the screen does`(status: StepStatus) throws {
    let look = "\(status.look.glyph) \(status.look.word)"
    let documents = try Self.documents([
      Event(time: 0, kind: .turnStarted(TurnStarted(turn: 1, prompt: "?"))),
      Event(time: 1, kind: .token(TokenEvent(step: 1, by: .draft, text: "So."))),
      Event(
        time: 2,
        kind: .stepCommitted(
          StepCommitted(
            step: 1, by: .draft, status: status, text: "So.", tokens: 1, seconds: 1, cut: false))),
    ])
    for form in ["markdown", "svg"] {
      #expect(try #require(documents[form]).contains(look), "\(form)")
    }
    // The sign is not read out before its word.
    let spoken = "<span aria-hidden=\"true\">\(status.look.glyph)</span> \(status.look.word)"
    #expect(try #require(documents["html"]).contains(spoken))
    // A recording tells an accepted step with its decision.
    if status != .draftAccepted, status != .draftUnasked {
      #expect(try #require(documents["asciicast"]).contains(look))
    }
  }

  @Test func `a last step that stands as the answer is written once`() throws {
    let answer = Answer(text: "It is 4711.", boxed: nil, by: .base, tokens: 0, seconds: 0)
    let kept = StepCommitted(
      step: 1, by: .base, status: .baseWritten, text: answer.text, tokens: 5, seconds: 1, cut: false
    )
    let documents = try Self.documents([
      Event(time: 0, kind: .turnStarted(TurnStarted(turn: 1, prompt: "?"))),
      Event(time: 1, kind: .stepCommitted(kept)), Event(time: 2, kind: .answer(answer)),
    ])
    for form in ["html", "markdown", "svg"] {
      let document = try #require(documents[form])
      #expect(document.ranges(of: "It is 4711").count == 1, "\(form)")
    }
  }

  @Test func `a turn's end has the screen's words`() throws {
    for (form, document) in try Self.documents(Self.events()) where form != "json" {
      #expect(document.contains(StopReason.answer.sentence), "\(form)")
    }
  }

  @Test func `paint is the compiled-in theme's, and nothing where that leaves it open`() {
    #expect(TerminalPaint.painted("x", .stepRegenerated) == "\u{1B}[33mx\u{1B}[0m")
    #expect(TerminalPaint.painted("x", .stepRejected) == "\u{1B}[2;35mx\u{1B}[0m")
    #expect(TerminalPaint.painted("x", .stepDraft) == "x")
  }
}
