import Foundation
import TestSupport
import Testing
import Traces

struct TraceCodingTests {
  @Test func `type stands first and time second`() throws {
    let token = TokenEvent(step: 2, by: .draft, text: "a/b")
    let line = try TraceCoding.line(Event(time: 0.25, kind: .token(token)))
    #expect(line == #"{"type":"token","t":0.25,"by":"draft","step":2,"text":"a/b"}"#)
  }

  @Test(arguments: [
    (Control.setThreshold(6.5), #"{"type":"control","t":1,"control":"threshold","value":6.5}"#),
    (.setMode(.base), #"{"type":"control","t":1,"control":"mode","value":"base"}"#),
    (
      .steer(.override(step: 3, verdict: .accepted)),
      #"{"type":"control","t":1,"control":"override","step":3,"verdict":"accepted"}"#
    ),
    (
      .steer(.edit(step: 2, text: "x")),
      #"{"type":"control","t":1,"control":"edit","step":2,"text":"x"}"#
    ),
    (
      .steer(.note(after: 0, text: "x")),
      #"{"type":"control","t":1,"control":"note","step":0,"text":"x"}"#
    ),
    (.steer(.branch(after: 4)), #"{"type":"control","t":1,"control":"branch","step":4}"#),
    (.steer(.answerNow), #"{"type":"control","t":1,"control":"answer"}"#),
    (.pause, #"{"type":"control","t":1,"control":"pause"}"#),
    (.resume, #"{"type":"control","t":1,"control":"resume"}"#),
    (.singleStep, #"{"type":"control","t":1,"control":"single-step"}"#),
    (.cancel, #"{"type":"control","t":1,"control":"cancel"}"#),
  ])
  func `a control is written with its name and value`(control: Control, line: String) throws {
    let event = Event(time: 1, kind: .control(control))
    #expect(try TraceCoding.line(event) == line)
    #expect(try TraceCoding.event(from: line) == event)
  }

  @Test func `names are those of the trace format`() throws {
    let judged = StepJudged(
      step: 1, score: 6.5, greedy: 7, average: 6.5, probabilities: [], readable: true,
      promptTokens: 20, seconds: 0.5)
    let committed = StepCommitted(
      step: 1, by: .base, status: .baseRegenerated, text: "", tokens: 3, seconds: 1, cut: false)
    let judgedLine = try TraceCoding.line(Event(time: 0, kind: .stepJudged(judged)))
    let committedLine = try TraceCoding.line(Event(time: 0, kind: .stepCommitted(committed)))
    for name in ["step.judged", "score", "greedy", "average", "probabilities", "promptTokens"] {
      #expect(judgedLine.contains("\"\(name)\""))
    }
    #expect(committedLine.contains(#""status":"base-regenerated""#))
  }

  @Test func `random events come back as they were`() throws {
    var random = SeededGenerator(seed: 3)
    for _ in 0..<500 {
      let event = RandomEvents.event(&random)
      let line = try TraceCoding.line(event)
      #expect(try TraceCoding.event(from: line) == event)
      #expect(!line.contains("\n"))
    }
  }

  @Test func `a printed trace cannot steer a terminal`() throws {
    let hostile = String(
      String.UnicodeScalarView(
        (0...0x9F).compactMap(Unicode.Scalar.init) + ["\u{202E}", "\u{2066}", "\u{200F}", "é"]))
    let event = Event(time: 0, kind: .warning(Notice(message: hostile)))
    let line = try TraceCoding.line(event)
    #expect(
      line.unicodeScalars.allSatisfy {
        $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) && !$0.properties.isBidiControl
      })
    #expect(line.contains("é"))
    #expect(try TraceCoding.event(from: line) == event)
  }

  @Test func `counts of earlier versions are read`() throws {
    let line =
      #"{"type":"turn.ended","t":1,"turn":1,"stop":"answer","seconds":1,"accepted":1,"rejected":0,"#
      + #""tokens":{"draft":1,"judge":2,"base":3,"discarded":0}}"#
    let event = try #require(try TraceCoding.event(from: line))
    guard case .turnEnded(let ended) = event.kind else { return }
    #expect(ended.tokens.base == 3 && ended.tokens.proposed == 0)
    #expect(ended.identicalRewrites == nil)
  }

  @Test func `what only later versions know is skipped`() throws {
    let trace = """
      {"type":"turn.started","t":0,"turn":1,"prompt":"p","mood":"new field"}
      {"type":"step.sung","t":0.5,"step":1}
      {"type":"control","t":0.6,"control":"sing"}

      {"type":"warning","t":1,"message":"m"}
      """
    let events = try TraceCoding.events(in: trace)
    #expect(
      events == [
        Event(time: 0, kind: .turnStarted(TurnStarted(turn: 1, prompt: "p"))),
        Event(time: 1, kind: .warning(Notice(message: "m"))),
      ])
  }

  @Test(arguments: [
    ("{\"type\":\"warn", TraceError.Reason.notJSON),
    ("plain text", .notJSON),
    ("[1,2]", .notJSON),
    (#"{"t":1}"#, .missingField("type")),
    (#"{"type":"warning","t":1}"#, .missingField("message")),
    (#"{"type":"warning","t":"now","message":"m"}"#, .wrongValue("t")),
    (#"{"type":"warning","t":1e300,"message":"m"}"#, .wrongValue("t")),
    (#"{"type":"turn.waited","t":1,"turn":9223372036854775807,"seconds":1}"#, .wrongValue("turn")),
    (#"{"type":"token","t":1,"by":"ghost","text":"x"}"#, .wrongValue("by")),
  ])
  func `a broken line is named by number and field`(
    line: String, reason: TraceError.Reason
  ) {
    let trace = "{\"type\":\"warning\",\"t\":0,\"message\":\"fine\"}\n" + line + "\n"
    #expect(throws: TraceError(line: 2, reason: reason)) {
      try TraceCoding.events(in: trace)
    }
  }

  @Test func `a trace of a newer schema is refused`() throws {
    var run = RandomEvents.runStarted
    run.schema = 2
    let line = try TraceCoding.line(Event(time: 0, kind: .runStarted(run)))
    #expect(throws: TraceError(line: 1, reason: .newerSchema(2))) {
      try TraceCoding.events(in: line)
    }
  }

  @Test func `no cut or changed line traps`() throws {
    var random = SeededGenerator(seed: 11)
    for _ in 0..<300 {
      let line = try TraceCoding.line(RandomEvents.event(&random))
      var bytes = Array(line.utf8.prefix(Int.random(in: 0...line.utf8.count, using: &random)))
      if let index = bytes.indices.randomElement(using: &random) {
        bytes[index] = UInt8.random(in: 0...255, using: &random)
      }
      do {
        _ = try TraceCoding.events(in: String(decoding: bytes, as: UTF8.self))
      } catch {
        #expect(!error.description.isEmpty)
      }
    }
  }
}

/// Events with every field set to something random.
enum RandomEvents {
  static let runStarted = RunStarted(
    version: "1", base: ModelDescription(name: "b", source: "f", quantization: "Q8_0"),
    draft: nil,
    options: .published(
      score: .average, judge: .short, firstBaseSteps: 1, budget: 100, seed: .max),
    machine: "m", baseSecondsPerToken: 0.125)

  static func event(_ random: inout SeededGenerator) -> Event {
    let step = Int.random(in: 1...9, using: &random)
    let text = text(&random)
    let number = Double.random(in: 0...100, using: &random)
    let kinds: [Event.Kind] = [
      .runStarted(runStarted),
      .turnStarted(TurnStarted(turn: step, prompt: text)),
      .token(TokenEvent(step: nil, by: .base, text: text, id: step, logprob: -number)),
      .stepDrafted(
        StepDrafted(step: step, text: text, tokens: step, seconds: number, cut: step > 4)),
      .stepRouted(
        StepRouted(
          step: step, cause: step > 4 ? .words : .glimpse, reason: text,
          firstEntropy: step > 4 ? nil : number)),
      .stepScreened(
        StepScreened(
          StepJudged(
            step: step, score: step > 4 ? number : nil, greedy: nil, average: nil,
            probabilities: [], readable: true, promptTokens: step, seconds: number),
          in: Cascade(.draftItself, low: 2, high: 8))),
      .stepJudged(
        StepJudged(
          step: step, score: step > 4 ? number : nil, greedy: step, average: number,
          probabilities: (0..<10).map { _ in Double.random(in: 0...1, using: &random) },
          readable: step > 4, promptTokens: step, seconds: number)),
      .stepDecided(
        StepDecided(step: step, verdict: .rejected, threshold: number, by: .rule, reason: text)),
      .stepCommitted(
        StepCommitted(
          step: step, by: .draft, status: .draftAccepted, text: text, tokens: step,
          seconds: number, decodeSeconds: number / 2, cut: false)),
      .control(.setThreshold(number)), .control(.setMode(.draft)), .control(.cancel),
      .control(.steer(.edit(step: step, text: text))),
      .control(.steer(.override(step: step, verdict: .rejected))),
      .branchStarted(BranchStarted(turn: 1, branch: step, parent: step - 1, keeps: step)),
      .thresholdAdapted(ThresholdAdapted(threshold: number, reason: text)),
      .answer(Answer(text: text, boxed: text, by: .base, tokens: step, seconds: number)),
      .turnEnded(
        TurnEnded(
          turn: step, stop: .contextFull, seconds: number, tokens: TokenCounts(), accepted: step,
          rejected: 0, estimatedSpeedup: number)),
      .warning(Notice(message: text)), .error(Notice(message: text, step: step)),
    ]
    return Event(time: number, kind: kinds.randomElement(using: &random) ?? kinds[0])
  }

  private static func text(_ random: inout SeededGenerator) -> String {
    let scalars = (0..<Int.random(in: 0...12, using: &random)).compactMap { _ in
      Unicode.Scalar(UInt32.random(in: 0...0x2FFF, using: &random))
    }
    return String(String.UnicodeScalarView(scalars))
  }
}
