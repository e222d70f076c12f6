import Foundation
import TestSupport
import Testing

@testable import Serving

/// Clients that do not keep to the rules, and those that may not ask.
struct HostileClientTests {
  private func stage(
    key: String? = nil, change: (inout ServerLimits) -> Void = { _ in }
  ) async throws -> ServedStage {
    var limits = ServerLimits()
    limits.requestSeconds = 0.5
    limits.idleSeconds = 0.5
    limits.bodyBytes = 10_000
    change(&limits)
    return try await ServedStage(ScriptedBackend(), limits: limits, key: key, isSaving: false)
  }

  @Test func `a body that is too large is refused, announced or not`() async throws {
    let stage = try await stage()
    let big = String(repeating: "x", count: 20_000)
    #expect(try await stage.client.chat(question(big)).status == 413)
    let chunk = String(20_000, radix: 16) + "\r\n" + big + "\r\n0\r\n\r\n"
    let chunked = try await stage.client.raw(
      "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
        + chunk)
    #expect(chunked.status == 413)
    #expect(try await stage.client.chat(question()).status == 200)
    _ = try await stage.end()
  }

  @Test func `a header that never ends is hung up on, and holds up nobody`() async throws {
    let stage = try await stage()
    let slow = try (0..<20).map { _ in try stage.client.connect() }
    for descriptor in slow { WebClient.send("POST / HTTP/1.1\r\nHost: a", to: descriptor) }
    #expect(try await stage.client.chat(question()).status == 200)
    for descriptor in slow {
      #expect(try await WebClient.text(from: descriptor) == "")
      close(descriptor)
    }
    _ = try await stage.end()
  }

  @Test func `a header that is too large is refused`() async throws {
    let stage = try await stage()
    let field = "X: " + String(repeating: "y", count: 200_000)
    let descriptor = try stage.client.connect()
    WebClient.send("GET /health HTTP/1.1\r\n\(field)\r\n\r\n", to: descriptor)
    // The connection may end before the refusal was read.
    let said = try await WebClient.text(from: descriptor)
    close(descriptor)
    #expect(said.isEmpty || said.hasPrefix("HTTP/1.1 400"), "\(said)")
    #expect(try await stage.client.fetch("GET", "/health").status == 200)
    _ = try await stage.end()
  }

  @Test(arguments: [
    "hello\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "\u{0}\u{1}\u{2}\r\n\r\n",
    "POST / HTTP/1.1\r\nContent-Length: -4\r\n\r\n",
    "POST / HTTP/1.1\r\nContent-Length: 4\r\nContent-Length: 9\r\n\r\n",
    "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
  ])
  func `what is no HTTP is refused and the connection closed`(text: String) async throws {
    let stage = try await stage()
    let descriptor = try stage.client.connect()
    WebClient.send(text, to: descriptor)
    let said = try await WebClient.text(from: descriptor)
    close(descriptor)
    #expect(said.isEmpty || said.hasPrefix("HTTP/1.1 4") || said.hasPrefix("HTTP/1.0 4"), "\(said)")
    #expect(try await stage.client.fetch("GET", "/health").status == 200)
    _ = try await stage.end()
  }

  @Test func `garbage after a request does not keep it from being answered`() async throws {
    let stage = try await stage()
    let request = WebClient.request(
      "GET", "/v1/models", ["Connection": "keep-alive"])
    // A second whole request in the same breath; the first is answered, and then the connection ends.
    let response = try await stage.client.raw(request + request)
    #expect(response.status == 200)
    let torn = try await stage.client.raw(request + "\u{3}\u{4}garbage\r\n\r\n")
    #expect([200, 400].contains(torn.status))
    #expect(try await stage.client.chat(question()).status == 200)
    _ = try await stage.end()
  }

  @Test func `random bytes neither hang nor end it`() async throws {
    let stage = try await stage()
    var random = SeededGenerator(seed: 11)
    let request = Array(
      WebClient.request("POST", "/v1/chat/completions", body: question()).utf8)
    for _ in 0..<200 {
      var bytes = request
      for _ in 0..<Int.random(in: 1...8, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        bytes[place] = UInt8.random(in: 0...127, using: &random)
      }
      let descriptor = try stage.client.connect()
      WebClient.send(String(decoding: bytes, as: UTF8.self), to: descriptor)
      shutdown(descriptor, Int32(SHUT_WR))
      _ = try await WebClient.text(from: descriptor)
      close(descriptor)
    }
    #expect(try await stage.client.chat(question()).status == 200)
    _ = try await stage.end()
  }

  @Test func `with a key only those who have it are answered`() async throws {
    let stage = try await stage(key: "sesame")
    #expect(try await stage.client.chat(question()).status == 401)
    #expect(try await stage.client.chat(question(), ["Authorization": "Bearer open"]).status == 401)
    #expect(
      try await stage.client.chat(question(), ["Authorization": "Bearer sesame"]).status == 200)
    #expect(try await stage.client.fetch("GET", "/metrics").status == 401)
    #expect(try await stage.client.fetch("GET", "/health").status == 200)
    _ = try await stage.end()
  }

  @Test func `who has no key is refused before the body has come`() async throws {
    // The time for a request would be over long after the test.
    let stage = try await stage(key: "sesame") { $0.requestSeconds = 3_600 }
    let descriptor = try stage.client.connect()
    WebClient.send(
      "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000\r\n\r\n{",
      to: descriptor)
    let said = try await WebClient.beginning(from: descriptor)
    #expect(said.hasPrefix("HTTP/1.1 401"), "\(said)")
    close(descriptor)
    _ = try await stage.end()
  }

  @Test func `without a key a page of another place is not answered`() async throws {
    let stage = try await stage()
    for fields in [
      ["Host": "evil.example"], ["Host": "evil.example:8080"],
      ["Origin": "https://evil.example"], ["Origin": "null"],
    ] {
      #expect(try await stage.client.chat(question(), fields).status == 403, "\(fields)")
    }
    for fields in [
      ["Host": "localhost:8080"], ["Host": "[::1]:8080"], ["Origin": "http://localhost:3000"],
    ] {
      #expect(try await stage.client.chat(question(), fields).status == 200, "\(fields)")
    }
    _ = try await stage.end()
  }
}
