import Foundation
import TestSupport
import Testing

@testable import Backends

/// Addresses, and the keys that go to them.
struct ServerAddressTests {
  @Test(arguments: [
    ("http://host:30000/v1", "http://host:30000/v1/models"),
    ("http://host:30000", "http://host:30000/v1/models"),
    ("http://host:30000/", "http://host:30000/v1/models"),
    ("https://host/some/where/v1/", "https://host/some/where/v1/models"),
  ])
  func `the end of an address does not matter`(text: String, url: String) throws {
    #expect(try ServerAddress(text).url(of: "/v1/models").absoluteString == url)
  }

  @Test func `a model is named behind a hash`() throws {
    let address = try ServerAddress("http://localhost:11434/v1#qwen2.5:1.5b")
    #expect(address.model == "qwen2.5:1.5b" && address.isThisMachine)
    #expect("\(address)" == "http://localhost:11434")
    #expect(try ServerAddress(address.whole) == address)
  }

  @Test func `a model is named so that the address can be given again`() throws {
    let address = try ServerAddress("http://host:1/v1").naming("a b/c#d:8b")
    #expect(address.whole.hasPrefix("http://host:1#"))
    #expect(try ServerAddress(address.whole) == address)
  }

  @Test(arguments: ["http://", "https:///x", "http://[::1"])
  func `what is no address is told`(text: String) {
    #expect(throws: ServerError.self) { try ServerAddress(text) }
  }

  @Test func `files are no addresses`() {
    for text in ["model.gguf", "/a/http://x", "demo", "httpd.gguf", ""] {
      #expect(!ServerAddress.isMeant(by: text))
    }
  }

  @Test(arguments: [
    "http://user:hunter2@host/v1", "http://hunter2@host", "https://host?key=hunter2",
  ])
  func `a secret in an address is refused and not repeated`(text: String) throws {
    let error = try #require(throws: ServerError.self) { try ServerAddress(text) }
    #expect(!"\(error)".contains("hunter2"))
  }

  @Test func `a key comes from where it may`() throws {
    let folder = try TemporaryFolder()
    let file = folder.path + "/key"
    try Data("from-file\n".utf8).write(to: URL(filePath: file))
    chmod(file, 0o600)
    let far = try ServerAddress("http://far:1"), near = try ServerAddress("http://127.0.0.1:1")
    let trap = try ServerAddress("http://127.0.0.1.example:1")
    let safe = try ServerAddress("https://far")
    func header(
      _ environment: [String: String], at address: ServerAddress
    ) throws -> String? {
      try ServerKey.key(for: .base, at: address, environment: environment)?
        .header["Authorization"]
    }
    #expect(try header(["SPECREASON_BASE_KEY": "own"], at: far) == "Bearer own")
    #expect(try header(["SPECREASON_DRAFT_KEY": "other"], at: far) == nil)
    #expect(try header(["SPECREASON_BASE_KEY_FILE": file], at: far) == "Bearer from-file")
    // One that was not given for this server does not go in the clear.
    #expect(try header(["OPENAI_API_KEY": "open"], at: far) == nil)
    #expect(try header(["OPENAI_API_KEY": "open"], at: trap) == nil)
    #expect(try header(["OPENAI_API_KEY": "open"], at: near) == "Bearer open")
    #expect(try header(["OPENAI_API_KEY": "open"], at: safe) == "Bearer open")
    #expect(throws: ServerError.self) { try header(["SPECREASON_BASE_KEY": "a\r\nb: c"], at: far) }
    #expect(throws: ServerError.self) {
      try header(["SPECREASON_BASE_KEY_FILE": folder.path], at: far)
    }
    chmod(file, 0o644)
    let error = try #require(throws: ServerError.self) {
      try header(["SPECREASON_BASE_KEY_FILE": file], at: far)
    }
    #expect("\(error)".contains("chmod 600"))
  }

  @Test func `a key shows nowhere`() {
    let key = ServerKey("hunter2")
    var dumped = ""
    dump(key, to: &dumped)
    let texts = ["\(key)", "\(String(reflecting: key))", dumped, "\([key])"]
    #expect(!texts.joined().contains("hunter2"))
    #expect(key.redacted(from: "no hunter2 here") == "no … here")
  }

  @Test(arguments: [
    ("sk-a/b+c", "?key=sk-a%2Fb%2Bc&x", "?key=…&x"), ("sk-a/b+c", "sk%2da%2fb+c.", "…."),
    ("a%b", "a%25b and a%b", "… and …"), ("hunter2", "100% hunter%32%", "100% …%"),
    ("hunter2", "hunter%3", "hunter%3"), ("hunter2", "%68hunter", "%68hunter"),
  ])
  func `a key that is percent-encoded shows nowhere either`(
    secret: String, text: String, shown: String
  ) {
    #expect(ServerKey(secret).redacted(from: text) == shown)
  }
}
