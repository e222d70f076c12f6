import Inference
import Reasoning
import Traces

extension Sampler.Options {
  /// The engine's options for the sampling that a trace records.
  init(_ sampling: Sampling) {
    self.init(
      temperature: sampling.temperature, topK: sampling.topK, topP: sampling.topP,
      minP: sampling.minP)
  }
}

extension ChatTemplate.ReasoningWish {
  /// What a template is asked for `thinking`.
  init(_ thinking: Thinking) {
    switch thinking {
    case .on, .off: self.init(isWanted: thinking == .on)
    case .low, .medium, .high: self.init(effort: thinking.rawValue)
    }
  }
}

extension PassCosts {
  /// The engine's costs from those that were learnt; nil where decoding with one of them is unknown.
  init?(base: CostModel, draft: CostModel) {
    guard base.secondsPerToken(at: 0) != nil, draft.secondsPerToken(at: 0) != nil else {
      return nil
    }
    self.init(
      base: { base.seconds(rows: $0, context: $1) ?? .infinity },
      draft: { draft.prefill($0, from: $1) ?? .infinity })
  }
}

extension [PassGroup] {
  /// The trace's record of `passes` by one model: those of as many rows and about the same context
  /// together.
  ///
  /// - Parameter promptTokens: Tokens of that model's prompt.
  init(_ passes: [Pass], by model: Role, promptTokens: Int) {
    let groups = Dictionary(grouping: passes) { [$0.rows, $0.context / Self.contextClass] }
    self = groups.values.map { group in
      let prompt = group.reduce(0.0) { sum, pass in
        let rows = Swift.max(0, Swift.min(promptTokens - pass.context, pass.rows))
        return sum + pass.seconds * Double(rows) / Double(pass.rows)
      }
      return PassGroup(
        by: Author(model), rows: group[0].rows,
        context: group.reduce(0) { $0 + $1.context } / group.count, count: group.count,
        seconds: group.reduce(0) { $0 + $1.seconds }, promptSeconds: prompt > 0 ? prompt : nil)
    }.sorted { ($0.rows, $0.context) < ($1.rows, $1.context) }
  }

  /// Contexts that differ by less cost the same.
  private static var contextClass: Int { 128 }
}

extension TokenSpeculation {
  /// The trace's record of the engine's counts; nil if no draft token was proposed.
  init?(_ counts: SpeculationCounts) {
    guard counts.proposed > 0 else { return nil }
    self.init(
      proposed: counts.proposed, accepted: counts.accepted, passes: counts.passes,
      draftSeconds: counts.draftSeconds)
  }
}

extension ChatTemplate.Message {
  init(_ message: ChatMessage) {
    let role: ChatTemplate.Role =
      switch message.speaker {
      case .system: .system
      case .user: .user
      case .assistant: .assistant
      }
    self.init(role, message.text)
  }
}
