import Testing
import Traces

@testable import Viewer

/// The branches of a turn, looked at, compared and taken up again.
@Suite struct BranchTreeTests {
  /// Branch 0 with three steps and an answer, branch 1 after its second step, branch 2 after its
  /// first; branch 2 goes on.
  private func branched(columns: Int = 120, rows: Int = 36) -> Script {
    var script = Script(columns: columns, rows: rows)
    script.play([Run.started] + Run.turn())
    for (branch, keeps) in [(1, 2), (2, 1)] {
      script.play([
        Event(
          time: 20,
          kind: .branchStarted(
            BranchStarted(turn: 1, branch: branch, parent: branch - 1, keeps: keeps)))
      ])
      script.play(
        Run.step(keeps + 1, .init(text: "Step of branch \(branch).", score: 9), at: 21))
    }
    script.press(.tab)
    script.type("T")
    return script
  }

  @Test func `each stands below the one that it went on from, with what came of it`() throws {
    let script = branched()
    let places = try (0...2).map { number in
      try #require(script.lines.firstIndex { $0.contains("branch \(number) ") })
    }
    #expect(places == places.sorted())
    #expect(script.lines[places[0]].contains("⇒ 3"))
    #expect(script.lines[places[1]].contains("└─○ branch 1 left  from step 2"))
    #expect(script.lines[places[2]].contains("└─● branch 2 goes on  from step 1"))
    #expect(script.lines[places[0]].contains("3 steps"))
  }

  @Test(arguments: [(120, 36), (80, 24), (40, 10)])
  func `the chosen one is in sight at every size`(size: (Int, Int)) {
    var script = branched(columns: size.0, rows: size.1)
    for _ in 0..<3 {
      #expect(script.lines.contains { $0.contains("▶ ") })
      script.press(.up)
    }
  }

  @Test func `a left branch is read in the conversation, and cannot be changed there`() {
    var script = branched()
    script.press(.up, .up, .enter)
    #expect(script.state.overlay == nil)
    #expect(script.shows("Branch 0, which was left"))
    #expect(script.shows("Together that makes 2 + 1 = 3 bolts."))
    #expect(!script.shows("Step of branch 2."))
    script.type("b")
    #expect(script.commands.isEmpty)
    #expect(script.footer.contains("This branch was left."))
    script.press(.escape)
    #expect(script.shows("Step of branch 2."))
    #expect(script.shows(" Conversation "))
  }

  @Test func `two branches are compared: the marked one, else the one that goes on`() {
    var script = branched()
    script.press(.up)
    script.type("c")
    #expect(script.shows("Branch 1 and branch 2"))
    script.press(.escape)
    script.type("T")
    script.press(.up)
    script.type(" ")
    #expect(script.shows("◆ marked"))
    script.press(.up)
    script.type("c")
    #expect(script.shows("Branch 0 and branch 1"))
    #expect(script.shows("[-Together that makes 2 + 1 = 3 bolts.-]"))
  }

  @Test func `where there is no room for columns, steps of one number stand above each other`() {
    var script = branched(columns: 80, rows: 24)
    script.press(.up)
    script.type("c")
    #expect(script.shows("A Branch 1, which was left"))
    #expect(script.shows("B Branch 2, which goes on"))
    let first = script.lines.firstIndex { $0.contains("A  2 ✓") }
    let second = script.lines.firstIndex { $0.contains("B  2 ✓ {+Step") }
    #expect(first != nil && second.map { $0 > first ?? .max } == true)
  }

  @Test func `one goes on from a left branch, and its event takes the tree's place`() {
    var script = branched()
    script.type("g")
    #expect(script.commands.isEmpty)
    #expect(script.footer.contains("This is the branch that goes on."))
    script.press(.up, .up)
    script.type("g")
    #expect(script.commands == [.control(.steer(.goOn(from: 0)))])
    #expect(!script.shows("Together that makes 2 + 1 = 3 bolts."))
    script.play([
      Event(
        time: 30, kind: .branchStarted(BranchStarted(turn: 1, branch: 3, parent: 0, keeps: 3)))
    ])
    #expect(script.shows("Together that makes 2 + 1 = 3 bolts."))
    #expect(script.state.run.turns.first?.branch == 3)
  }

  @Test func `a branch that begins shows itself`() {
    var script = branched()
    script.press(.up, .enter)
    #expect(script.state.viewedBranch == 1)
    script.play([
      Event(
        time: 30, kind: .branchStarted(BranchStarted(turn: 1, branch: 3, parent: 2, keeps: 0)))
    ])
    #expect(script.state.viewedBranch == nil)
  }

  @Test func `a recorded run is compared with this one`() {
    var script = Script(columns: 120, rows: 36)
    script.type("/compare other.jsonl")
    script.press(.enter)
    #expect(script.commands.isEmpty)
    script.play([Run.started] + Run.turn())
    script.press(.enter)
    #expect(script.commands == [.load("other.jsonl")])
    var other = RunState()
    for event in [Run.started] + Run.turn(steps: [.init(text: "The robe needs 9 bolts.", score: 9)])
    {
      other.apply(event)
    }
    script.send(.loaded(other))
    #expect(script.shows("Two runs of one problem"))
    #expect(script.shows("Recorded: reason"))
    #expect(script.shows("[-9 bolts.-]"))
    script.send(.loaded(RunState()))
    #expect(script.footer.contains("no two turns"))
  }
}
