import Foundation
import Testing
import Traces

@testable import Reports

/// Traces of version 0.1.0 say today what they said then; Fixtures/README.md tells how they were
/// made.
struct RecordedTraceTests {
  @Test(arguments: ["options", "steered"])
  func `a recorded trace exports what it exported then`(name: String) throws {
    let document = try JSONExport.document(of: Self.run(name))
    let found = Self.differences(
      expected: try Self.json(Self.text("\(name).exported.json")), actual: try Self.json(document))
    #expect(found.isEmpty, "\(found.prefix(20))")
  }

  @Test(arguments: ["options", "steered"])
  func `a recorded trace has the same what-if`(name: String) throws {
    let run = try Self.run(name)
    let expected = try Self.text("\(name).what-if.jsonl").split(separator: "\n").map {
      try Self.json(String($0))
    }
    let actual = try run.turns.map {
      try Self.json(
        String(decoding: JSONEncoder().encode(WhatIfReport($0, in: run)), as: UTF8.self))
    }
    let found = Self.differences(expected: expected, actual: actual)
    #expect(found.isEmpty, "\(found.prefix(20))")
  }

  @Test(arguments: ["options", "steered"])
  func `a recorded trace written again has lost nothing`(name: String) throws {
    let text = try Self.text("\(name).jsonl")
    let lines = text.split(separator: "\n").map(String.init)
    let events = try TraceCoding.events(in: text)
    #expect(events.count == lines.count)
    for (line, event) in zip(lines, events) {
      let found = Self.differences(
        expected: try Self.json(line), actual: try Self.json(TraceCoding.line(event)))
      #expect(found.isEmpty, "\(found) of \(line.prefix(200))")
    }
  }

  private static func text(_ file: String) throws -> String {
    let folder = try #require(Bundle.module.resourceURL).appending(path: "Fixtures")
    return try String(contentsOf: folder.appending(path: file), encoding: .utf8)
  }

  private static func run(_ name: String) throws -> RunState {
    try TraceCoding.events(in: text("\(name).jsonl")).reduce(into: RunState()) { $0.apply($1) }
  }

  private static func json(_ text: String) throws -> Any {
    try JSONSerialization.jsonObject(with: Data(text.utf8))
  }

  /// The values of `expected` that `actual` has not: fields may be added, numbers may differ by
  /// rounding.
  private static func differences(
    expected: Any, actual: Any?, at path: String = "$"
  ) -> [String] {
    switch (expected, actual) {
    case (let expected as [String: Any], let actual as [String: Any]):
      // A threshold was suggested then without evidence.
      return expected.filter { $0.key != "suggestedThreshold" }.sorted { $0.key < $1.key }.flatMap {
        differences(expected: $0.value, actual: actual[$0.key], at: "\(path).\($0.key)")
      }
    case (let expected as [Any], let actual as [Any]) where expected.count == actual.count:
      return expected.indices.flatMap {
        differences(expected: expected[$0], actual: actual[$0], at: "\(path)[\($0)]")
      }
    case (let expected as String, let actual as String) where expected == actual:
      return []
    case (let expected as NSNumber, let actual as NSNumber)
    where abs(expected.doubleValue - actual.doubleValue)
      <= 1e-9 * max(abs(expected.doubleValue), abs(actual.doubleValue)):
      return []
    case (is NSNull, is NSNull):
      return []
    default:
      return ["\(path) was \(expected), is \(actual.map { "\($0)" } ?? "missing")"]
    }
  }
}
