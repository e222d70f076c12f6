import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Hub

/// Downloads from a hub on this machine.
struct PullTests {
  /// A client, its cache, and what the hub did.
  private struct Trial {
    let folder: TemporaryFolder
    let hub: LocalHub
    let reference: HubReference
    let waits = Waits()

    final class Waits: Sendable {
      let seconds = Mutex<[Int?]>([])
    }

    init(_ behaviour: LocalHub.Behaviour) throws {
      folder = try TemporaryFolder()
      hub = try LocalHub(behaviour)
      reference = try #require(HubReference("o/r"))
    }

    func client(
      portion: Int = 1 << 20, token: String? = nil,
      writer: @escaping PartialFile.Writer = { write($0, $1.baseAddress, $1.count) }
    ) throws -> HubClient {
      var environment = ["HF_ENDPOINT": hub.endpoint, "HF_HOME": folder.path]
      environment["HF_TOKEN"] = token
      return HubClient(
        try HubAddress(environment: environment), portion: portion, writer: writer
      ) { [waits] _, _, seconds in
        waits.seconds.withLock { $0.append(seconds) }
      }
    }

    @discardableResult
    func pull(_ client: HubClient, _ choice: String? = nil) async throws -> String {
      let listing = try await client.listing(of: reference, revision: "main")
      return try await client.pull(
        try listing.model(choice), of: reference, in: listing, revision: "main"
      ) { _ in }
    }

    var repository: String { folder.path + "/hub/models--o--r" }

    /// The finished contents in the cache.
    func blobs() -> [[UInt8]] {
      let names =
        (try? FileManager.default.contentsOfDirectory(atPath: repository + "/blobs")) ?? []
      return names.filter { !$0.hasSuffix(".incomplete") }.sorted().compactMap {
        FileManager.default.contents(atPath: "\(repository)/blobs/\($0)").map { Array($0) }
      }
    }
  }

  private func content(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var random = SeededGenerator(seed: seed)
    return (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
  }

  @Test func `a model lands where other tools look for it`() async throws {
    let parts = [
      "sub/m-Q8_0-00001-of-00002.gguf": content(5000),
      "sub/m-Q8_0-00002-of-00002.gguf": content(70, seed: 2),
    ]
    let trial = try Trial(.init(files: parts))
    let path = try await trial.pull(try trial.client())
    #expect(
      path.hasSuffix(
        "/hub/models--o--r/snapshots/\(String(repeating: "c0ffee00", count: 5))/sub/m-Q8_0-00001-of-00002.gguf"
      ))
    for (name, bytes) in parts {
      let file = URL(filePath: path).deletingLastPathComponent().appending(
        path: name.dropFirst("sub/".count).description)
      #expect(try Array(Data(contentsOf: file)) == bytes)
      let link = try FileManager.default.destinationOfSymbolicLink(atPath: file.path)
      #expect(link.hasPrefix("../../../blobs/"))
    }
    let reference = try String(contentsOfFile: trial.repository + "/refs/main", encoding: .utf8)
    #expect(reference == String(repeating: "c0ffee00", count: 5))
    // What is there is not asked for again.
    let before = trial.hub.requests.count
    try await trial.pull(try trial.client())
    #expect(trial.hub.requests.count == before + 1)
  }

