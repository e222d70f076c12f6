/// One message of a chat.
public struct ChatMessage: Sendable, Equatable {
  /// The author of a message.
  public enum Speaker: String, Sendable {
    case system, user, assistant
  }

  /// The author.
  public var speaker: Speaker
  /// The content; for an earlier assistant turn its answer, without the reasoning.
  public var text: String

  /// A message with content `text` from `speaker`.
  public init(_ speaker: Speaker, _ text: String) {
    self.speaker = speaker
    self.text = text
  }
}
