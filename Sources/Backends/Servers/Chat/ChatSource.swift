import Foundation
import Inference
import Reasoning
import Traces

/// Who writes a chat as a server's model was trained to read it.
enum ChatSource: Sendable {
  /// llama.cpp's server, by `/apply-template`.
  case applyTemplate
  /// The server's tokenizer: `/tokenize` of messages, and `/detokenize` of the tokens.
  case tokenizer
  /// This program, by a template that the person named or that the model's name tells.
  case template(ChatTemplate)

  /// The name for people.
  var name: String {
    switch self {
    case .applyTemplate, .tokenizer: "rendered by the server"
    case .template: "rendered here"
    }
  }
}

/// Writes chats for one model by its ``ChatSource``.
struct ChatRenderer: Sendable {
  let source: ChatSource
  let link: ServerLink
  let model: String
  /// The text of the token that the server itself puts before every prompt; empty for none.
  var serverBegins = ""

  private struct Message: Encodable, Sendable {
    var role: String
    var content: String

    init(_ message: ChatMessage) {
      role = message.speaker.rawValue
      content = message.text
    }
  }

  /// How the model's reasoning is told from its answer; the usual marks where the server renders.
  var marks: ReasoningMarks {
    if case .template(let template) = source { return template.marks }
    return .usual
  }

  /// `messages`, and all of the assistant's turn that opens its reasoning; nothing of it where
  /// `thinking` is off. How much to reason reaches a template that is rendered here alone.
  func thinkingPrompt(for messages: [ChatMessage], _ thinking: Thinking) async throws -> String {
    if case .template(let template) = source {
      return try template.thinkingPrompt(
        for: messages.map(ChatTemplate.Message.init), ChatTemplate.ReasoningWish(thinking)
      ).text
    }
    let prompt = Self.withoutThinking(try await rendered(messages))
    return thinking == .off ? prompt : prompt + marks.opening
  }

  /// What follows the text of an assistant's turn, up to where the next one begins, when a person asks
  /// `question` in between.
  func followUp(_ question: String) async throws -> String {
    if case .template(let template) = source { return try template.followUp(question).text }
    // Marks that no chat has and that templates leave as they are.
    let (said, asked) = ("\u{E000}A\u{E000}", "\u{E000}Q\u{E000}")
    let text = try await rendered([
      ChatMessage(.user, "?"), ChatMessage(.assistant, said), ChatMessage(.user, asked),
    ])
    guard let turn = text.range(of: said),
      let place = text.range(of: asked, range: turn.upperBound..<text.endIndex)
    else { throw link.error(.templateLosesText) }
    let closing = text[turn.upperBound..<place.lowerBound]
    return closing + question + Self.withoutThinking(String(text[place.upperBound...]))
  }

  /// `text` without an open `<think>`, or an empty reasoning, at its end.
  static func withoutThinking(_ text: String) -> String {
    func trimmed(_ text: Substring) -> Substring {
      text.hasSuffix("\n") || text.last?.isWhitespace == true ? trimmed(text.dropLast()) : text
    }
    var rest = trimmed(text[...])
    if rest.hasSuffix("</think>") { rest = trimmed(rest.dropLast("</think>".count)) }
    guard rest.hasSuffix("<think>") else { return text }
    return String(rest.dropLast("<think>".count))
  }

  private func rendered(_ messages: [ChatMessage]) async throws -> String {
    let text: String
    switch source {
    case .applyTemplate:
      text = try await link.ask(
        "/apply-template", ["messages": messages.map(Message.init)], as: PromptAnswer.self
      ).prompt
    case .tokenizer:
      let tokens = try await link.ask(
        "/tokenize", ChatTokens(model: model, messages: messages.map(Message.init)),
        as: TokensAnswer.self
      ).tokens
      text = try await link.ask(
        "/detokenize", Detokenize(model: model, tokens: tokens), as: PromptAnswer.self
      ).prompt
    case .template(let template):
      return try template.prompt(for: messages.map(ChatTemplate.Message.init)).text
    }
    guard !serverBegins.isEmpty, text.hasPrefix(serverBegins) else { return text }
    return String(text.dropFirst(serverBegins.count))
  }

  private struct ChatTokens: Encodable, Sendable {
    var model: String
    var messages: [Message]
    var add_generation_prompt = true
  }

  private struct Detokenize: Encodable, Sendable {
    var model: String
    var tokens: [Int]
  }
}

/// The answer of `/apply-template` and `/detokenize`.
struct PromptAnswer: Decodable, Sendable {
  /// The text.
  let prompt: String

  private enum Key: String, CodingKey {
    case prompt, content, text
  }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    guard
      let text = fields.lenient(String.self, .prompt) ?? fields.lenient(String.self, .content)
        ?? fields.lenient(String.self, .text)
    else {
      throw DecodingError.keyNotFound(
        Key.prompt, .init(codingPath: decoder.codingPath, debugDescription: "no text"))
    }
    prompt = text
  }
}

/// Asks vLLM's or SGLang's `/tokenize` for the tokens of a text alone.
struct Tokenize: Encodable, Sendable {
  var model: String
  var prompt: String
  var add_special_tokens = false
}

/// The answer of `/tokenize`.
struct TokensAnswer: Decodable, Sendable {
  /// Ids in the server's vocabulary.
  let tokens: [Int]
}

extension [ChatTemplate.Segment] {
  /// The characters alone: a server that takes text finds the special tokens in it itself.
  fileprivate var text: String { map(\.text).joined() }
}
