import Traces

/// Everything a model sees before it generates: the chat and the reasoning so far.
///
/// A backend renders it with the model's own chat template: the messages, the generation prompt, what
/// opens a reasoning (as `<think>` and a newline), then each step followed by a blank line. If
/// `thinkingClosed`, what closes the reasoning follows the last step instead. Where `thinking` is off,
/// neither is there, and the steps are those of the reply.
public struct Prefix: Sendable, Equatable {
  /// Shown to the base model only, before the chat: how to judge steps. Nil unless a judge needs it.
  public var rubric: String?
  /// The chat; its last message is the user's.
  public var messages: [ChatMessage]
  /// What the template is told of the reasoning.
  public var thinking: Thinking
  /// The steps kept so far; in a judge request also the step to be judged, last. Without the blank
  /// lines between them.
  public var steps: [String]
  /// Whether the reasoning is over and the answer follows.
  public var thinkingClosed: Bool
  /// The beginning of the answer, if it is to be continued.
  public var answer: String

  /// What the model of `role` reads of it: a rubric is for the base model alone.
  public func seen(by role: Role) -> Prefix {
    guard role == .draft else { return self }
    var prefix = self
    prefix.rubric = nil
    return prefix
  }

  /// The chat with the rubric before it, as a part of the system message where there is one.
  public var messagesWithRubric: [ChatMessage] {
    guard let rubric else { return messages }
    let standing = messages.first.flatMap { $0.speaker == .system ? $0.text + "\n\n" : nil }
    return [ChatMessage(.system, (standing ?? "") + rubric)]
      + messages.dropFirst(standing == nil ? 0 : 1)
  }

  /// A chat and the reasoning so far.
  public init(
    messages: [ChatMessage], thinking: Thinking = .on, steps: [String] = [],
    thinkingClosed: Bool = false, answer: String = ""
  ) {
    self.messages = messages
    self.thinking = thinking
    self.steps = steps
    self.thinkingClosed = thinkingClosed
    self.answer = answer
  }
}
