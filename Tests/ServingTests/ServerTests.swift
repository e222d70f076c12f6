import Foundation
import Reasoning
import TestSupport
import Testing
import Traces

@testable import Serving

/// The server over a socket, with models that follow a script.
struct ServerTests {
  @Test func `an answer has the kept reasoning, the text, and what it cost`() async throws {
    let stage = try await ServedStage(scriptedPair())
    let response = try await stage.client.chat(question())
    #expect(response.status == 200)
    let object = try response.object()
    let choice = try #require((object["choices"] as? [[String: Any]])?.first)
    let message = try #require(choice["message"] as? [String: Any])
    #expect(message["reasoning_content"] as? String == "Right start.\n\nThen two.")
    #expect(message["content"] as? String == "The answer is \\boxed{2}.")
    #expect(choice["finish_reason"] as? String == "stop" && object["model"] as? String == "pair")
    let usage = try #require(object["usage"] as? [String: Any])
    let details = try #require(usage["completion_tokens_details"] as? [String: Any])
    #expect(details["accepted_steps"] as? Int == 1 && details["rejected_steps"] as? Int == 1)
    // Right, start and the end; then two and the end; the, answer, is, the box and the end.
    #expect(usage["completion_tokens"] as? Int == 11 && details["reasoning_tokens"] as? Int == 6)

    let runs = try await stage.end()
    #expect(runs.count == 1 && runs[0].turns.first?.prompt == "How many?")
    let summary = try #require(object["specreason"] as? [String: Any])
    #expect(summary["boxed"] as? String == "2" && summary["seed"] as? Int == 7)
    let files = try FileManager.default.contentsOfDirectory(atPath: stage.folder.path)
    #expect(files.contains("\(summary["run"] as? String ?? "").jsonl"))
  }

