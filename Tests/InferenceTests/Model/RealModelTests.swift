import Foundation
import Testing

@testable import Inference

/// Published models, in the folder that the environment variable `SPECREASON_MODELS` names; nothing
/// is tested without it.
@Suite struct RealModelTests {
  private static let folder = ProcessInfo.processInfo.environment["SPECREASON_MODELS"]

  /// What llama.cpp writes after a prompt, always the most probable token.
  private struct Continuation: Decodable {
    /// The prompt.
    var ids: [Token]
    var greedy: [Token]
    /// What each token's logit is ahead of the second.
    var margins: [Float]
  }

  @Test(.enabled(if: folder != nil))
  func `Gemma goes on as in llama.cpp until two tokens are nearly equally probable`() throws {
    let path = try #require(Self.folder) + "/gemma3-270m.gguf"
    let model = try Model.load(
      GGUFFile(path: path), contextLength: 256, pool: ComputePool(threads: 2))
    let data = try LogitsTests.fixture("gemma3-270m.json")
    let session = try Session(model)
    for continuation in try JSONDecoder().decode([Continuation].self, from: data) {
      try session.prepare(for: continuation.ids)
      for (index, token) in continuation.greedy.enumerated() {
        if Logits(session.logits).mostProbable != Int(token) {
          LogitsTests.report(
            "parts after \(index) tokens, margin \(continuation.margins[index])")
          #expect(continuation.margins[index] < 0.25)
          break
        }
        try session.append(token)
      }
    }
  }
}
