import Inference
import Reasoning
import Traces

/// Writes chats as a server's model was trained to read them.
enum ChatRenderer: Sendable {
  /// The server renders them.
  case server(ServerRenderer)
  /// This program does, by a template that the person named or that the model's name tells.
  case template(ChatTemplate)

  /// The name for people.
  var name: String {
    switch self {
    case .server: "rendered by the server"
    case .template: "rendered here"
    }
  }

  /// How the model's reasoning is told from its answer.
  var marks: ReasoningMarks {
    switch self {
    case .server(let renderer): renderer.form.marks
    case .template(let template): template.marks
    }
  }

  /// `messages`, and all of the assistant's turn that opens its reasoning, or its answer where
  /// `thinking` is off. How much to reason reaches a template that is rendered here alone.
  func thinkingPrompt(for messages: [ChatMessage], _ thinking: Thinking) async throws -> String {
    switch self {
    case .server(let renderer): try await renderer.thinkingPrompt(for: messages, thinking)
    case .template(let template):
      try template.thinkingPrompt(
        for: messages.map(ChatTemplate.Message.init), ChatTemplate.ReasoningWish(thinking)
      ).text
    }
  }

  /// What follows the text of an assistant's turn, up to where the next one begins, when a person asks
  /// `question` in between.
  func followUp(_ question: String) throws -> String {
    switch self {
    case .server(let renderer): renderer.followUp(question)
    case .template(let template): try template.followUp(question).text
    }
  }
}

extension [ChatTemplate.Segment] {
  /// The characters alone: a server that takes text finds the special tokens in it itself.
  fileprivate var text: String { map(\.text).joined() }
}