  @Test func `a streamed answer comes to the same text, without what was rejected`() async throws {
    let stage = try await ServedStage(scriptedPair())
    let response = try await stage.client.chat(
      question("x", ",\"stream\":true,\"stream_options\":{\"include_usage\":true}"))
    #expect(response.status == 200)
    #expect(response.fields["content-type"]?.hasPrefix("text/event-stream") == true)
    let events = response.events
    #expect(events.last == "[DONE]")
    let objects = try events.dropLast().map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    #expect(Set(objects.compactMap { $0["id"] as? String }).count == 1)
    let deltas = objects.compactMap {
      ($0["choices"] as? [[String: Any]])?.first?["delta"] as? [String: Any]
    }
    #expect(deltas.first?["role"] as? String == "assistant")
    let reasoning = deltas.compactMap { $0["reasoning_content"] as? String }
    #expect(reasoning.joined() == "Right start.\n\nThen two.")
    #expect(reasoning.count > 2, "the base model's words come one by one")
    #expect(
      deltas.compactMap { $0["content"] as? String }.joined() == "The answer is \\boxed{2}.")
    #expect(objects.last?["usage"] != nil && (objects.last?["choices"] as? [Any])?.isEmpty == true)
    _ = try await stage.end()
  }

  @Test func `a stop string ends the answer before it`() async throws {
    let stage = try await ServedStage(scriptedPair())
    let response = try await stage.client.chat(question("x", ",\"stop\":[\"boxed\",\"never\"]"))
    let choice = try #require((try response.object()["choices"] as? [[String: Any]])?.first)
    let message = try #require(choice["message"] as? [String: Any])
    #expect(message["content"] as? String == "The answer is \\")
    #expect(choice["finish_reason"] as? String == "stop")
    _ = try await stage.end()
  }

  @Test func `models without tags answer with all that they write`() async throws {
    let backend = DescribedBackend(
      ScriptedBackend(base: [.text("First."), .text("Second.", .endOfText)], hasDraft: false)
    ) { $0.untagged = [.base] }
    let stage = try await ServedStage(backend, mode: .base)
    let response = try await stage.client.chat(question())
    let choice = try #require((try response.object()["choices"] as? [[String: Any]])?.first)
    let message = try #require(choice["message"] as? [String: Any])
    #expect(message["content"] as? String == "First.\n\nSecond.")
    #expect(message["reasoning_content"] == nil)
    _ = try await stage.end()
  }

  @Test func `earlier messages are the chat that the models see`() async throws {
    let backend = scriptedPair()
    let stage = try await ServedStage(backend)
    let body = """
      {"messages":[{"role":"system","content":"S"},{"role":"user","content":"a"},
      {"role":"assistant","content":"b"},{"role":"user","content":"c"}]}
      """
    #expect(try await stage.client.chat(body).status == 200)
    let messages = await backend.requests.first?.prefix.messages
    #expect(
      messages == [
        ChatMessage(.system, "S"), ChatMessage(.user, "a"), ChatMessage(.assistant, "b"),
        ChatMessage(.user, "c"),
      ])
    let run = try #require(try await stage.end().first)
    #expect(run.started != nil && run.turns.map(\.prompt) == ["a", "c"])
    #expect(run.turns.map { $0.answer?.text } == ["b", "The answer is \\boxed{2}."])
  }

  @Test func `a client that hangs up cancels its run, and the next one is served`() async throws {
    for isStreamed in [false, true] {
      let backend = ScriptedBackend(
        drafts: [.stall(after: "Never ends")], base: [.text("Two.", .endOfText)])
      let stage = try await ServedStage(backend)
      let descriptor = try stage.client.connect()
      let body = question("x", isStreamed ? ",\"stream\":true" : "")
      WebClient.send(
        WebClient.request("POST", "/v1/chat/completions", body: body), to: descriptor)
      try await eventually { stage.pair.load.inside == 1 }
      try await eventually { !(await backend.requests.isEmpty) }
      close(descriptor)
      #expect(try await stage.client.chat(question()).status == 200)
      let stops = try await stage.end().map { $0.turns.last?.ended?.stop }
      #expect(stops.count == 2 && stops[0] == .cancelled)
    }
  }

  @Test func `one that hangs up while it waits is never begun`() async throws {
    let backend = ScriptedBackend(drafts: [.stall(after: "Never ends")])
    let stage = try await ServedStage(backend)
    var descriptors: [Int32] = []
    for place in 0..<3 {
      let descriptor = try stage.client.connect()
      WebClient.send(
        WebClient.request("POST", "/v1/chat/completions", body: question("\(place)")),
        to: descriptor)
      descriptors.append(descriptor)
      try await eventually { stage.pair.load.waiting + stage.pair.load.inside == place + 1 }
    }
    close(descriptors[1])
    try await eventually { stage.pair.load.waiting == 1 }
    close(descriptors[0])
    #expect(try WebClient.response(try await WebClient.text(from: descriptors[2])).status == 200)
    close(descriptors[2])
    let prompts = try await stage.end().compactMap { $0.turns.first?.prompt }
    #expect(prompts.sorted() == ["0", "2"])
  }

  @Test func `too many that wait are sent away`() async throws {
    let stage = try await ServedStage(
      ScriptedBackend(drafts: [.stall(after: "Never ends")]), mostWaiting: 0)
    let descriptor = try stage.client.connect()
    WebClient.send(
      WebClient.request("POST", "/v1/chat/completions", body: question()), to: descriptor)
    try await eventually { stage.pair.load.inside == 1 }
    let response = try await stage.client.chat(question())
    #expect(response.status == 429 && response.fields["retry-after"] != nil)
    // The server's end hangs up on the first.
    _ = try await stage.end()
    #expect(try await WebClient.text(from: descriptor) == "")
    close(descriptor)
  }

  @Test func `what fails is told in the form that clients know`() async throws {
    let stage = try await ServedStage(
      ScriptedBackend(drafts: [.failure(after: "a", WebClient.Failure(what: "broken wire"))]))
    func error(_ response: WebClient.Response) throws -> [String: Any] {
      try #require(try response.object()["error"] as? [String: Any])
    }
    let unknown = try await stage.client.chat(
      question().replacing("\"pair\"", with: "\"gpt-9\""))
    #expect(unknown.status == 404)
    #expect(try error(unknown)["code"] as? String == "model_not_found")
    let malformed = try await stage.client.chat("{\"model\":")
    #expect(malformed.status == 400)
    #expect(try error(malformed)["code"] as? String == "invalid_json")
    let nowhere = try await stage.client.fetch("GET", "/v2/else")
    #expect(nowhere.status == 404)
    let method = try await stage.client.fetch("GET", "/v1/chat/completions")
    #expect(method.status == 405 && method.fields["allow"] == "POST")
    let failed = try await stage.client.chat(question())
    #expect(failed.status == 500)
    let message = try #require(try error(failed)["message"] as? String)
    #expect(message.contains("broken wire"))
    let models = try await stage.client.fetch("GET", "/v1/models").object()
    #expect((models["data"] as? [[String: Any]])?.first?["id"] as? String == "pair")
    #expect(try await stage.client.fetch("GET", "/v1/models/pair").status == 200)
    #expect(try await stage.client.fetch("GET", "/health").status == 200)
    _ = try await stage.end()
  }

  @Test func `what the pair cannot do is the request's error, and saves nothing`() async throws {
    let backend = DescribedBackend(scriptedPair()) { $0.likelihoodObstacle = "no logits" }
    let stage = try await ServedStage(backend)
    let response = try await stage.client.chat(
      question("x", ",\"specreason\":{\"judge\":\"likelihood\"}"))
    #expect(response.status == 400)
    let error = try #require(try response.object()["error"] as? [String: Any])
    #expect(error["param"] as? String == "specreason.judge")
    #expect((error["message"] as? String)?.contains("no logits") == true)
    #expect(try await stage.end().isEmpty)
  }

  @Test func `what cannot fit waits for nobody, however short its messages are`() async throws {
    let backend = DescribedBackend(ScriptedBackend(drafts: [.stall(after: "Never ends")])) {
      $0.baseContext = 1_000
    }
    let stage = try await ServedStage(backend, mostWaiting: 0)
    let descriptor = try stage.client.connect()
    WebClient.send(
      WebClient.request("POST", "/v1/chat/completions", body: question()), to: descriptor)
    try await eventually { stage.pair.load.inside == 1 }
    func chat(earlier: Int) async throws -> [String: Any] {
      let turn =
        "{\"role\":\"user\",\"content\":\"\"},{\"role\":\"assistant\",\"content\":\"\"},"
      let turns = String(repeating: turn, count: earlier)
      let response = try await stage.client.chat(
        "{\"messages\":[\(turns){\"role\":\"user\",\"content\":\"x\"}]}")
      return try #require(try response.object()["error"] as? [String: Any])
    }
    #expect(try await chat(earlier: 10)["code"] as? String == "queue_full")
    #expect(try await chat(earlier: 200)["code"] as? String == "context_length_exceeded")
    #expect(try await chat(earlier: 2_100)["code"] as? String == "invalid_value")
    close(descriptor)
    _ = try await stage.end()
  }

  @Test func `a run that could not be saved is not named`() async throws {
    let stage = try await ServedStage(ScriptedBackend())
    // A file stands where the folder would be.
    try FileManager.default.removeItem(atPath: stage.folder.path)
    try Data().write(to: URL(filePath: stage.folder.path))
    // A scripted run can end before the disk has said no.
    try await eventually {
      let object = try? await stage.client.chat(question()).object()
      let summary = object?["specreason"] as? [String: Any]
      return summary != nil && summary?["run"] as? String == nil
    }
    _ = try await stage.end()
  }

  @Test func `HEAD is answered as GET is, without the body`() async throws {
    let stage = try await ServedStage(scriptedPair())
    for path in ["/v1/models", "/v1/models/pair", "/health", "/metrics"] {
      let head = try await stage.client.fetch("HEAD", path)
      #expect(head.status == 200 && head.body.isEmpty, "\(path)")
      #expect(head.fields["content-length"].flatMap { Int($0) } ?? 0 > 0, "\(path)")
    }
    let refused = try await stage.client.fetch("HEAD", "/v1/chat/completions")
    #expect(refused.status == 405 && refused.body.isEmpty && refused.fields["allow"] == "POST")
    #expect(try await stage.client.fetch("POST", "/metrics").fields["allow"] == "GET, HEAD")
    _ = try await stage.end()
  }

  @Test func `metrics tell scores, verdicts, tokens and outcomes`() async throws {
    let stage = try await ServedStage(scriptedPair())
    _ = try await stage.client.chat(question())
    _ = try await stage.client.chat("nonsense")
    let text = try await stage.client.fetch("GET", "/metrics").body
    for line in [
      "specreason_requests_total{outcome=\"answered\"} 1",
      "specreason_requests_total{outcome=\"refused\"} 1",
      "specreason_drafted_steps_total{verdict=\"accepted\"} 1",
      "specreason_drafted_steps_total{verdict=\"rejected\"} 1",
      "specreason_judge_score_bucket{le=\"1.0\"} 0", "specreason_judge_score_bucket{le=\"2.0\"} 1",
      "specreason_judge_score_bucket{le=\"9.0\"} 2", "specreason_judge_score_count 2",
      "specreason_judge_score_sum 11.0", "specreason_requests_waiting 0",
      // Twice two words and an end were drafted, of which one was thrown away.
      "specreason_tokens_total{purpose=\"draft\"} 6",
      "specreason_tokens_total{purpose=\"discarded\"} 3",
    ] {
      #expect(text.contains(line + "\n"), "\(line) is not in\n\(text)")
    }
    // Every line is a comment or a name, perhaps labels, and a number.
    for line in text.split(separator: "\n") {
      #expect(
        line.wholeMatch(of: /[#]\ .+|[a-z_]+(\{[a-z]+="[^"]+"\})?\ [0-9.e+-]+/) != nil, "\(line)")
    }
    _ = try await stage.end()
  }

  @Test func `many requests at once are all answered`() async throws {
    let stage = try await ServedStage(ScriptedBackend(), isSaving: false)
    let statuses = try await withThrowingTaskGroup(of: [Int].self) { group in
      for _ in 0..<10 {
        group.addTask {
          var statuses: [Int] = []
          for _ in 0..<30 {
            statuses.append(try await stage.client.chat(question("x", ",\"stream\":true")).status)
          }
          return statuses
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    #expect(statuses.count == 300 && statuses.allSatisfy { $0 == 200 })
    _ = try await stage.end()
  }
}

/// Waits until `condition` holds; the limit only ends a test that would never end.
func eventually(_ condition: () async -> Bool) async throws {
  for _ in 0..<3_000 {
    if await condition() { return }
    try await Task.sleep(for: .milliseconds(20))
  }
  throw WebClient.Failure(what: "never came")
}

/// A scripted pair that is described otherwise.
struct DescribedBackend: Backend {
  private let script: ScriptedBackend
  private let change: @Sendable (inout PairDescription) -> Void

  init(_ script: ScriptedBackend, change: @escaping @Sendable (inout PairDescription) -> Void) {
    self.script = script
    self.change = change
  }

  func describe() async throws -> PairDescription {
    var pair = await script.describe()
    change(&pair)
    return pair
  }

  func generate(
    _ request: GenerationRequest, onToken: @escaping @Sendable (GeneratedToken) -> Void
  ) async throws -> Generation {
    try await script.generate(request, onToken: onToken)
  }

  func judge(_ request: JudgeRequest) async throws -> [Judgement] {
    try await script.judge(request)
  }
}
