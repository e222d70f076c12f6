import Foundation
import Reasoning
import Synchronization
import TestSupport
import Testing
import Traces

@testable import Backends

/// Drafting while the server of the base model judges.
struct DraftingAheadTests {
  /// Steps in a prompt of the turns below.
  private static func steps(in prompt: String) -> Int {
    prompt.components(separatedBy: "says that").count - 1
  }

  /// Steps, and then the end of the reasoning and an answer.
  private static func writes(_ prompt: String) -> String {
    if prompt.hasSuffix("</think>\n\n") { return "It is \\boxed{5}." }
    let count = steps(in: prompt)
    return count < 4 ? "Step \(count + 1) says that 2 + 3 = 5.\n\nAnd on." : "</think>\n\n"
  }

  private static func all(_ stream: AsyncStream<Event>) async -> [Event] {
    var events: [Event] = []
    for await event in stream { events.append(event) }
    return events
  }

  /// Runs a turn in which no judgement is given before the step after it is being drafted; gives its events,
  /// and how many judgements waited for that in vain.
  private static func turn(scoring score: Int) async throws -> (events: [Event], late: Int) {
    let drafting = Mutex(0)
    let late = Mutex(0)
    let draft = try ScriptedServer.pretending(
      PretendServer { Self.writes($0) },
      fault: { request in
        if request.path == "/completion", request.body.contains("How many") {
          drafting.withLock { $0 = max($0, Self.steps(in: request.body)) }
        }
        return nil
      })
    defer { draft.stop() }
    let base = try ScriptedServer.pretending(
      PretendServer(writes: { Self.writes($0) }, scores: { _ in score }),
      fault: { request in
        guard request.path == "/completion", request.body.contains("Score") else { return nil }
        let judged = Self.steps(in: request.body)
        for _ in 0..<60_000 where judged < 4 {
          if drafting.withLock({ $0 }) >= judged { return nil }
          usleep(1000)
        }
        if judged < 4 { late.withLock { $0 += 1 } }
        return nil
      })
    defer { base.stop() }
    func model(_ role: Role, at server: ScriptedServer) throws -> RemoteModel {
      RemoteModel(
        role,
        link: ServerLink(
          address: try ServerAddress(server.address), key: nil, transport: SocketTransport(),
          patience: .short))
    }
    let pair = ServerPair(
      base: try model(.base, at: base), draft: try model(.draft, at: draft))
    var options = RunOptions()
    options.mode = .reason
    options.judge = .short
    options.draftsAhead = true
    let reasoner = Reasoner(backend: pair, options: options, version: "test")
    async let told = Self.all(reasoner.events)
    await reasoner.run(prompt: "How many?")
    await reasoner.finish()
    return (await told, late.withLock { $0 })
  }

  @Test(.timeLimit(.minutes(30)))
  func `the next step is drafted before the judgement is there`() async throws {
    let (events, late) = try await Self.turn(scoring: 9)
    #expect(late == 0)
    let turn = try #require(events.reduce(into: RunState()) { $0.apply($1) }.turns.last)
    #expect(turn.ended?.stop == .answer)
    let steps = turn.steps.compactMap(\.committed).filter { !$0.text.isEmpty }
    #expect(steps.map(\.text) == (1...4).map { "Step \($0) says that 2 + 3 = 5." })
    #expect(steps.allSatisfy { $0.by == .draft })
  }

  @Test(.timeLimit(.minutes(30)))
  func `what was drafted after a rejected step is no part of the text`() async throws {
    let (events, late) = try await Self.turn(scoring: 1)
    #expect(late == 0)
    let turn = try #require(events.reduce(into: RunState()) { $0.apply($1) }.turns.last)
    let steps = turn.steps.compactMap(\.committed).filter { !$0.text.isEmpty }
    #expect(steps.map(\.text) == (1...4).map { "Step \($0) says that 2 + 3 = 5." })
    #expect(steps.allSatisfy { $0.by == .base })
  }
}
