import DemoPair
import Foundation
import TestSupport
import Testing
import Traces

/// `specreason serve` on the demo pair, asked by programs that are not ours; `replay --follow` beside it.
@Suite(.enabled(if: TmuxTerminal.isAvailable, "tmux is not installed"), .serialized)
struct ServeCommandTests {
  /// A server in a terminal.
  private struct Stage {
    let folder: TemporaryFolder
    let terminal: TmuxTerminal
    let port: String

    init(_ options: String = "", environment: [String: String] = [:]) throws {
      folder = try TemporaryFolder()
      terminal = try TmuxTerminal(
        columns: 120, rows: 30, environment: environment,
        "\(Program.specreason) serve --port 0 --seed 3 --run-folder \(folder.path) \(options)")
      let screen = try terminal.wait(for: "the address") { $0.contains("/v1") }
      port = try #require(screen.firstMatch(of: /127\.0\.0\.1:([0-9]+)\/v1/).map { "\($0.1)" })
    }

    /// Runs a Python program that has the port as its first argument.
    func python(_ program: String, _ arguments: [String] = []) throws -> Program.Result {
      try Program.run(
        "/usr/bin/env", ["timeout", "300", "python3", "-c", program, port] + arguments)
    }

    func end() throws -> Int {
      try terminal.press("C-c")
      return try terminal.waitForExit()
    }
  }

  private static let client = """
    import http.client, json, sys, threading
    port = int(sys.argv[1])
    def ask(fields, read=True):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=200)
        connection.request("POST", "/v1/chat/completions", json.dumps(fields))
        reply = connection.getresponse()
        return reply.status, reply.read().decode() if read else connection
    def question(text, **more):
        return dict(model="demo", messages=[dict(role="user", content=text)], **more)

    """

  @Test func `whole and streamed answers are the run's, and the client gets what it asked for`()
    throws
  {
    let stage = try Stage()
    let problem = try #require(try DemoPair.problems().first)
    let result = try stage.python(
      Self.client + """
        text = sys.argv[2]
        status, body = ask(question(text))
        whole = json.loads(body)
        status2, stream = ask(question(text, stream=True, stream_options=dict(include_usage=True)))
        chunks = [line[6:] for line in stream.split("\\n") if line.startswith("data: ")]
        assert chunks[-1] == "[DONE]", chunks[-1]
        chunks = [json.loads(chunk) for chunk in chunks[:-1]]
        deltas = [chunk["choices"][0]["delta"] for chunk in chunks if chunk["choices"]]
        message = whole["choices"][0]["message"]
        for field in ["content", "reasoning_content"]:
            assert "".join(d.get(field) or "" for d in deltas) == message[field], field
        assert chunks[-1]["usage"]["completion_tokens"] == whole["usage"]["completion_tokens"]
        long = ask(question("word " * 30000))
        assert long[0] == 400 and json.loads(long[1])["error"]["code"] == "context_length_exceeded", long
        short = json.loads(ask(question(text, max_tokens=8))[1])
        assert short["usage"]["completion_tokens"] <= 8, short["usage"]
        assert ask(dict(question(text), model="gpt"))[0] == 404
        print(json.dumps([whole["specreason"]["run"], message["reasoning_content"], message["content"]]))
        """, [problem.problem])
    #expect(result.status == 0, "\(result.errors)")
    let told = try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String])
    #expect(try stage.end() == 130)
    let run = try RunFolder(path: stage.folder.path).trace(told[0]).run
    let turn = try #require(run.turns.first)
    #expect(turn.steps.compactMap { $0.committed?.text }.joined(separator: "\n\n") == told[1])
    #expect(turn.answerText == told[2])
  }

  @Test func `200 requests, 10 at once, are all answered, and followed by the viewer`() throws {
    let stage = try Stage("--threshold 3")
    let follower = try TmuxTerminal(
      columns: 120, rows: 36,
      "\(Program.specreason) replay --follow latest --run-folder \(stage.folder.path)")
    try follower.wait(for: "a follower without a run") { $0.contains("following") }
    let problem = try #require(try DemoPair.problems().first)
    let result = try stage.python(
      Self.client + """
        statuses = []
        def work():
            for _ in range(20):
                status, body = ask(question(sys.argv[2], max_tokens=30))
                statuses.append((status, json.loads(body)["object"]))
        threads = [threading.Thread(target=work) for _ in range(10)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        assert statuses == [(200, "chat.completion")] * 200, statuses
        """, [problem.problem])
    #expect(result.status == 0, "\(result.errors)")
    try follower.wait(for: "a run that was served") {
      $0.contains(problem.problem.prefix(30)) && $0.contains("τ 3.0")
    }
    try follower.press("q")
    #expect(try follower.waitForExit() == 0)
    #expect(try stage.end() == 130)
    let runs = RunFolder(path: stage.folder.path).runs()
    #expect(runs.count == 200 && runs.allSatisfy { $0.stop != nil && $0.stop != .cancelled })
  }

  @Test func `a hang-up ends the run, and the next one is served`() throws {
    let stage = try Stage()
    let problem = try #require(try DemoPair.problems().first)
    let result = try stage.python(
      Self.client + """
        # One that would go on for long.
        slow = question("word " * 400, temperature=2, max_tokens=100000, stream=True)
        slow["specreason"] = {"mode": "base", "work-budget": "100000"}
        status, connection = ask(slow, read=False)
        connection.close()
        status, body = ask(question(sys.argv[2]))
        assert status == 200, body
        """, [problem.problem])
    #expect(result.status == 0, "\(result.errors)")
    #expect(try stage.end() == 130)
    let stops = RunFolder(path: stage.folder.path).runs().map(\.stop)
    // A model may come to its own end before the hang-up is noticed.
    #expect(stops.count == 2 && stops.contains(.answer) && !stops.contains(nil), "\(stops)")
  }

  @Test func `other machines are let in with a key only`() throws {
    let refused = try Program.run(
      Program.specreason, ["serve", "--host", "0.0.0.0", "--port", "0"])
    #expect(refused.status == 2 && refused.errors.contains("SPECREASON_API_KEY"))
    let taken = try Stage()
    let second = try Program.run(
      Program.specreason, ["serve", "--port", taken.port, "--no-save"])
    #expect(second.status == 1 && second.errors.contains("in use"), "\(second.errors)")
    #expect(try taken.end() == 130)
  }
}
