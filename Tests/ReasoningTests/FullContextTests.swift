import Reasoning
import Testing
import Traces

/// What a turn does when a model has no room left in its context.
struct FullContextTests {
  private func run(draftContext: Int?, baseContext: Int?) -> MachineRun {
    var run = MachineRun()
    run.machine.draftContext = draftContext
    run.machine.baseContext = baseContext
    return run
  }

  private func warnings(_ run: MachineRun) -> [String] {
    run.events.compactMap { if case .warning(let notice) = $0 { notice.message } else { nil } }
  }

  @Test func `the base model with more room goes on alone, and says so with both counts`() {
    var run = run(draftContext: 2048, baseContext: 16384)
    run.generated("one")
    run.judged(9)
    run.generated("half a st", .contextFull)
    #expect(run.next == NextGeneration(role: .base, step: 2))
    #expect(warnings(run).count == 1)
    #expect(warnings(run)[0].contains("2,048") && warnings(run)[0].contains("16,384"))
    run.generated("two")
    #expect(run.next == NextGeneration(role: .base, step: 3))
    run.generated("three", .thinkingEnd)
    run.generated("so 7", .endOfText)
    #expect(run.stop == .answer)
    #expect(run.committed.map(\.status) == [.draftAccepted, .baseWritten, .baseWritten])
    #expect(warnings(run).count == 1)
    #expect(run.totals.tokens.discarded == 10)
  }

  @Test func `a branch from before asks the draft model again`() {
    var run = run(draftContext: 10, baseContext: 20)
    run.generated("one", .contextFull)
    run.generated("one")
    #expect(run.next?.role == .base)
    run.steered(by: .branch(after: 0))
    #expect(run.next == NextGeneration(role: .draft, step: 1))
  }

  @Test(arguments: [(100, 100), (100, 50), (nil, 100), (100, nil)] as [(Int?, Int?)])
  func `without more room the turn ends and keeps what there is`(draft: Int?, base: Int?) {
    var run = run(draftContext: draft, baseContext: base)
    run.generated("half a st", .contextFull)
    #expect(run.stop == .contextFull)
    #expect(run.committed.map(\.text) == ["half a st"])
    #expect(warnings(run).isEmpty)
  }

  @Test func `a full base model ends the turn`() {
    var run = run(draftContext: 100, baseContext: 200)
    run.generated("one", .contextFull)
    run.generated("two and", .contextFull)
    #expect(run.stop == .contextFull)
    #expect(run.committed.map(\.text) == ["two and"])
  }

  @Test func `a prompt without room is told with its length`() {
    for (draft, base) in [(4096, 4096), (2048, 4096)] {
      var run = run(draftContext: draft, baseContext: base)
      while run.stop == nil { run.foundNoRoom(prompt: 9512) }
      #expect(run.stop == .contextFull)
      #expect(warnings(run).last?.contains("9,512") == true)
      #expect(warnings(run).last?.contains("4,096") == true)
      #expect(run.committed.isEmpty)
    }
  }
}
