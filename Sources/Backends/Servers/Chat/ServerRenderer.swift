import Foundation
import Inference
import Reasoning
import Traces

/// Has a server write chats by its own template.
struct ServerRenderer: Sendable {
  /// How a server is asked for it.
  enum Way: Sendable {
    /// llama.cpp's server, by `/apply-template`.
    case applyTemplate
    /// The server's tokenizer: `/tokenize` of messages, and `/detokenize` of the tokens.
    case tokenizer
  }

  let way: Way
  let link: ServerLink
  let model: String
  /// The text of the token that the server itself puts before every prompt; empty for none.
  var serverBegins = ""
  /// How an assistant's turns begin.
  private(set) var form = TurnForm()
  /// What ends an assistant's turn and opens a person's.
  private var turnEnd = ""
  /// What follows a person's words where the assistant is to speak.
  private var prompt = ""

  /// A server's own template, of which ``learn(_:)`` finds out what it does.
  init(_ way: Way, link: ServerLink, model: String) {
    self.way = way
    self.link = link
    self.model = model
  }

  /// Learns how turns are written, by one chat that the server renders.
  ///
  /// - Parameter marks: How the model's reasoning is told from its answer.
  /// - Throws: ``ServerError`` where the server renders no chats, or the template loses what is said.
  mutating func learn(_ marks: ReasoningMarks) async throws {
    // Words that no chat has and that templates leave as they are.
    let (asked, said, more) = ("\u{E000}P\u{E000}", "\u{E000}A\u{E000}", "\u{E000}Q\u{E000}")
    let text = try await rendered([
      ChatMessage(.user, asked), ChatMessage(.assistant, said), ChatMessage(.user, more),
    ])
    guard let answer = text.range(of: said),
      let question = text.range(of: more, range: answer.upperBound..<text.endIndex)
    else { throw link.error(.templateLosesText) }
    turnEnd = String(text[answer.upperBound..<question.lowerBound])
    prompt = String(text[question.upperBound...])
    let first = text.range(of: asked, range: text.startIndex..<answer.lowerBound)
    form = TurnForm(
      now: prompt, earlier: first.map { String(text[$0.upperBound..<answer.lowerBound]) } ?? prompt,
      marks)
  }

  /// As ``ChatRenderer/thinkingPrompt(for:_:)``.
  func thinkingPrompt(for messages: [ChatMessage], _ thinking: Thinking) async throws -> String {
    let text = try await rendered(messages)
    return thinking == .off
      ? form.beforeAnswer(text) : form.beforeReasoning(text) + form.marks.opening
  }

  /// As ``ChatRenderer/followUp(_:)``.
  func followUp(_ question: String) -> String {
    turnEnd + question + form.beforeAnswer(prompt)
  }

  private func rendered(_ messages: [ChatMessage]) async throws -> String {
    let messages = messages.map(WireMessage.init)
    let text: String
    switch way {
    case .applyTemplate:
      text = try await link.ask(
        "/apply-template", ["messages": messages], as: PromptAnswer.self
      ).prompt
    case .tokenizer:
      let tokens = try await link.ask(
        "/tokenize", ChatTokens(model: model, messages: messages), as: TokensAnswer.self
      ).tokens
      text = try await link.ask(
        "/detokenize", Detokenize(model: model, tokens: tokens), as: PromptAnswer.self
      ).prompt
    }
    guard !serverBegins.isEmpty, text.hasPrefix(serverBegins) else { return text }
    return String(text.dropFirst(serverBegins.count))
  }
}
