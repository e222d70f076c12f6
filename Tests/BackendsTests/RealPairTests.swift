import Foundation
import Reasoning
import Testing
import Traces

@testable import Backends

/// A published model as its own draft, in the folder that the environment variable
/// `SPECREASON_MODELS` names; nothing is tested without it.
@Suite struct RealPairTests {
  private static let path = ProcessInfo.processInfo.environment["SPECREASON_MODELS"]
    .map { $0 + "/smollm2-135m.gguf" }
    .flatMap { FileManager.default.fileExists(atPath: $0) ? $0 : nil }

  @Test(.enabled(if: path != nil))
  func `a turn of a model that drafts for itself ends with an answer`() async throws {
    let path = try #require(Self.path)
    var options = RunOptions()
    options.judge = .likelihood
    options.threshold = 3
    options.sampling = Sampling(temperature: 0)
    options.budget = 160
    options.stepLimit = 48
    let reasoner = Reasoner(
      backend: LocalEngine(files: .init(base: path, draft: path), contextLength: 1024),
      options: options, version: "test")
    await reasoner.run(prompt: "What is 17 plus 25? Think step by step.")
    await reasoner.finish()
    var run = RunState()
    for await event in reasoner.events { run.apply(event) }
    let turn = try #require(run.turns.first)
    // Greedy drafts are what the base model finds most probable: each that is judged passes.
    let judged = turn.steps.compactMap(\.judged?.score)
    #expect(judged.allSatisfy { $0 > 8.9 })
    #expect(turn.steps.contains { $0.committed?.status == .draftAccepted })
    #expect(turn.answer?.text.isEmpty == false)
    #expect(turn.ended != nil && turn.ended?.stop != .error)
  }
}
