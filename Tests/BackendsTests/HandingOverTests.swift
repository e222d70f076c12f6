import Reasoning
import Testing
import Traces

@testable import Backends

/// Steps that the draft model hands over, and its opinion of its own.
struct HandingOverTests: DemoEngine {
  @Test func `an unsure first token hands the step over, and a sure one changes nothing`()
    async throws
  {
    let engine = try engine()
    let plain = try await engine.generate(request(.draft, prefix())) { _ in }
    #expect(plain.firstEntropy == nil)
    var options = RunOptions()
    options.glimpse = 20
    var asked = request(.draft, prefix())
    asked.handover = Handover(options)
    let sure = try await engine.generate(asked) { _ in }
    #expect(sure.text == plain.text && sure.stop == plain.stop)
    let entropy = try #require(sure.firstEntropy)
    #expect(entropy > 0 && entropy < 7)
    options.glimpse = entropy / 2
    asked.handover = Handover(options)
    let unsure = try await engine.generate(asked) { _ in }
    #expect(unsure.stop == .handover && unsure.tokens == 1 && unsure.firstEntropy == entropy)
  }

  @Test func `a step is handed over at the word that is watched for`() async throws {
    let engine = try engine()
    let plain = try await engine.generate(request(.draft, prefix())) { _ in }
    // The draft model of the demo pair begins with what the prompt tells.
    let words = plain.text.split(separator: " ").map(String.init)
    try #require(words.count > 6)
    var asked = request(.draft, prefix())
    asked.handover = Handover(RunOptions.handingOver())
    asked.handover?.words = [words[1]]
    let generated = try await engine.generate(asked) { _ in }
    #expect(generated.stop == .handover && generated.tokens < plain.tokens)
    #expect(plain.text.hasPrefix(generated.text) && generated.text.contains(words[1]))
    asked.handover?.words = ["elephants"]
    #expect(try await engine.generate(asked) { _ in }.text == plain.text)
  }

  @Test func `the draft model judges its own step without a trace in either cache`() async throws {
    let (engine, fresh) = (try engine(), try engine())
    let judgement = try await engine.opinion(
      JudgeRequest(prefix: prefix(Self.right), judge: Prompts.judge(.draftItself), by: .draft))
    guard case .digits(let probabilities, _) = judgement.opinion else {
      Issue.record("a digit is asked for")
      return
    }
    #expect(probabilities.count == 10 && judgement.promptTokens > 20)
    for role in [Role.draft, .base] {
      let request = request(role, prefix(Self.right))
      let text = try await engine.generate(request) { _ in }.text
      #expect(try await fresh.generate(request) { _ in }.text == text)
    }
  }
}

extension RunOptions {
  /// Options at which some steps are handed over.
  fileprivate static func handingOver() -> RunOptions {
    var options = RunOptions()
    options.triggers = StepTriggers("reflection")
    return options
  }
}
