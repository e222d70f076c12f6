import Foundation
import TestSupport
import Testing

@testable import Traces

/// docs/trace-format.md names every event and field that the types have, and none besides.
struct TraceFormatDocumentTests {
  /// A row of one of its tables.
  struct Row: Equatable {
    var name: String
    var isOptional: Bool
    var meaning: String
  }

  /// Events and what reads their fields; `run.started` and `control` have tests of their own.
  static let types: [(String, any Decodable.Type)] = [
    ("turn.started", TurnStarted.self),
    ("token", TokenEvent.self), ("step.routed", StepRouted.self),
    ("step.drafted", StepDrafted.self), ("step.screened", StepScreened.self),
    ("step.judged", StepJudged.self), ("step.decided", StepDecided.self),
    ("step.committed", StepCommitted.self), ("step.scored", StepScored.self),
    ("branch.started", BranchStarted.self),
    ("threshold.adapted", ThresholdAdapted.self), ("ahead.dropped", AheadDropped.self),
    ("generation.dropped", GenerationDropped.self),
    ("turn.waited", TurnWaited.self), ("answer", Answer.self), ("turn.ended", TurnEnded.self),
    ("race.ended", RaceEnded.self), ("warning", Notice.self), ("error", Notice.self),
  ]

  private static var samples: [any Decodable] {
    [
      Author.draft, Verdict.accepted, StepDecided.Decider.judge, Answer.Force.person,
    ]
  }

  private static func document() throws -> [String: [Row]] {
    let file = Program.packageRoot.appending(path: "docs/trace-format.md")
    let text = try String(contentsOf: file, encoding: .utf8)
    var events: [String: [Row]] = [:]
    var event: String?
    for line in text.split(separator: "\n") {
      if line.hasPrefix("## ") {
        event = line.firstMatch(of: /^## `([a-z.]+)`$/).map { String($0.1) }
        if let event { events[event] = [] }
      } else if let event, let row = line.firstMatch(of: /^\| `([A-Za-z]+)` \| ([^|]*) \| (.*) \|$/)
      {
        events[event]?.append(
          Row(
            name: String(row.1), isOptional: row.2.hasSuffix(", optional"),
            meaning: String(row.3)))
      }
    }
    return events
  }

  @Test(arguments: types.map(\.0))
  func `the document has the fields of an event, and says which are optional`(
    event: String
  ) throws {
    let rows = try #require(try Self.document()[event])
    let type = try #require(Self.types.first { $0.0 == event }?.1)
    let fields = try FieldRecorder.fields(of: type, samples: Self.samples)
    let documented = Dictionary(uniqueKeysWithValues: rows.map { ($0.name, $0) })
    for field in fields {
      let row = documented[field.name]
      #expect(row != nil, "\(event) has a field \(field.name)")
      #expect(row?.isOptional == field.isOptional, "\(event).\(field.name)")
      for inner in field.inner {
        #expect(
          row?.meaning.contains("`\(inner.name)`") == true, "\(event).\(field.name).\(inner.name)")
      }
    }
    // The mark of a broken-off turn is read beside its end.
    let besides: Set<String> = event == "turn.ended" ? ["brokenOff"] : []
    #expect(Set(rows.map(\.name)).subtracting(fields.map(\.name)) == besides)
  }

  @Test func `the document has every option of a run`() throws {
    let rows = try #require(try Self.document()["run.started"])
    let model = ModelDescription(name: "m", source: "f", quantization: "Q8_0", parameters: 1)
    var started = RunStarted(
      version: "1", base: model, draft: model, options: RunOptions(), machine: "m",
      baseSecondsPerToken: 1, context: 1, baseContext: 2)
    started.passes = []
    let line = try TraceCoding.line(Event(time: 0, kind: .runStarted(started)))
    let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
    var names = Set(try #require(object).keys).subtracting(["type", "t"])
    names.formUnion(RunOption.all.compactMap(\.traceKeys.first))
    #expect(Set(rows.map(\.name)) == names)
    for option in RunOption.all {
      let row = try #require(rows.first { $0.name == option.traceKeys.first })
      #expect(row.isOptional, "\(option.name)")
      for key in option.traceKeys.dropFirst() {
        #expect(row.meaning.contains("`\(key)`"), "\(option.name)")
      }
    }
    let base = try #require(rows.first { $0.name == "base" })
    for field in try FieldRecorder.fields(of: ModelDescription.self) {
      #expect(base.meaning.contains("`\(field.name)`"), "\(field.name)")
    }
  }

  @Test func `the document has every field of a control`() throws {
    let rows = try #require(try Self.document()["control"])
    let controls: [Control] = [
      .setThreshold(5), .setMode(.base), .pause, .resume, .singleStep, .cancel,
      .steer(.override(step: 1, verdict: .accepted)), .steer(.edit(step: 1, text: "t")),
      .steer(.note(after: 1, text: "t")), .steer(.branch(after: 1)), .steer(.goOn(from: 0)),
      .steer(.answerNow), .steer(.extend),
    ]
    var names: Set<String> = []
    for control in controls {
      let line = try TraceCoding.line(Event(time: 0, kind: .control(control)))
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      names.formUnion(try #require(object).keys)
      let name = try #require(object?["control"] as? String)
      #expect(rows.contains { $0.meaning.contains("`\(name)`") }, "\(name)")
    }
    #expect(Set(rows.map(\.name)) == names.subtracting(["type", "t"]))
  }

  @Test func `the document has every event, and no other`() throws {
    let documented = try Self.document().keys.sorted()
    #expect(documented == (Self.types.map(\.0) + ["run.started", "control"]).sorted())
    // A type that a reader passes over is none of this version's.
    for event in documented {
      let line = "{\"type\":\"\(event)\",\"t\":0}"
      let isKnown = (try? TraceCoding.event(from: line)).map { $0 != nil } ?? true
      #expect(isKnown, "\(event)")
    }
  }
}
