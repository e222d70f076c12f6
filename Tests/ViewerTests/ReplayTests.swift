import TestSupport
import Testing
import Traces

@testable import Viewer

struct ReplayTests {
  private static let events = [Run.started] + Run.turn() + Run.turn(2, prompt: "And twice that?")

  private static func script(
    _ events: [Event] = events, speed: Double = 1, isPaused: Bool = false, columns: Int = 80,
    rows: Int = 24
  ) -> Script {
    var script = Script(columns: columns, rows: rows)
    script.state.replay(events, speed: speed, isPaused: isPaused)
    return script
  }

  private static func reduction(_ events: some Sequence<Event>) -> RunState {
    events.reduce(into: RunState()) { $0.apply($1) }
  }

  @Test func `a replay ends with what the file says, however time passes`() {
    var random = SeededGenerator(seed: 4)
    for _ in 0..<20 {
      var script = Self.script(speed: Double.random(in: 0.5...8, using: &random))
      var passes = 0
      while script.state.isPlaying, passes < 10_000 {
        script.send(.elapsed(Double.random(in: 0.01...0.3, using: &random)))
        passes += 1
      }
      #expect(script.state.run == Self.reduction(Self.events))
    }
  }

  @Test(arguments: [(40, 10), (80, 24), (120, 36)])
  func `wherever keys go, what is shown is a beginning of the run`(size: (Int, Int)) {
    let codes: [Key] = [
      Key(.left), Key(.right), Key(.left, .shift), Key(.right, .shift), .plain(" "), .plain("+"),
      .plain("-"), Key(.escape), Key(.tab), .plain("["), .plain("a"), Key(.enter),
    ]
    var random = SeededGenerator(seed: UInt64(size.0))
    for events in [Self.events, Run.hostile] {
      var script = Self.script(events, columns: size.0, rows: size.1)
      for _ in 0..<200 {
        script.send(.key(codes[Int.random(in: 0..<codes.count, using: &random)]))
        script.send(.elapsed(Double.random(in: 0...0.5, using: &random)))
        script.state.composer.clear()
        let shown = script.state.replay?.shown ?? -1
        #expect(script.state.run == Self.reduction(events.prefix(shown)))
        #expect(script.lines.count == size.1)
      }
      #expect(!script.commands.contains { if case .run(.control) = $0 { true } else { false } })
    }
  }

  @Test func `arrows go by steps and turns`() {
    var script = Self.script(isPaused: true)
    script.press(.right, .right)
    #expect(script.state.run.turns.first?.steps.count { $0.committed != nil } == 1)
    script.send(.key(Key(.right, .shift)))
    #expect(script.state.run.turns.count == 2)
    script.send(.key(Key(.left, .shift)))
    #expect(script.state.run.turns.count == 1)
    #expect(script.state.run.turns.first?.steps.isEmpty == true)
  }

  @Test func `space pauses, and begins anew at the end`() {
    var script = Self.script(speed: .infinity)
    script.send(.elapsed(0.1))
    #expect(script.state.replay?.isAtEnd == true)
    #expect(script.shows("end"))
    script.press(.character(" "))
    #expect(script.state.run == RunState())
    script.press(.character(" "))
    #expect(script.shows("paused"))
    script.send(.elapsed(10))
    #expect(script.state.run == RunState())
  }

  @Test func `long waits between turns are not waited for`() {
    var late = Self.events
    for index in late.indices where index > 0 { late[index].time += 5_000 }
    var script = Self.script(late)
    for _ in 0..<3 { script.send(.elapsed(0.1)) }
    #expect(script.state.run.turns.isEmpty)
    script.send(.elapsed(1))
    #expect(script.state.run.turns.count == 1)
  }

  @Test func `what needs models says why it cannot be done`() {
    var script = Self.script(isPaused: true)
    script.press(.right, .right)
    for key in ["m", "B", "a", "p"] {
      script.type(key)
      #expect(script.footer.contains("recording"), "\(key): \(script.footer)")
    }
    #expect(script.commands.isEmpty)
  }

  @Test func `a run that is watched leaves the one at hand as it is`() {
    var script = Script()
    script.play([Run.started] + Run.turn())
    let live = script.state.run
    script.send(.recorded(Self.events))
    script.send(.elapsed(100))
    script.send(.event(Event(time: 99, kind: .control(.setThreshold(5)))))
    script.press(.escape)
    #expect(script.state.replay == nil)
    #expect(script.state.run.turns == live.turns)
    #expect(script.state.run.threshold == 5)
    script.type("Next?")
    script.press(.enter)
    #expect(script.commands.last == .submit("Next?"))
  }
}

struct RunListTests {
  private static func saved() throws -> (TemporaryFolder, [SavedRun]) {
    let folder = try TemporaryFolder()
    let runs = RunFolder(path: folder.path)
    for prompt in ["How many bolts?", "How many \u{1B}[31mducks\u{202E}?"] {
      let writer = runs.begin { Issue.record("\($0)") }
      for event in [Run.started] + Run.turn(prompt: prompt) { writer.append(event) }
      writer.close()
    }
    return (folder, runs.runs())
  }

  @Test func `the list finds a run by its texts, and Enter goes on with it`() throws {
    let (folder, runs) = try Self.saved()
    var script = Script(columns: 120, rows: 36)
    script.control("r")
    #expect(script.commands.last == .runs(.list))
    script.send(.runs(runs))
    #expect(script.shows("ducks"))
    script.type("ducks")
    #expect(script.shows("Runs 1/1"))
    script.press(.enter)
    let ducks = try #require(runs.first { $0.prompt.contains("ducks") })
    #expect(script.commands.last == .runs(.open(ducks.id)))
    script.send(.opened(RunState()))
    #expect(script.state.overlay == nil)
    _ = folder
  }

  @Test func `a run is named, and a deleted one can be taken back`() throws {
    let (folder, runs) = try Self.saved()
    var script = Script(columns: 120, rows: 36)
    script.send(.runs(runs))
    script.send(.key(Key(.character("r"), .alt)))
    script.type("Ducks")
    script.press(.enter)
    #expect(script.commands.last == .runs(.rename(runs[0].id, "Ducks")))
    script.send(.runs(runs))
    script.send(.key(Key(.character("d"), .alt)))
    #expect(script.commands.last == .runs(.delete(runs[0].id)))
    script.send(.deleted(runs[0].id))
    script.send(.runs(Array(runs.dropFirst())))
    script.send(.key(Key(.character("u"), .alt)))
    #expect(script.commands.last == .runs(.restore(runs[0].id)))
    _ = folder
  }
}
