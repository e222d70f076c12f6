import Foundation
import TestSupport
import Synchronization
import Testing
import Traces

struct RunStoreTests {
  @Test func `a saved run is read as it happened`() throws {
    let folder = try TemporaryFolder()
    let runs = RunFolder(path: folder.path + "/state/runs")
    let writer = runs.begin { Issue.record("\($0)") }
    let events = Self.run(steps: 3)
    for event in events { writer.append(event) }
    writer.close()
    let trace = try runs.trace(try runs.id(of: "latest"))
    #expect(trace.events == events)
    #expect(trace.warning == nil)
    let run = try #require(runs.runs().first)
    #expect(run.id == writer.id)
    #expect(run.prompt == "How many bolts?")
    #expect(run.turns == 1)
    #expect(run.stop == .answer)
    #expect(abs(try #require(run.began).timeIntervalSinceNow) < 3_600)
  }

  @Test func `only the owner can read a saved run`() throws {
    let (folder, runs, id) = try Self.saved(steps: 1)
    for path in ["\(runs.path)", "\(runs.path)/\(id).jsonl"] {
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      let permissions = try #require(attributes[.posixPermissions] as? NSNumber).intValue
      #expect(permissions & 0o077 == 0)
    }
    _ = folder
  }

  @Test func `a run in which nothing was asked leaves no file`() throws {
    let folder = try TemporaryFolder()
    let runs = RunFolder(path: folder.path)
    let writer = runs.begin { Issue.record("\($0)") }
    writer.append(Event(time: 0, kind: .warning(Notice(message: "careful"))))
    writer.close()
    #expect(runs.runs().isEmpty)
  }

  @Test func `a run that is open elsewhere is refused with the number of its process`() throws {
    let folder = try TemporaryFolder()
    let runs = RunFolder(path: folder.path)
    let writer = runs.begin { Issue.record("\($0)") }
    for event in Self.run(steps: 1) { writer.append(event) }
    writer.flush()
    let refusal = RunStoreError(writer.id, .inUse(pid: Int(getpid())))
    #expect(throws: refusal) { try runs.reopen(writer.id) { _ in } }
    #expect(throws: refusal) { try runs.delete(writer.id) }
    writer.close()
    let (again, _) = try runs.reopen(writer.id) { Issue.record("\($0)") }
    again.close()
  }

  @Test func `every truncation leaves the steps before it, and the run goes on`() throws {
    let (folder, runs, id) = try Self.saved(steps: 200)
    let path = "\(runs.path)/\(id).jsonl"
    let whole = try Data(contentsOf: URL(filePath: path))
    let all = try TraceFile(whole).events
    let ends = whole.indices.filter { whole[$0] == UInt8(ascii: "\n") }
    for length in 0...whole.count {
      // Most lengths are told apart by their last line only, so that is what is read each time.
      let lines = ends.prefix { $0 < length }.count
      let lineStart = lines == 0 ? 0 : ends[lines - 1] + 1
      let last = try TraceFile(whole[lineStart..<length], isGoingOn: true)
      let isWhole = lines < ends.count && length == ends[lines]
      #expect(last.events.count == (isWhole ? 1 : 0))
      #expect((last.damage == nil) == (isWhole || length == lineStart))
    }
    for length in stride(from: 1, to: whole.count, by: whole.count / 40) {
      try whole.prefix(length).write(to: URL(filePath: path))
      let kept = Self.filesKeptAside(of: path)
      let (writer, trace) = try runs.reopen(id) { Issue.record("\($0)") }
      let read = try TraceFile(whole.prefix(length), isGoingOn: true).events
      #expect(trace.events.starts(with: read) && read == Array(all.prefix(read.count)))
      #expect(trace.run.turns.last?.ended?.stop == (read.isEmpty ? nil : .brokenOff))
      let more = Event(time: 1_000, kind: .turnStarted(TurnStarted(turn: 2, prompt: "And now?")))
      writer.append(more)
      writer.close()
      let again = try runs.trace(id)
      #expect(again.damage == nil)
      #expect(again.events.starts(with: trace.events + [more]))
      #expect(Self.filesKeptAside(of: path).count == kept.count + (trace.damage == nil ? 0 : 1))
    }
    _ = folder
  }

  @Test func `a run that is only opened stays as it is, byte for byte`() throws {
    let (folder, runs, id) = try Self.saved(steps: 3)
    let path = "\(runs.path)/\(id).jsonl"
    let whole = try Data(contentsOf: URL(filePath: path))
    var flipped = whole
    flipped[20] ^= 0x80
    for content in [whole, whole.dropLast(30), flipped, Data()] {
      try content.write(to: URL(filePath: path))
      let (writer, _) = try runs.reopen(id) { Issue.record("\($0)") }
      // What comes of opening it: nothing was asked.
      writer.append(Event(time: 2, kind: .warning(Notice(message: "careful"))))
      writer.close()
      #expect(try Data(contentsOf: URL(filePath: path)) == content)
      #expect(Self.filesKeptAside(of: path).isEmpty)
    }
    _ = folder
  }