  @Test func `the token goes to the hub, and to nobody else`() async throws {
    var behaviour = LocalHub.Behaviour(files: ["m.gguf": content(3000)])
    behaviour.token = "secret"
    let trial = try Trial(behaviour)
    try await trial.pull(try trial.client(portion: 1000, token: "secret"))
    let (own, others) = (
      trial.hub.requests.filter { !$0.path.hasPrefix("/cdn") },
      trial.hub.requests.filter { $0.path.hasPrefix("/cdn") }
    )
    #expect(own.count == 4 && own.allSatisfy { $0.headers["authorization"] == "Bearer secret" })
    #expect(others.count == 3 && others.allSatisfy { $0.headers["authorization"] == nil })
    #expect(
      others.map { $0.headers["range"] } == ["bytes=0-999", "bytes=1000-1999", "bytes=2000-2999"])
    #expect(others.map { $0.headers["if-range"] } == [nil, "\"e\"", "\"e\""])
  }

  @Test func `without the token that is asked for, the remedy is told`() async throws {
    var behaviour = LocalHub.Behaviour(files: ["m.gguf": content(10)])
    behaviour.token = "secret"
    let trial = try Trial(behaviour)
    await #expect(throws: HubError.refused("o/r at main", hasToken: false)) {
      try await trial.pull(try trial.client())
    }
    do {
      try await trial.pull(try trial.client(token: "wrong-token"))
      Issue.record("a wrong token was taken")
    } catch {
      #expect(!"\(error)".contains("wrong-token") && "\(error)".contains("HF_TOKEN"))
    }
  }

  @Test func `a broken download is gone on with by a later process`() async throws {
    let bytes = content(90_000)
    var behaviour = LocalHub.Behaviour(files: ["m.gguf": bytes])
    // Every answer of the first process ends in the middle.
    behaviour.fault = { $0 < 6 ? .drop : nil }
    let trial = try Trial(behaviour)
    // A disk that is full after 50,000 bytes ends the first process.
    let written = Mutex(0)
    let full: PartialFile.Writer = { descriptor, bytes in
      written.withLock { total in
        let room = 50_000 - total
        guard room > 0 else {
          errno = ENOSPC
          return -1
        }
        let count = write(descriptor, bytes.baseAddress, min(room, bytes.count))
        total += max(0, count)
        return count
      }
    }
    await #expect(throws: HubError.self) { try await trial.pull(try trial.client(writer: full)) }
    #expect(trial.blobs().isEmpty)
    #expect(!FileManager.default.fileExists(atPath: trial.repository + "/snapshots"))
    let before = trial.hub.requests.count
    try await trial.pull(try trial.client())
    #expect(trial.blobs() == [bytes])
    let first = trial.hub.requests[before...].first { $0.path.hasPrefix("/cdn") }
    #expect(first?.headers["range"] == "bytes=50000-89999")
  }

  @Test func `what has not the hub's checksum is not kept`() async throws {
    var behaviour = LocalHub.Behaviour(files: ["m.gguf": content(1000)])
    behaviour.fault = { _ in .changedByte }
    let trial = try Trial(behaviour)
    await #expect(throws: HubError.damaged(file: "m.gguf")) {
      try await trial.pull(try trial.client())
    }
    let left = try FileManager.default.contentsOfDirectory(atPath: trial.repository + "/blobs")
    #expect(left.isEmpty)
  }

  @Test func `a hub that asks for a pause gets it`() async throws {
    var behaviour = LocalHub.Behaviour(files: ["m.gguf": content(1000)])
    behaviour.fault = { $0 < 2 ? .tooMany : nil }
    let trial = try Trial(behaviour)
    try await trial.pull(try trial.client())
    #expect(trial.waits.seconds.withLock { $0 } == [1, 1])
  }

  @Test(arguments: [
    "ftp://localhost/x", "file:///etc/passwd", "http://u:p@localhost/x",
  ]) func `a redirection that leads out of the web is not followed`(location: String) async throws {
    var behaviour = LocalHub.Behaviour(files: ["m.gguf": content(10)])
    behaviour.location = location
    let trial = try Trial(behaviour)
    await #expect(throws: HubError.self) { try await trial.pull(try trial.client()) }
    #expect(trial.blobs().isEmpty)
  }

  @Test func `redirections in a circle end`() async throws {
    var behaviour = LocalHub.Behaviour(files: ["m.gguf": content(10)])
    behaviour.location = "/o/r/resolve/\(String(repeating: "c0ffee00", count: 5))/m.gguf"
    let trial = try Trial(behaviour)
    await #expect(throws: HubError.redirection("it goes on and on")) {
      try await trial.pull(try trial.client())
    }
  }

  @Test func `a hub that is not there is told, not waited for`() async throws {
    let trial = try Trial(.init(files: [:]))
    let address = try HubAddress(
      environment: ["HF_ENDPOINT": "http://127.0.0.1:1", "HF_HOME": trial.folder.path])
    let client = HubClient(address, portion: 1000) { _, _, _ in }
    await #expect(throws: HubError.self) { try await trial.pull(client) }
  }

  /// Schedules of faults, each with its own file, portions and disk.
  @Test(arguments: 0..<Sweep.count(40))
  func `after any faults a file is whole or absent`(schedule: Int) async throws {
    var random = SeededGenerator(seed: UInt64(schedule))
    let bytes = content(Int.random(in: 1...40_000, using: &random), seed: UInt64(schedule) + 1000)
    let rate = Double.random(in: 0...0.9, using: &random)
    let faults = (0..<400).map { _ in
      Double.random(in: 0..<1, using: &random) < rate
        ? LocalHub.Fault.allCases.randomElement(using: &random) : nil
    }
    var behaviour = LocalHub.Behaviour(files: ["m.gguf": bytes])
    behaviour.fault = { faults[$0 % faults.count] }
    let trial = try Trial(behaviour)
    let portion = Int.random(in: 500...50_000, using: &random)
    let room = Bool.random(using: &random) ? Int.max : Int.random(in: 0...80_000, using: &random)
    let written = Mutex(0)
    let disk: PartialFile.Writer = { descriptor, bytes in
      written.withLock { total in
        guard total < room else {
          errno = ENOSPC
          return -1
        }
        let count = write(descriptor, bytes.baseAddress, min(room - total, bytes.count))
        total += max(0, count)
        return count
      }
    }
    let path = try? await trial.pull(try trial.client(portion: portion, writer: disk))
    if let path {
      #expect(try Array(Data(contentsOf: URL(filePath: path))) == bytes)
    } else {
      #expect(!FileManager.default.fileExists(atPath: trial.repository + "/snapshots"))
    }
    #expect(trial.blobs() == [] || trial.blobs() == [bytes])
    // Whatever was left, a later call with a good connection brings it.
    let good = try Trial(.init(files: ["m.gguf": bytes]))
    let address = try HubAddress(
      environment: ["HF_ENDPOINT": good.hub.endpoint, "HF_HOME": trial.folder.path])
    let again = try await good.pull(HubClient(address, portion: 1 << 20) { _, _, _ in })
    #expect(try Array(Data(contentsOf: URL(filePath: again))) == bytes)
  }
}
