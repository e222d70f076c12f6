import Foundation
import Reasoning
import TestSupport
import Testing
import Traces

@testable import Serving

/// What a request's body means.
struct ChatRequestTests {
  private func request(_ json: String) throws -> ChatRequest { try ChatRequest(Array(json.utf8)) }

  private func refusal(_ json: String) -> APIError? {
    do {
      _ = try request(json)
      return nil
    } catch {
      return error as? APIError
    }
  }

  @Test
  func `parameters become options of the run, and the request's own come before the server's`()
    throws
  {
    let request = try request(
      question(
        "x",
        """
        ,"temperature":0.2,"top_p":0.5,"seed":11,"max_tokens":5,"max_completion_tokens":40,
        "stop":"END","stream":true,"stream_options":{"include_usage":true},
        "specreason":{"threshold":4.5,"first-base-steps":2,"mode":"reason"}
        """))
    var standard = RunOptions()
    standard.sampling.topK = 9
    let options = try request.options(over: standard)
    #expect(options.sampling == Sampling(temperature: 0.2, topP: 0.5, topK: 9))
    #expect(options.seed == 11 && options.budget == 40)
    #expect(options.threshold == 4.5 && options.firstBaseSteps == 2 && options.mode == .reason)
    #expect(request.stops == ["END"] && request.isStreamed && request.includesUsage)
  }

  @Test func `a negative seed is a seed`() throws {
    let one = try request(question("x", ",\"seed\":-1")).options(over: RunOptions())
    #expect(one.seed == .max)
  }

  @Test func `a chat becomes a system prompt, turns and a question`() throws {
    let json = """
      {"messages":[{"role":"system","content":"Be short."},{"role":"user","content":"a"},
      {"role":"user","content":[{"type":"text","text":"b"},{"type":"text","text":"c"}]},
      {"role":"assistant","content":"d","reasoning_content":"hm"},
      {"role":"developer","content":"In English."},{"role":"user","content":"e"}]}
      """
    let chat = try request(json).conversation
    #expect(chat.system == "Be short.\n\nIn English.")
    #expect(chat.turns == [Conversation.Turn(prompt: "a\n\nb\n\nc", answer: "d")])
    #expect(chat.prompt == "e")
    let run = chat.earlierEvents.reduce(into: RunState()) {
      $0.apply(Event(time: 3, kind: $1))
    }
    #expect(run.turns.map(\.prompt) == ["a\n\nb\n\nc"] && run.turns.first?.answer?.text == "d")
  }

  @Test(
    arguments: [
      ("{", nil), ("[]", nil), ("{}", "messages"), ("{\"messages\":3}", "messages"),
      ("{\"messages\":[]}", "messages"),
      ("{\"messages\":[{\"role\":\"user\",\"content\":\"  \"}]}", "messages"),
      ("{\"messages\":[{\"role\":\"user\"}]}", "messages"),
      ("{\"messages\":[{\"content\":\"x\"}]}", "messages[0].role"),
      ("{\"messages\":[{\"role\":\"tool\",\"content\":\"x\"}]}", "messages"),
      ("{\"messages\":[{\"role\":\"assistant\",\"content\":\"x\"}]}", "messages"),
      (
        "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\"}]}]}", "messages"
      ),
      (question("x", ",\"temperature\":-1"), "temperature"),
      (question("x", ",\"temperature\":\"hot\""), "temperature"),
      (question("x", ",\"max_tokens\":0"), "max_tokens"),
      (question("x", ",\"max_tokens\":1.5"), "max_tokens"),
      (question("x", ",\"top_p\":7"), "top_p"), (question("x", ",\"n\":2"), "n"),
      (question("x", ",\"tools\":[{}]"), "tools"),
      (question("x", ",\"logprobs\":true"), "logprobs"),
      (question("x", ",\"response_format\":{\"type\":\"json_object\"}"), "response_format"),
      (question("x", ",\"stop\":[\"\"]"), "stop"), (question("x", ",\"stop\":4"), "stop"),
      (question("x", ",\"specreason\":{\"wonder\":1}"), "specreason.wonder"),
      (question("x", ",\"specreason\":{\"threshold\":12}"), "specreason.threshold"),
      (
        question(
          "x",
          ",\"specreason\":{\"judge-question\":\"\(String(repeating: "s", count: 9_000))\"}"),
        "specreason.judge-question"
      ),
    ] as [(String, String?)])
  func `what cannot be done is refused with the field's name`(json: String, field: String?) throws {
    let refusal = try #require(self.refusal(json))
    #expect(refusal.status == 400 && refusal.parameter == field, "\(refusal)")
    #expect(refusal.message.hasSuffix("."))
  }

  @Test func `a decision that waits for a person is refused`() throws {
    let request = try request(question("x", ",\"specreason\":{\"unreadable\":\"ask\"}"))
    #expect(throws: APIError.self) { try request.options(over: RunOptions()) }
  }

  @Test func `stop strings end a text at the first of them, however it comes in pieces`() {
    var random = SeededGenerator(seed: 5)
    let letters = ["a", "b", "ab", "é", "e\u{301}", "\n", "👩‍👩‍👧", "c"]
    for _ in 0..<2_000 {
      let text = (0..<Int.random(in: 0...12, using: &random)).map { _ in
        letters.randomElement(using: &random) ?? ""
      }
      let stops = (0..<Int.random(in: 0...3, using: &random)).map { _ in
        (0..<Int.random(in: 1...3, using: &random)).map { _ in
          letters.randomElement(using: &random) ?? ""
        }.joined()
      }
      var filter = StopStrings(stops)
      let cut = text.map { filter.take($0) }.joined() + filter.finish()
      // The text as bytes up to the first place where one of the stop strings begins.
      let bytes = Array(text.joined().utf8)
      let end = bytes.indices.first { start in
        stops.contains { bytes[start...].starts(with: $0.utf8) }
      }
      #expect(Array(cut.utf8) == Array(bytes[..<(end ?? bytes.count)]), "\(text) \(stops)")
      #expect(filter.isStopped == (end != nil))
    }
  }
}