  @Test func `going on with a damaged run keeps the old file, and never overwrites one`() throws {
    let (folder, runs, id) = try Self.saved(steps: 3)
    let path = "\(runs.path)/\(id).jsonl"
    var contents: [Data] = []
    for turn in 2...4 {
      var damaged = try Data(contentsOf: URL(filePath: path))
      damaged[2] = UInt8(ascii: "?")
      try damaged.write(to: URL(filePath: path))
      contents.append(damaged)
      let (writer, trace) = try runs.reopen(id) { Issue.record("\($0)") }
      #expect(trace.damagedLines == 1 && trace.damage?.line == 1)
      writer.save(
        Event(time: 90, kind: .turnStarted(TurnStarted(turn: turn, prompt: "And now?"))))
      writer.close()
    }
    let kept = Self.filesKeptAside(of: path)
    #expect(Set(try kept.map { try Data(contentsOf: URL(filePath: $0)) }) == Set(contents))
    for file in kept + [path] {
      let permissions = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions]
      #expect(try #require(permissions as? NSNumber).intValue & 0o077 == 0)
    }
    try runs.delete(id)
    #expect(Self.filesKeptAside(of: path).isEmpty)
    try runs.restore(id)
    #expect(Self.filesKeptAside(of: path) == kept)
    _ = folder
  }

  @Test func `what is no trace is refused and left alone`() throws {
    let (folder, runs, id) = try Self.saved(steps: 1)
    let path = "\(runs.path)/\(id).jsonl"
    for text in [
      "{\"problem\":\"2 + 2?\",\"answer\":\"4\"}\n{\"problem\":\"3?\",\"answer\":\"3\"}\n",
      "GGUF\u{3}\0\0", "Dear diary,\n", "[1, 2]",
    ] {
      try Data(text.utf8).write(to: URL(filePath: path))
      let error = #expect(throws: TraceError.self) { try runs.reopen(id) { _ in } }
      #expect(error?.reason == .noTrace && error?.description.contains(path) == true)
      #expect(throws: TraceError.self) { try runs.trace(id) }
      #expect(try Data(contentsOf: URL(filePath: path)) == Data(text.utf8))
    }
    _ = folder
  }

  @Test func `events are handed on when they are in the file`() throws {
    let folder = try TemporaryFolder()
    let runs = RunFolder(path: folder.path)
    let handedOn = Mutex<[Event]>([])
    let path = Mutex("")
    let writer = runs.begin(
      onSaved: { events in
        handedOn.withLock { $0 += events }
        guard events.contains(where: { $0.kind.type == "step.committed" }) else { return }
        let text = (try? String(contentsOfFile: path.withLock { $0 }, encoding: .utf8)) ?? ""
        for event in events where (try? text.contains(TraceCoding.line(event))) != true {
          Issue.record("not in the file: \(event)")
        }
      }, onFailure: { Issue.record("\($0)") })
    path.withLock { $0 = "\(runs.path)/\(writer.id).jsonl" }
    let events = Self.run(steps: 20)
    for event in events { writer.append(event) }
    writer.close()
    #expect(handedOn.withLock { $0 } == events)
  }

  @Test func `a file that is deleted meanwhile is told of once`() throws {
    let folder = try TemporaryFolder()
    let runs = RunFolder(path: folder.path)
    let failures = Mutex<[RunStoreError]>([])
    let writer = runs.begin { error in failures.withLock { $0.append(error) } }
    let events = Self.run(steps: 2)
    for event in events { writer.save(event) }
    unlink("\(runs.path)/\(writer.id).jsonl")
    for event in events { writer.save(event) }
    writer.close()
    #expect(failures.withLock { $0 } == [RunStoreError(writer.id, .gone)])
    #expect(writer.failure == RunStoreError(writer.id, .gone))
  }

  @Test func `damage anywhere loses nothing but its own lines`() throws {
    let (folder, runs, id) = try Self.saved(steps: 30)
    let whole = try Data(contentsOf: URL(filePath: "\(runs.path)/\(id).jsonl"))
    let all = try TraceFile(whole).events
    var random = SeededGenerator(seed: 5)
    for _ in 0..<300 {
      var damaged = whole
      let place = Int.random(in: 0..<whole.count, using: &random)
      switch Int.random(in: 0..<3, using: &random) {
      case 0: damaged[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 1: for index in place..<min(place + 512, whole.count) { damaged[index] = 0 }
      default: damaged.append(whole[place...])
      }
      let before = whole[..<place].count { $0 == UInt8(ascii: "\n") }
      let trace = try? TraceFile(damaged)
      // A flipped bit can turn the format's number into a later one, which is refused whole.
      guard let trace else { continue }
      #expect(trace.events.prefix(before) == all.prefix(before))
      var readable = damaged.split(separator: UInt8(ascii: "\n")).compactMap {
        try? TraceCoding.event(from: String(decoding: $0, as: UTF8.self))
      }[...]
      for event in trace.events where event == readable.first { readable.removeFirst() }
      #expect(readable.isEmpty)
    }
    _ = folder
  }

  @Test func `a byte order mark is no damage`() throws {
    let (folder, runs, id) = try Self.saved(steps: 2)
    let whole = try Data(contentsOf: URL(filePath: "\(runs.path)/\(id).jsonl"))
    let trace = try TraceFile(Data([0xEF, 0xBB, 0xBF]) + whole)
    #expect(try trace.events == TraceFile(whole).events && trace.warning == nil)
    _ = folder
  }

  @Test func `many runs are listed whole, the newest first`() throws {
    let (folder, runs, id) = try Self.saved(steps: 3)
    let whole = try Data(contentsOf: URL(filePath: "\(runs.path)/\(id).jsonl"))
    let ids = (10..<90).map { "202001\($0 % 28 + 1)-1200\($0 % 50 + 10)-0\($0)" }
    for id in ids { try folder.write("runs/\(id).jsonl", Array(whole)) }
    try runs.rename(ids[7], to: "the eighth")
    let listed = runs.runs()
    #expect(listed.map(\.id) == ([id] + ids).sorted(by: >))
    #expect(listed.allSatisfy { $0.prompt == "How many bolts?" && $0.turns == 1 })
    #expect(listed.filter { $0.name == "the eighth" }.map(\.id) == [ids[7]])
  }

  @Test func `a process that is killed loses no step that it told of`() throws {
    let folder = try TemporaryFolder()
    var random = SeededGenerator(seed: 11)
    for round in 0..<KillCount.rounds {
      let runs = RunFolder(path: "\(folder.path)/\(round)")
      let told = try KilledWriter.run(
        in: runs.path, milliseconds: Int.random(in: 5...60, using: &random))
      guard let id = try? runs.id(of: "latest") else {
        #expect(told == 0)
        continue
      }
      let (writer, trace) = try runs.reopen(id) { Issue.record("\($0)") }
      writer.close()
      #expect(trace.run.turns.first?.steps.count { $0.committed != nil } ?? 0 >= told)
    }
  }

  @Test func `a full disk is told once, and whole lines stay`() throws {
    let folder = try TemporaryFolder()
    let runs = RunFolder(path: folder.path + "/runs")
    // A limit on the file's size stands for a full disk; blocks are of 512 bytes.
    let script = "trap '' XFSZ; ulimit -f 4; exec \"$0\" \"$1\" 100"
    let result = try Program.run("/bin/sh", ["-c", script, KilledWriter.program, runs.path])
    #expect(result.status == 0)
    #expect(result.output.components(separatedBy: "given up").count == 2)
    #expect(result.output.contains("\n100\n"))
    let trace = try runs.trace(try runs.id(of: "latest"))
    #expect(trace.damage == nil)
    #expect(trace.run.turns.first?.steps.isEmpty == false)
  }

  @Test func `a folder that cannot be made is told once`() {
    let failures = Counter()
    let writer = RunFolder(path: "/dev/null/runs").begin { _ in failures.increase() }
    for event in Self.run(steps: 5) {
      writer.append(event)
      writer.flush()
    }
    writer.close()
    #expect(failures.value == 1)
  }

  @Test func `a run is named, deleted, and taken back with its name`() throws {
    let (folder, runs, id) = try Self.saved(steps: 1)
    try runs.rename(id, to: "The robe")
    #expect(runs.runs().first?.name == "The robe")
    try runs.delete(id)
    #expect(runs.runs().isEmpty)
    try runs.restore(id)
    #expect(runs.runs().first?.name == "The robe")
    try runs.rename(id, to: " ")
    #expect(runs.runs().first?.name == "How many bolts?")
    _ = folder
  }

  @Test func `names of runs have the order in which they were begun`() throws {
    let folder = try TemporaryFolder()
    let runs = RunFolder(path: folder.path)
    let writers = (0..<50).map { _ in runs.begin { Issue.record("\($0)") } }
    let ids = writers.map(\.id)
    #expect(Set(ids).count == 50 && ids == ids.sorted())
    #expect(ids.allSatisfy { $0.wholeMatch(of: /\d{8}-\d{6}-\d{3}-[0-9a-f]{4}/) != nil }, "\(ids)")
    for writer in writers {
      writer.append(Self.run(steps: 1))
      writer.close()
    }
    #expect(runs.runs().map(\.id) == ids.reversed())
    #expect(try runs.id(of: "latest") == ids.last)
  }

  @Test func `a name of an earlier version has its time, too`() throws {
    let folder = try TemporaryFolder()
    let runs = RunFolder(path: folder.path)
    let writer = runs.begin { Issue.record("\($0)") }
    writer.append(Self.run(steps: 1))
    writer.close()
    for id in ["20260102-030405-ab12", "20260102-030405-678-ab12"] {
      try FileManager.default.copyItem(
        atPath: runs.path(ofRun: writer.id), toPath: runs.path(ofRun: id))
      let run = try #require(runs.runs().first { $0.id == id })
      #expect(run.began?.timeIntervalSince1970 == 1_767_323_045)
    }
    // No time of its own: another kind of name, or a date that there is not.
    for id in ["20261302-030405-ab12", "20260230-030405-ab12", "2026010a-030405-ab12", "mine"] {
      try FileManager.default.copyItem(
        atPath: runs.path(ofRun: writer.id), toPath: runs.path(ofRun: id))
      let run = try #require(runs.runs().first { $0.id == id })
      #expect(run.began == nil && run.prompt == "How many bolts?")
    }
  }

  @Test func `a run is found by the end of its name`() throws {
    let (folder, runs, id) = try Self.saved(steps: 1)
    #expect(try runs.id(of: String(id.suffix(4))) == id)
    #expect(throws: RunStoreError("nothing", .notFound)) { try runs.id(of: "nothing") }
    #expect(throws: RunStoreError(runs.path + "/none", .noRuns)) {
      try RunFolder(path: runs.path + "/none").id(of: "latest")
    }
    _ = folder
  }

  @Test func `the folder is the one that the XDG specification names`() {
    #expect(
      RunFolder.standard(environment: ["HOME": "/h", "XDG_STATE_HOME": "/s"]).path
        == "/s/specreason/runs")
    #expect(
      RunFolder.standard(environment: ["HOME": "/h", "XDG_STATE_HOME": "relative"]).path
        == "/h/.local/state/specreason/runs")
  }

  private static func filesKeptAside(of path: String) -> [String] {
    let folder = URL(filePath: path).deletingLastPathComponent().path
    return ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
      .map { "\(folder)/\($0)" }.filter { $0.hasPrefix(path + ".damaged") }
  }

  private static func saved(steps: Int) throws -> (TemporaryFolder, RunFolder, String) {
    let folder = try TemporaryFolder()
    let runs = RunFolder(path: folder.path + "/runs")
    let writer = runs.begin { Issue.record("\($0)") }
    for event in run(steps: steps) { writer.append(event) }
    writer.close()
    return (folder, runs, writer.id)
  }

  private static func run(steps: Int) -> [Event] {
    var kinds: [Event.Kind] = [.turnStarted(TurnStarted(turn: 1, prompt: "How many bolts?"))]
    for step in 1...steps {
      kinds.append(.token(TokenEvent(step: step, by: .draft, text: "Half of 2…")))
      kinds.append(
        .stepCommitted(
          StepCommitted(
            step: step, by: .draft, status: .draftAccepted, text: "Half of 2 is 1.", tokens: 5,
            seconds: 0.1, cut: false)))
    }
    kinds.append(
      .turnEnded(
        TurnEnded(
          turn: 1, stop: .answer, seconds: 1, tokens: TokenCounts(), accepted: steps, rejected: 0,
          estimatedSpeedup: nil)))
    return kinds.enumerated().map { Event(time: Double($0) / 8, kind: $1) }
  }
}

/// How often a writer is killed; the variable asks for more by hand.
private enum KillCount {
  static let rounds =
    ProcessInfo.processInfo.environment["SPECREASON_KILLS"].flatMap { Int($0) } ?? 50
}

/// Counts from any thread.
private final class Counter: Sendable {
  private let count = Mutex(0)
  func increase() { count.withLock { $0 += 1 } }
  var value: Int { count.withLock { $0 } }
}

/// A process that writes a run until it is killed.
private enum KilledWriter {
  static let program = URL(filePath: Program.specreason).deletingLastPathComponent()
    .appending(path: "RunWriterProcess").path

  /// Lets it write into `folder` for some milliseconds; gives the last step that it told of.
  static func run(in folder: String, milliseconds: Int) throws -> Int {
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = [folder]
    let output = folder + ".told"
    try Data().write(to: URL(filePath: output))
    process.standardOutput = try FileHandle(forWritingTo: URL(filePath: output))
    try process.run()
    // Chance decides what is cut, not how long anything may take.
    usleep(UInt32(milliseconds) * 1_000)
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    let told = try String(contentsOfFile: output, encoding: .utf8)
    return told.split(separator: "\n", omittingEmptySubsequences: true).last.flatMap { Int($0) }
      ?? 0
  }
}
