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
      let last = try TraceFile(whole[lineStart..<length])
      let isWhole = lines < ends.count && length == ends[lines]
      #expect(last.events.count == (isWhole ? 1 : 0))
      #expect((last.damage == nil) == (isWhole || length == lineStart))
    }
    for length in stride(from: 1, to: whole.count, by: whole.count / 40) {
      try whole.prefix(length).write(to: URL(filePath: path))
      let (writer, trace) = try runs.reopen(id) { Issue.record("\($0)") }
      #expect(trace.events == Array(all.prefix(trace.events.count)))
      let more = Event(time: 1_000, kind: .turnStarted(TurnStarted(turn: 2, prompt: "And now?")))
      writer.append(more)
      writer.close()
      let read = try runs.trace(id)
      #expect(read.damage == nil)
      #expect(read.events == trace.events + [more])
    }
    _ = folder
  }

  @Test func `damage anywhere leaves what came before it`() throws {
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
    }
    _ = folder
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
