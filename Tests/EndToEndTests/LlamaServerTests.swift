import DemoPair
import Foundation
import TestSupport
import Testing
import Traces

/// The demo pair behind llama.cpp's own HTTP server, which knows nothing of this program.
///
/// Skipped where the Python package `xllamacpp` is not installed: `.ci/run` puts it into
/// `.build-llama-server`; `LLAMA_SERVER_PYTHON` names another interpreter that has it.
@Suite(.enabled(if: LlamaServers.python != nil, "the Python package xllamacpp is not installed"))
struct LlamaServerTests {
  private static func run(
    _ problem: String, _ arguments: [String]
  ) throws -> (steps: [String], scores: [Double?], answer: String?, output: String) {
    let result = try Program.run(
      Program.specreason,
      ["run", "--json", "--mode", "reason", "--temperature", "0", "--seed", "1"] + arguments
        + [problem])
    #expect(result.status == 0, "\(result.errors)")
    let events = try TraceCoding.events(in: result.output)
    let state = events.reduce(into: RunState()) { $0.apply($1) }
    let turn = state.turns.last
    return (
      turn?.steps.compactMap(\.committed?.text) ?? [], turn?.steps.map { $0.judged?.score } ?? [],
      turn?.answer?.text, result.output
    )
  }

  @Test func `greedy texts and scores are those of this engine`() async throws {
    let servers = try await LlamaServers()
    defer { servers.stop() }
    for problem in try DemoPair.problems().prefix(5).map(\.problem) {
      let here = try Self.run(problem, [])
      let there = try Self.run(problem, ["--base", servers.base, "--draft", servers.draft])
      #expect(there.steps == here.steps)
      #expect(there.answer == here.answer)
      #expect(there.scores.count == here.scores.count)
      for (one, other) in zip(there.scores, here.scores) {
        // Different arithmetic, and of 20 tokens the least probable digits may be missing.
        #expect(abs((one ?? -1) - (other ?? -1)) < 0.3)
      }
      // One model here and the other there is the same again.
      let mixed = try Self.run(problem, ["--base", servers.base, "--draft", "demo"])
      #expect(mixed.steps == here.steps && mixed.answer == here.answer)
    }
  }

  @Test func `the server is told as what it is`() async throws {
    let servers = try await LlamaServers()
    defer { servers.stop() }
    let result = try Program.run(Program.specreason, ["models", "info", "--json", servers.base])
    #expect(result.status == 0, "\(result.errors)")
    let facts = try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    #expect(facts["server"] as? String == "llama.cpp server")
    #expect(facts["model"] as? String == "demo-base" && facts["context"] as? Int == 2048)
    #expect(facts["digits"] as? String == "tops" && facts["cachesPrefixes"] as? Bool == true)
    #expect(facts["likelihood"] as? Bool == false)
    #expect(facts["seeds"] as? String == "work")
  }

  @Test func `right answers and gains are measured over servers`() async throws {
    let servers = try await LlamaServers()
    defer { servers.stop() }
    let pair = ["--base", servers.base, "--draft", servers.draft]
    let solved = try Program.run(
      Program.specreason,
      ["eval", "--count", "2", "--thresholds", "7", "--temperature", "0", "--json"] + pair)
    #expect(solved.status == 0, "\(solved.errors)")
    // Modes in which tokens would be checked across servers are not among them.
    #expect(solved.output.split(separator: "\n").count == 3)
    let gains = try Program.run(
      Program.specreason,
      [
        "bench-pair", "--json", "--steps", "4", "--accept", "50,100", "--judges", "short",
        "likelihood",
      ]
        + pair)
    #expect(gains.status == 0 && gains.errors.contains("likelihood is left out"), "\(gains.errors)")
    let rows = try gains.output.split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    #expect(rows.map { $0["acceptance"] as? Double } == [0.5, 1])
    for row in rows {
      for figure in ["speedup", "limit", "breakEven"] {
        #expect((row[figure] as? Double ?? 0) > 0, "\(figure)")
      }
    }
  }

  @Test func `a server that goes down in the middle of a turn costs the turn alone`() async throws {
    let servers = try await LlamaServers()
    defer { servers.stop() }
    servers.stopDraft()
    let problem = try #require(try DemoPair.problems().first).problem
    let result = try Program.run(
      Program.specreason,
      ["run", "--json", "--base", servers.base, "--draft", servers.draft, problem])
    #expect(result.status == 1)
    #expect(result.errors.contains(servers.draft) || result.output.contains(servers.draft))
  }
}

/// Both models of the demo pair, each behind a server of its own.
final class LlamaServers: Sendable {
  /// A Python that has the package; nil for none.
  static let python: String? = {
    let own = Program.packageRoot.appending(path: ".build-llama-server/bin/python").path
    let candidates = [ProcessInfo.processInfo.environment["LLAMA_SERVER_PYTHON"], own]
    return candidates.compactMap(\.self).first { python in
      FileManager.default.isExecutableFile(atPath: python)
        && (try? Program.run(python, ["-c", "import xllamacpp"]))?.status == 0
    }
  }()

  /// The addresses.
  let base: String
  let draft: String
  private let processes: [pid_t]

  init() async throws {
    let pair = try DemoPair.locate()
    var addresses: [String] = []
    var processes: [pid_t] = []
    for (name, model) in [("demo-base", pair.base), ("demo-draft", pair.draft)] {
      let port = try Self.freePort()
      let process = Process()
      process.executableURL = URL(filePath: try #require(Self.python))
      let script = Program.packageRoot.appending(path: "Tests/LlamaServer/serve.py").path
      process.arguments = [script, model.path, name, "\(port)"]
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      processes.append(process.processIdentifier)
      addresses.append("http://127.0.0.1:\(port)")
    }
    (base, draft) = (addresses[0], addresses[1])
    self.processes = processes
    do {
      for address in addresses { try await Self.wait(for: address) }
    } catch {
      stop()
      throw error
    }
  }

  /// Ends both.
  func stop() {
    for process in processes { kill(process, SIGKILL) }
  }

  /// Ends the draft model's.
  func stopDraft() { kill(processes[1], SIGKILL) }

  /// Waits until a server has loaded its model.
  private static func wait(for address: String) async throws {
    let question = "import sys, urllib.request as r; r.urlopen(sys.argv[1], timeout=2)"
    for _ in 0..<600 {
      let result = try Program.run(try #require(python), ["-c", question, address + "/health"])
      if result.status == 0 { return }
      try await Task.sleep(for: .milliseconds(100))
    }
    throw POSIXError(.ETIMEDOUT)
  }

  private static func freePort() throws -> Int {
    let server = try ScriptedServer { _ in [.close] }
    server.stop()
    return server.port
  }
}
