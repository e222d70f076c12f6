import Foundation
import Reasoning
import TestSupport
import Testing
import Traces

@testable import Backends

/// Models behind servers whose reasoning has other marks than most.
struct ServerMarksTests {
  /// A model, and how its reasoning is opened and closed.
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var chat: PretendChat
    var opening: String
    var closing: String
    /// What ends the reasoning.
    var end: String
    /// The beginning of an answer without a reasoning.
    var answer = ""
    /// The last turn of a chat up to where a reasoning may begin.
    var assistant: String
  }

  private static let harmony = PretendChat(
    turn: { role, content in
      "<|start|>\(role)\(role == "assistant" ? "<|channel|>final" : "")<|message|>\(content)<|end|>"
    },
    prompt: "<|start|>assistant",
    // As gpt-oss has it, shortened.
    template: """
      {%- for m in messages -%}{%- if m.role == 'assistant' -%}
      {%- if m.thinking and loop.last -%}
      {{- '<|start|>assistant<|channel|>analysis<|message|>' + m.thinking + '<|end|>' -}}
      {%- endif -%}
      {{- '<|start|>assistant<|channel|>final<|message|>' + m.content + '<|end|>' -}}
      {%- else -%}{{- '<|start|>' + m.role + '<|message|>' + m.content + '<|end|>' -}}{%- endif -%}
      {%- endfor -%}
      {%- if add_generation_prompt -%}<|start|>assistant{%- endif -%}
      """)

  private static func seed(template: String, tokens: Set<String>) -> PretendChat {
    PretendChat(
      turn: { "<seed:bos>\($0)\n\($1)<seed:eos>" }, prompt: "<seed:bos>assistant\n",
      template: template, tokens: tokens)
  }

  private static var unreadable: PretendChat {
    var chat = harmony
    chat.template = "{{ if .System }}<|channel|>{{ end }}"
    return chat
  }

  static let cases = [
    Case(
      testDescription: "channels", chat: harmony, opening: "<|channel|>analysis<|message|>",
      closing: "<|end|><|start|>assistant<|channel|>final<|message|>", end: "<|end|>",
      answer: "<|channel|>final<|message|>", assistant: "<|start|>assistant"),
    Case(
      testDescription: "channels that a template in another language names", chat: unreadable,
      opening: "<|channel|>analysis<|message|>",
      closing: "<|end|><|start|>assistant<|channel|>final<|message|>", end: "<|end|>",
      answer: "<|channel|>final<|message|>", assistant: "<|start|>assistant"),
    Case(
      testDescription: "marks that the template names",
      chat: seed(template: "{{ .Messages }}<seed:think></seed:think>", tokens: []),
      opening: "<seed:think>\n", closing: "\n</seed:think>\n", end: "</seed:think>",
      assistant: "<seed:bos>assistant\n"),
    Case(
      testDescription: "marks that the vocabulary alone has",
      chat: seed(template: "", tokens: ["</seed:think>"]), opening: "<seed:think>\n",
      closing: "\n</seed:think>\n", end: "</seed:think>", assistant: "<seed:bos>assistant\n"),
    Case(
      testDescription: "a prompt that ends with a person's turn",
      chat: PretendChat(
        turn: { $0 == "user" ? "[INST]\($1)[/INST]" : "\($1)</s>" }, prompt: "",
        template: "[THINK][/THINK]"),
      opening: "[THINK]", closing: "[/THINK]", end: "[/THINK]", assistant: ""),
    Case(
      testDescription: "opened by the prompt",
      chat: PretendChat(
        turn: { "<\($0)>\($1)</turn>" }, prompt: "<assistant><think>\n",
        template: "<think></think>"),
      opening: "<think>\n", closing: "\n</think>\n\n", end: "</think>", assistant: "<assistant>"),
    Case(
      testDescription: "earlier turns with an empty reasoning",
      chat: PretendChat(
        turn: { "<\($0)>\($0 == "assistant" ? "<think></think>" : "")\($1)</turn>" },
        prompt: "<assistant>", template: "<think></think>"),
      opening: "<think>\n", closing: "\n</think>\n\n", end: "</think>", answer: "<think></think>",
      assistant: "<assistant>"),
  ]

  private static func model(at server: ScriptedServer) throws -> RemoteModel {
    RemoteModel(
      .base,
      link: ServerLink(
        address: try ServerAddress(server.address), key: nil, transport: SocketTransport(),
        patience: .short))
  }

  /// Fields of the requests that continued a chat.
  private static func completions(_ server: ScriptedServer) throws -> [[String: Any]] {
    try server.requests.filter { $0.path == "/completion" && $0.body.contains("How many") }.map {
      try #require(
        try JSONSerialization.jsonObject(with: Data($0.body.utf8)) as? [String: Any])
    }
  }

  @Test(arguments: cases)
  func `a reasoning is opened, closed and judged as the model was trained to`(
    _ form: Case
  ) async throws {
    let server = try ScriptedServer.pretending(
      PretendServer(writes: { _ in "Done.\(form.closing)It is 3." }, chat: form.chat))
    defer { server.stop() }
    let model = try Self.model(at: server)
    func text(
      _ steps: [String], isClosed: Bool = false, thinking: Thinking = .on
    ) async throws -> Generation {
      let prefix = Prefix(
        messages: [ChatMessage(.user, "How many?")], thinking: thinking, steps: steps,
        thinkingClosed: isClosed)
      return try await model.generate(
        GenerationRequest(
          role: .base, prefix: prefix, maxTokens: 100, sampling: Sampling(temperature: 0), seed: 0)
      ) { _ in }
    }
    let step = try await text([])
    #expect(step.text == "Done." && step.stop == .thinkingEnd)
    _ = try await text(["One."], isClosed: true)
    _ = try await text([], thinking: .off)
    _ = try await model.judge(
      JudgeRequest(
        prefix: Prefix(messages: [ChatMessage(.user, "How many?")], steps: ["One."]),
        judge: .wording(question: "How good?", opening: "Score: ")))
    let sent = try Self.completions(server)
    let start = form.chat.turn("user", "How many?") + form.assistant
    let turn = form.chat.turn("assistant", "\u{E000}").split(separator: "\u{E000}")
    let afterStep = String(turn.last ?? "")
    let asked = afterStep + form.chat.turn("user", "How good?") + form.assistant + form.answer
    #expect(
      sent.map { $0["prompt"] as? String } == [
        start + form.opening, start + form.opening + "One." + form.closing, start + form.answer,
        start + form.opening + "One.\n\n" + asked + "Score: ",
      ])
    #expect((sent[0]["stop"] as? [String])?.contains(form.end) == true)
    // A tag that is a token would not be seen in the text otherwise.
    #expect((sent[0]["preserved_tokens"] as? [String])?.contains(form.end) == true)
    #expect(try await ServerPair(base: model, draft: nil).describe().untagged.isEmpty)
  }

  @Test func `a model without marks is told as that`() async throws {
    let chat = PretendChat(
      turn: { "<\($0)>\($1)</turn>" }, prompt: "<assistant>", template: "{{ .Messages }}")
    let server = try ScriptedServer.pretending(PretendServer(writes: { _ in "x" }, chat: chat))
    defer { server.stop() }
    let pair = ServerPair(base: try Self.model(at: server), draft: nil)
    #expect(try await pair.describe().untagged == [.base, .draft])
  }

  @Test func `little is sent to a server that tells what it keeps`() async throws {
    let server = try ScriptedServer.pretending(PretendServer { _ in "1 2 3" })
    defer { server.stop() }
    _ = try await Self.model(at: server).server()
    let prompts = server.requests.filter { $0.path == "/completion" }.compactMap {
      try? JSONSerialization.jsonObject(with: Data($0.body.utf8)) as? [String: Any]
    }.compactMap { $0["prompt"] as? String }
    // A character or more a token.
    #expect(prompts.map(\.utf8.count).max() ?? 0 < 200)
    #expect(prompts[1].hasPrefix(prompts[0]))
  }
}
