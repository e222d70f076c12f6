import TestSupport
import Testing
import Traces

@testable import Viewer

/// A run that another process writes, and the comparison of two recorded runs.
struct FollowingTests {
  private static let events = [Run.started] + Run.turn()

  @Test func `what is written shows at once, and is the run as its events tell it`() {
    var random = SeededGenerator(seed: 2)
    for _ in 0..<20 {
      var script = Script()
      script.send(.following([]))
      #expect(script.shows("A run of another process"))
      var shown = 0
      while shown < Self.events.count {
        let end = min(Self.events.count, shown + Int.random(in: 1...5, using: &random))
        script.send(.followed(Array(Self.events[shown..<end])))
        shown = end
        #expect(
          script.state.run == Self.events.prefix(shown).reduce(into: RunState()) { $0.apply($1) })
        #expect(script.lines.count == 24)
      }
      #expect(script.shows("live") && script.shows("following"))
    }
  }

  @Test func `a pause holds back what comes, and going on shows it`() {
    var script = Script()
    script.send(.following(Array(Self.events.prefix(4))))
    script.press(.character(" "))
    #expect(script.shows("paused"))
    script.send(.followed(Array(Self.events.dropFirst(4))))
    #expect(script.state.replay?.shown == 4)
    script.press(.character(" "))
    script.send(.elapsed(0.1))
    #expect(script.state.replay?.shown == Self.events.count)
  }

  @Test func `going back stays there while more is written`() {
    var script = Script()
    script.send(.following(Array(Self.events.dropLast())))
    script.press(.left)
    let place = script.state.replay?.shown ?? 0
    #expect(place < Self.events.count - 1)
    script.send(.followed([Self.events[Self.events.count - 1]]))
    script.send(.elapsed(1))
    #expect(script.state.replay?.shown == place)
  }

  @Test func `another run takes the place of the one before`() {
    var script = Script()
    script.send(.following(Self.events))
    let other = [Run.started] + Run.turn(prompt: "Something else?")
    script.send(.following([]))
    script.send(.followed(other))
    #expect(script.state.run.turns.map(\.prompt) == ["Something else?"])
  }

  @Test func `the models of another process are not asked for anything`() {
    var script = Script()
    script.send(.following(Self.events))
    script.type("ib")
    script.press(.enter, .escape)
    #expect(!script.commands.contains { if case .run(.control) = $0 { true } else { false } })
  }

  @Test func `two recorded runs stand side by side, with their names and where they part`() {
    let changed = Run.turn(
      steps: [Run.robe[0], Run.Step(text: "White fiber is 2 bolts.", score: 9), Run.robe[2]])
    let other = ([Run.started] + changed).reduce(into: RunState()) { $0.apply($1) }
    var script = Script(columns: 120, rows: 36)
    script.state.show(Self.events, named: "one", beside: other, named: "two")
    #expect(script.shows("part at step 2"))
    #expect(script.shows("A one") && script.shows("B two"))
    script.press(.escape)
    #expect(script.shows("How many bolts?"))
  }
}
