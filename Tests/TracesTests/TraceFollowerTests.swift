import Foundation
import TestSupport
import Testing

@testable import Traces

/// Traces that another process is writing.
struct TraceFollowerTests {
  private static func events(steps: Int) -> [Event] {
    var events: [Event] = []
    func add(_ kind: Event.Kind) {
      events.append(Event(time: Double(events.count) / 10, kind: kind))
    }
    add(.turnStarted(TurnStarted(turn: 1, prompt: "How many bolts? é\n👩‍👩‍👧")))
    for step in 1...steps {
      add(.token(TokenEvent(step: step, by: .base, text: "Half of 2 is é.")))
      add(
        .stepCommitted(
          StepCommitted(
            step: step, by: .base, status: .baseWritten, text: "Half of 2 is é.", tokens: 1,
            seconds: 0.1, cut: false)))
    }
    add(
      .turnEnded(
        TurnEnded(
          turn: 1, stop: .endOfText, seconds: 1, tokens: TokenCounts(), accepted: 0, rejected: 0,
          estimatedSpeedup: nil)))
    return events
  }

  private static func append(_ bytes: some DataProtocol, to path: String) throws {
    let file = try FileHandle(forWritingTo: URL(filePath: path))
    defer { try? file.close() }
    try file.seekToEnd()
    try file.write(contentsOf: bytes)
  }

  private static func events(of findings: [TraceFollower.Finding]) -> [Event] {
    findings.flatMap { finding -> [Event] in
      if case .events(let events) = finding { events } else { [] }
    }
  }

  @Test func `a trace that comes in pieces of any size is told once, in order, in whole lines`()
    throws
  {
    var random = SeededGenerator(seed: 3)
    let events = Self.events(steps: 40)
    let bytes = Array(TraceCoding.lines(events).utf8)
    for _ in 0..<20 {
      let folder = try TemporaryFolder()
      let path = try folder.write("run.jsonl", [])
      var follower = TraceFollower(path: path)
      var told: [Event] = []
      var place = 0
      while place < bytes.count {
        let end = min(bytes.count, place + Int.random(in: 1...900, using: &random))
        try Self.append(bytes[place..<end], to: path)
        place = end
        let findings = try follower.look()
        told += Self.events(of: findings)
        #expect(told == Array(events.prefix(told.count)))
        #expect(findings.count <= 1)
      }
      #expect(told == events)
      #expect(try follower.look().isEmpty)
    }
  }

  @Test func `a damaged line is told, and what it leaves open is closed as a file's reader does`()
    throws
  {
    let lines = TraceCoding.lines(Self.events(steps: 5)).split(separator: "\n").map(String.init)
    for damaged in lines.indices {
      var changed = lines
      changed[damaged] = "{\"type\":\"step.com" + "\u{1}"
      let content = Data((changed.joined(separator: "\n") + "\n").utf8)
      let folder = try TemporaryFolder()
      var follower = TraceFollower(path: try folder.write("run.jsonl", Array(content)))
      let findings = try follower.look()
      #expect(findings.contains(.damaged("Line \(damaged + 1) is damaged and was left out.")))
      #expect(Self.events(of: findings) == (try TraceFile(content, isGoingOn: true)).events)
    }
  }

  @Test func `a file that is cut, replaced or removed is told, and the new one read`() throws {
    let folder = try TemporaryFolder()
    let events = Self.events(steps: 3)
    let bytes = Array(TraceCoding.lines(events).utf8)
    let path = try folder.write("run.jsonl", bytes)
    var follower = TraceFollower(path: path)
    #expect(try follower.look() == [.events(events)])

    truncate(path, 0)
    #expect(try follower.look() == [.replaced])
    try Self.append(bytes, to: path)
    #expect(try follower.look() == [.events(events)])

    let other = Self.events(steps: 1)
    let otherPath = try folder.write("other.jsonl", Array(TraceCoding.lines(other).utf8))
    rename(otherPath, path)
    #expect(try follower.look() == [.replaced, .events(other)])

    unlink(path)
    #expect(try follower.look() == [.removed])
    #expect(try follower.look().isEmpty)
    try folder.write("run.jsonl", bytes)
    #expect(try follower.look() == [.replaced, .events(events)])
  }

  @Test func `a writer that lets go in the middle of a turn ends it`() throws {
    let folder = try TemporaryFolder()
    let writer = RunFolder(path: folder.path).begin { Issue.record("\($0)") }
    let events = Self.events(steps: 3).dropLast()
    for event in events { writer.save(event) }
    var follower = TraceFollower(path: "\(folder.path)/\(writer.id).jsonl")
    #expect(try follower.look() == [.events(Array(events))])
    #expect(follower.isBeingWritten)
    writer.close()
    let findings = try follower.look()
    guard case .ended(let closing)? = findings.last, findings.count == 1 else {
      Issue.record("\(findings)")
      return
    }
    let run = (events + closing).reduce(into: RunState()) { $0.apply($1) }
    #expect(run.turns.first?.ended?.stop == .brokenOff)
    #expect(try follower.look().isEmpty)
  }

  @Test func `what cannot be followed is told with the reason`() throws {
    let folder = try TemporaryFolder()
    for path in [folder.path, folder.path + "/nothing.jsonl"] {
      var follower = TraceFollower(path: path)
      #expect(throws: RunStoreError.self) { try follower.look() }
    }
    let fifo = folder.path + "/fifo"
    mkfifo(fifo, 0o600)
    var follower = TraceFollower(path: fifo)
    #expect(throws: RunStoreError.self) { try follower.look() }
  }
}
