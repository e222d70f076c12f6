import Traces

/// What is sent back for a chat request.
enum ChatReply {
  /// A piece of an answer as it comes.
  enum Piece: Sendable, Equatable {
    /// Text of the reasoning.
    case reasoning(String)
    /// Text of the answer.
    case content(String)
  }

  /// How an answer ended, and what it cost.
  struct End: Sendable, Equatable {
    var finishReason: String
    var usage: Usage
    var run: RunSummary
  }

  /// Tokens of a request. Those of the prompt are the base model's count; 0 where it is unknown.
  struct Usage: Encodable, Sendable, Equatable {
    var prompt: Int
    var cached: Int
    /// Kept: the reasoning and the answer.
    var completion: Int
    var reasoning: Int
    var acceptedSteps: Int
    var rejectedSteps: Int

    private enum CodingKeys: String, CodingKey {
      case prompt = "prompt_tokens"
      case completion = "completion_tokens"
      case total = "total_tokens"
      case promptDetails = "prompt_tokens_details"
      case completionDetails = "completion_tokens_details"
      case cached = "cached_tokens"
      case reasoning = "reasoning_tokens"
      case acceptedSteps = "accepted_steps"
      case rejectedSteps = "rejected_steps"
    }

    func encode(to encoder: any Encoder) throws {
      var fields = encoder.container(keyedBy: CodingKeys.self)
      try fields.encode(prompt, forKey: .prompt)
      try fields.encode(completion, forKey: .completion)
      try fields.encode(prompt + completion, forKey: .total)
      var details = fields.nestedContainer(keyedBy: CodingKeys.self, forKey: .promptDetails)
      try details.encode(cached, forKey: .cached)
      details = fields.nestedContainer(keyedBy: CodingKeys.self, forKey: .completionDetails)
      try details.encode(reasoning, forKey: .reasoning)
      try details.encode(acceptedSteps, forKey: .acceptedSteps)
      try details.encode(rejectedSteps, forKey: .rejectedSteps)
    }
  }

  /// What only this program tells, in the field `specreason`.
  struct RunSummary: Encodable, Sendable, Equatable {
    /// The saved run's name; nil where it is not saved.
    var run: String?
    var mode: Mode
    var threshold: Double
    var seed: UInt64
    var stop: StopReason
    var seconds: Double
    var boxed: String?
    var estimatedSpeedup: Double?
    var tokens: TokenCounts

    private enum CodingKeys: String, CodingKey {
      case run, mode, threshold, seed, stop, seconds, boxed, tokens
      case estimatedSpeedup = "estimated_speedup"
    }
  }

  /// What names an answer, the same in all its pieces.
  struct Name: Sendable {
    let id: String
    /// Seconds since 1970.
    let created: Int
    let model: String
  }

  private struct Message: Encodable {
    var role: String?
    var content: String?
    var reasoning: String?

    enum CodingKeys: String, CodingKey {
      case role, content
      case reasoning = "reasoning_content"
    }
  }

  private struct Choice: Encodable {
    var message: Message?
    var delta: Message?
    var finishReason: String?

    enum CodingKeys: String, CodingKey {
      case index, message, delta
      case finishReason = "finish_reason"
    }

    func encode(to encoder: any Encoder) throws {
      var fields = encoder.container(keyedBy: CodingKeys.self)
      try fields.encode(0, forKey: .index)
      try fields.encodeIfPresent(message, forKey: .message)
      try fields.encodeIfPresent(delta, forKey: .delta)
      // While an answer comes it is null, not missing.
      try fields.encode(finishReason, forKey: .finishReason)
    }
  }

  private struct Object: Encodable {
    var id: String
    var created: Int
    var model: String
    var object: String
    var choices: [Choice]
    var usage: Usage?
    var specreason: RunSummary?

    init(_ name: Name, _ object: String, _ choices: [Choice]) {
      (id, created, model) = (name.id, name.created, name.model)
      self.object = object
      self.choices = choices
    }
  }

  /// A whole answer as JSON.
  static func whole(_ name: Name, reasoning: String, content: String, _ end: End) -> String {
    let message = Message(
      role: "assistant", content: content, reasoning: reasoning.isEmpty ? nil : reasoning)
    var object = Object(
      name, "chat.completion", [Choice(message: message, finishReason: end.finishReason)])
    object.usage = end.usage
    object.specreason = end.run
    return WireJSON.text(object)
  }

  /// The first piece of a streamed answer, as a server-sent event.
  static func opening(_ name: Name) -> String {
    chunk(name, [Choice(delta: Message(role: "assistant", content: ""))])
  }

  /// A further piece.
  static func event(_ name: Name, _ piece: Piece) -> String {
    let delta =
      switch piece {
      case .reasoning(let text): Message(reasoning: text)
      case .content(let text): Message(content: text)
      }
    return chunk(name, [Choice(delta: delta)])
  }

  /// The end of a streamed answer.
  static func closing(_ name: Name, _ end: End, withUsage: Bool) -> String {
    let last = chunk(
      name, [Choice(delta: Message(), finishReason: end.finishReason)]
    ) { $0.specreason = end.run }
    let usage = withUsage ? chunk(name, []) { $0.usage = end.usage } : ""
    return last + usage + "data: [DONE]\n\n"
  }

  /// An error in the middle of a streamed answer.
  static func failure(_ error: APIError) -> String { "data: \(error.body)\n\n" }

  private static func chunk(
    _ name: Name, _ choices: [Choice], _ change: (inout Object) -> Void = { _ in }
  ) -> String {
    var object = Object(name, "chat.completion.chunk", choices)
    change(&object)
    return "data: \(WireJSON.text(object))\n\n"
  }
}
