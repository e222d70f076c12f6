import Foundation
import Testing

@testable import Inference

/// Published models, in the folder that the environment variable `SPECREASON_MODELS` names; those
/// that are not there are not tested.
@Suite struct RealModelTests {
  private static func path(_ name: String) -> String? {
    ProcessInfo.processInfo.environment["SPECREASON_MODELS"].map { "\($0)/\(name).gguf" }.flatMap {
      FileManager.default.fileExists(atPath: $0) ? $0 : nil
    }
  }

  /// What llama.cpp writes after a prompt, always the most probable token.
  private struct Continuation: Decodable {
    /// The prompt.
    var ids: [Token]
    var greedy: [Token]
    /// What each token's logit is ahead of the second.
    var margins: [Float]
  }

  @Test(arguments: ["gemma3-270m", "smollm2-135m"])
  func `a model goes on as in llama.cpp until two tokens are nearly equally probable`(
    _ name: String
  ) throws {
    guard let path = Self.path(name) else { return }
    let model = try Model.load(
      GGUFFile(path: path), contextLength: 256, pool: ComputePool(threads: 2))
    let data = try LogitsTests.fixture("\(name).json")
    let session = try Session(model)
    var same = 0
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
        same += 1
      }
    }
    #expect(same > 30)
  }
}
