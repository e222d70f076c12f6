import DemoPair
import Reasoning
import Testing
import Traces

@testable import Backends

/// What tests of the engine on the demo pair ask of it: one problem, a right step of it and a wrong one.
protocol DemoEngine {}

extension DemoEngine {
  static var problem: ChatMessage {
    ChatMessage(
      .user,
      "A bus leaves the park with 6 passengers. At the first stop, 5 people get on. At the second "
        + "stop, 4 people get off. How many passengers are on the bus now?")
  }
  static var right: String {
    "The bus starts with 6 passengers. At the first stop, 5 people get on. Now 6 + 5 = 11, so the "
      + "bus has 11 passengers."
  }
  static var wrong: String {
    "The bus starts with 6 passengers. At the first stop, 5 people get on. Now 6 + 5 = 12, so the "
      + "bus has 12 passengers."
  }
  static var greedy: Sampling { Sampling(temperature: 0) }

  func engine(context: Int? = nil) throws -> LocalEngine {
    let pair = try DemoPair.locate()
    return LocalEngine(
      files: .init(base: pair.base.path, draft: pair.draft.path), contextLength: context,
      threads: 1)
  }

  func prefix(_ steps: String...) -> Prefix {
    Prefix(messages: [Self.problem], steps: steps)
  }

  func request(
    _ role: Role, _ prefix: Prefix, maxTokens: Int = 100, seed: UInt64 = 0
  ) -> GenerationRequest {
    GenerationRequest(
      role: role, prefix: prefix, maxTokens: maxTokens, sampling: Self.greedy, seed: seed)
  }
}

extension LocalEngine {
  /// The judgement of a request for one.
  func opinion(_ request: JudgeRequest) async throws -> Judgement {
    try #require(try await judge(request).first)
  }
}
