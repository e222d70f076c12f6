import Foundation
import TestSupport
import Testing

@testable import Backends

/// The pieces of a streamed answer, however its bytes are dealt out.
struct EventReaderTests {
  private static func pieces(
    _ text: String, _ framing: EventReader.Framing = .events, cuts: [Int] = [], limit: Int = 1000
  ) throws -> [String] {
    let bytes = Array(text.utf8)
    var reader = EventReader(framing, limit: limit)
    var pieces: [Data] = []
    var start = 0
    for cut in cuts.sorted() + [bytes.count] {
      pieces += try reader.append(bytes[start..<max(start, cut)])
      start = max(start, cut)
    }
    pieces += try reader.finish()
    return pieces.map { String(decoding: $0, as: UTF8.self) }
  }

  /// From the HTML standard's section on server-sent events, and from servers that do it their way.
  private static let streams: [(String, [String])] = [
    ("data: a\n\ndata: b\n\n", ["a", "b"]),
    ("data: a\ndata: b\n\n", ["a\nb"]),
    ("data:a\n\n", ["a"]),
    ("data:  a\n\n", [" a"]),
    (": comment\n\ndata: a\n\n: again\n\n", ["a"]),
    ("event: x\nid: 1\nretry: 5\ndata: a\n\n", ["a"]),
    ("data: a\r\n\r\ndata: b\r\rdata: c\n\n", ["a", "b", "c"]),
    ("\u{FEFF}data: a\n\n", ["a"]),
    ("data\n\ndata:\n\ndata: a\n\n", ["a"]),
    ("database: x\n\ndata: a\n\n", ["a"]),
    ("data: the end is missing", ["the end is missing"]),
    ("data: a\n", ["a"]),
    ("", []),
  ]

  @Test(arguments: streams)
  func `an event stream is read as the standard has it`(text: String, expected: [String]) throws {
    #expect(try Self.pieces(text) == expected)
  }

  @Test func `lines and whole bodies are pieces too`() throws {
    #expect(try Self.pieces("{\"a\":1}\n\n{\"b\":2}", .lines) == [#"{"a":1}"#, #"{"b":2}"#])
    #expect(try Self.pieces("{\n\"a\": 1\n}\n", .whole) == ["{\n\"a\": 1\n}\n"])
  }

  @Test func `where the bytes are cut does not matter`() throws {
    var random = SeededGenerator(seed: 19)
    let parts = [
      "data: ", "data:", "\n", "\r\n", "\r", ": ping\n", "{\"text\":\"é😀\"}", " ", "\u{FEFF}",
      "event: message\n", "[DONE]", "\n\n",
    ]
    for _ in 0..<2000 {
      let text = (0..<Int.random(in: 0...12, using: &random))
        .map { _ in parts.randomElement(using: &random) ?? "" }.joined()
      let whole = try Self.pieces(text)
      let count = text.utf8.count
      let cuts = (0..<Int.random(in: 0...8, using: &random)).map { _ in
        Int.random(in: 0...count, using: &random)
      }
      #expect(try Self.pieces(text, cuts: cuts) == whole, "\(text.debugDescription) cut at \(cuts)")
    }
  }

  @Test func `a line without an end is given up`() throws {
    #expect(throws: LineReader.LineTooLong(limit: 100)) {
      try Self.pieces("data: " + String(repeating: "x", count: 1000), limit: 100)
    }
    #expect(throws: LineReader.LineTooLong(limit: 100)) {
      try Self.pieces(String(repeating: "data: 1234567890\n", count: 20), limit: 100)
    }
  }
}
