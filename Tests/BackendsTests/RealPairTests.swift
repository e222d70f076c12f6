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

  /// Greedy: the second time the caches are warm, and the texts are the same.
  @Test(.enabled(if: path != nil))
  func `a turn of a model that drafts for itself keeps drafts, and comes out alike again`()
    async throws
  {
    let path = try #require(Self.path)
    var options = RunOptions()
    options.judge = .likelihood
    options.threshold = 3
    options.sampling = Sampling(temperature: 0)
    options.budget = 96
    options.stepLimit = 48
    let engine = LocalEngine(files: .init(base: path, draft: path), contextLength: 512)
    var texts: [[String?]] = []
    for _ in 0..<2 {
      let reasoner = Reasoner(backend: engine, options: options, version: "test")
      await reasoner.run(prompt: "What is 17 plus 25? Think step by step.")
      await reasoner.finish()
      var run = RunState()
      for await event in reasoner.events { run.apply(event) }
      let turn = try #require(run.turns.first)
      #expect(turn.steps.contains { $0.committed?.status == .draftAccepted })
      #expect(turn.ended != nil && turn.ended?.stop != .error)
      texts.append(turn.steps.map(\.committed?.text))
    }
    #expect(texts[0] == texts[1] && !texts[0].isEmpty)
  }
}
