import Foundation
import Reasoning
import Synchronization
import TestSupport
import Testing
import Traces

@testable import Backends

/// Whole turns over servers that fail at random, without a network and with short waits.
struct RandomFaultTests {
  private static let secrets = ["hunter2-base", "hunter2-draft"]

  /// Draws faults; the same seed draws the same for requests in the same order.
  private final class Chance: Sendable {
    private let random: Mutex<SeededGenerator>
    private let share: Double

    init(seed: UInt64) {
      var random = SeededGenerator(seed: seed)
      share = Double.random(in: 0...0.4, using: &random)
      self.random = Mutex(random)
    }

    /// What comes of a request that would have been answered by `chunks`.
    func outcome(_ type: String, _ chunks: [String], key: String) -> ScriptedTransport.Outcome {
      random.withLock { random in
        let headers = ["content-type": type]
        guard Double.random(in: 0...1, using: &random) < share else {
          return .answer(status: 200, headers: headers, chunks: chunks, .whole)
        }
        let body = chunks.joined()
        let cut = Int.random(in: 0...body.count, using: &random)
        let part = [String(body.prefix(cut))]
        switch Int.random(in: 0..<11, using: &random) {
        case 0: return .failure(ScriptedTransport.Broken())
        case 1: return .silence
        case 2: return .answer(status: 200, headers: headers, chunks: part, .silence)
        case 3: return .answer(status: 200, headers: headers, chunks: part, .broken)
        case 4: return .answer(status: 200, headers: headers, chunks: part, .whole)
        case 5:
          let status = [401, 404, 422, 429, 500, 503].randomElement(using: &random) ?? 500
          return .answer(
            status: status, headers: headers, chunks: [#"{"error":"no \#(key)"}"#], .whole)
        case 6:
          return .answer(
            status: 200, headers: headers,
            chunks: part + ["\n\ndata: {\"error\":{\"message\":\"died \(key)\"}}\n\n"], .whole)
        case 7:
          return .answer(
            status: 302, headers: ["location": "http://elsewhere/?\(key)"], chunks: [], .whole)
        case 8:
          var bytes = Array(body.utf8)
          for _ in 0..<5 where !bytes.isEmpty {
            bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(
              in: 0...255, using: &random)
          }
          return .answer(
            status: 200, headers: headers, chunks: [String(decoding: bytes, as: UTF8.self)], .whole)
        case 9: return .answer(status: 200, headers: [:], chunks: ["<html>\(key)"], .whole)
        default:
          return .answer(
            status: 200, headers: headers, chunks: chunks.shuffled(using: &random), .whole)
        }
      }
    }
  }

  private static func model(_ role: Role, _ pretended: PretendServer, _ chance: Chance) throws
    -> RemoteModel
  {
    let secret = secrets[role == .base ? 0 : 1]
    var patience = Patience.short
    patience.asking = .milliseconds(40)
    patience.connecting = .milliseconds(40)
    patience.firstToken = .milliseconds(40)
    patience.stall = .milliseconds(40)
    patience.ending = .milliseconds(10)
    patience.retry = .milliseconds(1)
    patience.longestRetry = .milliseconds(2)
    let transport = ScriptedTransport { request in
      let (type, chunks) = pretended.answer(
        request.url.path(), String(decoding: request.body ?? Data(), as: UTF8.self))
      return chance.outcome(type, chunks, key: secret)
    }
    return RemoteModel(
      role,
      link: ServerLink(
        address: try ServerAddress("http://\(role.rawValue).test:1"), key: ServerKey(secret),
        transport: transport, patience: patience))
  }

  /// A model of five steps, of which the judge likes some.
  private static let pretended = PretendServer(
    writes: { prompt in
      if prompt.hasSuffix("</think>\n\n") { return "It is \\boxed{5}." }
      let steps =
        prompt.split(separator: "<think>\n").last?.components(separatedBy: "\n\n").count ?? 1
      return steps > 5 ? "</think>\n\n" : "Step \(steps) says that 2 + 3 = 5.\n\nAnd on."
    },
    scores: { $0.utf8.count % 3 == 0 ? 2 : 9 })

  @Test(.timeLimit(.minutes(30)))
  func `no fault hangs, falls, loses a step or tells a key`() async throws {
    let schedules = Sweep.count(200)
    var answered = 0
    var failed = 0
    // Side by side, as most of the time is waiting.
    for start in stride(from: 0, to: schedules, by: 50) {
      let ends = try await withThrowingTaskGroup(of: StopReason?.self) {
        group -> [StopReason?] in
        for seed in start..<min(start + 50, schedules) {
          group.addTask { try await Self.turn(UInt64(seed)) }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      answered += ends.count { $0 == .answer }
      failed += ends.count { $0 == .error }
    }
    // Schedules of few faults come through, and those of many do not.
    #expect(answered > schedules / 20 && failed > schedules / 20, "\(answered), \(failed)")
  }

  private static func all(_ stream: AsyncStream<Event>) async -> [Event] {
    var events: [Event] = []
    for await event in stream { events.append(event) }
    return events
  }

  /// Runs one turn by the schedule of `seed`, and returns how it ended.
  private static func turn(_ seed: UInt64) async throws -> StopReason? {
    let chance = Chance(seed: seed)
    let pair = ServerPair(
      base: try model(.base, pretended, chance), draft: try model(.draft, pretended, chance))
    var options = RunOptions()
    options.mode = .reason
    options.judge = .short
    options.seed = seed
    options.draftsAhead = seed % 2 == 0
    options.candidates = seed % 5 == 0 ? 2 : 1
    let reasoner = Reasoner(backend: pair, options: options, version: "test")
    async let told = Self.all(reasoner.events)
    await reasoner.run(prompt: "How many?")
    await reasoner.finish()
    let events = await told
    let trace = try events.map { try TraceCoding.line($0) }.joined(separator: "\n")
    for secret in secrets { #expect(!trace.contains(secret), "schedule \(seed) tells a key") }
    let state = events.reduce(into: RunState()) { $0.apply($1) }
    let committed = events.compactMap { event in
      if case .stepCommitted(let kept) = event.kind { kept.text } else { nil }
    }
    let kept = state.turns.last?.steps.compactMap(\.committed?.text) ?? []
    #expect(kept == committed, "schedule \(seed) loses a step")
    let stop = state.turns.last?.ended?.stop
    #expect(stop != nil, "schedule \(seed) has no end")
    return stop
  }
}
