import Foundation
import Testing

@testable import Hub

struct HubNamesTests {
  @Test(arguments: [
    ("Qwen/Qwen3-8B-GGUF", "Qwen/Qwen3-8B-GGUF", nil),
    ("o/r:Q4_K_M", "o/r", "Q4_K_M"), ("o/r:sub/file.gguf", "o/r", "sub/file.gguf"),
  ]) func `a model is an owner, a repository and perhaps a choice`(
    text: String, name: String, choice: String?
  ) throws {
    let reference = try #require(HubReference(text))
    #expect(reference.name == name && reference.choice == choice)
  }

  @Test(arguments: [
    "", "r", "o/", "/r", "o/r/x", "o/r:", "../r", "o/..", "o/.r", "o/r:../x", "o/r:/x", "o r/x",
    "o/r\u{1B}[2J", "o/a--b", "-o/r", "o/r?x=1", "o/%2e%2e", "http://o/r", "o/r:a//b", "o/r:.",
  ]) func `what leads elsewhere is no model`(text: String) {
    #expect(HubReference(text) == nil)
  }

  private func listing(_ files: [String]) throws -> HubListing {
    let sum = String(repeating: "0a", count: 32)
    let siblings = try files.map { name in
      let quoted = String(decoding: try JSONEncoder().encode(name), as: UTF8.self)
      return #"{"rfilename": \#(quoted), "lfs": {"sha256": "\#(sum)", "size": 5}}"#
    }
    let text = """
      {"sha": "\(String(repeating: "0123456789", count: 4))", "siblings": [\(siblings.joined(separator: ","))]}
      """
    return try HubListing(Data(text.utf8), of: "o/r")
  }

  @Test func `files whose names lead elsewhere are left out`() throws {
    let names = [
      "../../x.gguf", "/etc/x.gguf", "a/../x.gguf", "a//x.gguf", "\u{1B}]0;x\u{7}.gguf",
      "a\\x.gguf",
      "a\u{202E}.gguf", "\u{0}.gguf", "./x.gguf", String(repeating: "x", count: 300) + ".gguf",
      "good/x.gguf",
    ]
    #expect(try listing(names).models.map(\.name) == ["good/x"])
  }

  @Test(arguments: [
    ("Qwen2.5-0.5B-Instruct-Q4_K_M", "Q4_K_M"), ("qwen2.5-0.5b-q8_0", "Q8_0"),
    ("model_q5_k_s", "Q5_K_S"), ("UD-IQ2_XXS/DeepSeek-R1", "IQ2_XXS"),
    ("gpt-oss-20b-mxfp4", "MXFP4"),
    ("x.BF16", "BF16"), ("Q-star-7B", nil), ("gemma-3-4b-it", nil), ("m_mxfp4_moe", "MXFP4_MOE"),
    ("m_Q4_K_M_X9", "Q4_K_M_X9"), ("Q4_", nil), ("F16_x", nil),
    (String(repeating: "q4_", count: 80), nil),
  ]) func `the weight type is read from a name`(name: String, weights: String?) {
    #expect(HubListing.weights(in: name) == weights)
  }

  @Test func `parts are one model, and only with all of them`() throws {
    let files = [
      "m-Q8_0-00002-of-00002.gguf", "m-Q8_0-00001-of-00002.gguf", "m-Q4_0-00001-of-00002.gguf",
      "mmproj-F16.gguf", "m.imatrix.gguf", "README.md", "m-Q6_K.GGUF",
    ]
    let models = try listing(files).models
    #expect(models.map(\.weights) == ["Q6_K", "Q8_0"])
    #expect(models[1].files.map(\.name) == [files[1], files[0]] && models[1].size == 10)
  }

  @Test func `a listing of first parts of very many takes no long time`() throws {
    #expect(try listing((0..<3_000).map { "m\($0)-00001-of-99999.gguf" }).models.isEmpty)
  }

  @Test func `the usual weights are taken unless others are asked for`() throws {
    let two = try listing(["m-Q8_0.gguf", "m-Q4_K_M.gguf"])
    #expect(try two.model(nil).weights == "Q4_K_M")
    #expect(try two.model("q8_0").weights == "Q8_0")
    #expect(try two.model("m-Q8_0.gguf").weights == "Q8_0")
    #expect(throws: HubError.choice("o/r has no Q2_K", there: ["Q4_K_M", "Q8_0"])) {
      try two.model("Q2_K")
    }
    let same = try listing(["a-Q8_0.gguf", "b-Q8_0.gguf"])
    #expect(throws: HubError.self) { try same.model("Q8_0") }
    #expect(throws: HubError.self) { try same.model(nil) }
    #expect(throws: HubError.self) { try listing(["README.md"]).model(nil) }
  }

  @Test(arguments: [
    "", "{}", "[]", #"{"sha": "../../x", "siblings": []}"#, #"{"sha": 1}"#,
    #"{"sha": "0123456789012345678901234567890123456789", "siblings": 1}"#,
  ]) func `what is no listing is refused`(text: String) {
    #expect(throws: HubError.self) { try HubListing(Data(text.utf8), of: "o/r") }
  }

  @Test func `the environment says which hub, which cache and which token`() throws {
    let address = try HubAddress(environment: ["HOME": "/h", "HF_TOKEN": " t \n"])
    #expect(address.endpoint.absoluteString == "https://huggingface.co" && address.token == "t")
    #expect(address.cache == "/h/.cache/huggingface/hub")
    #expect(try HubAddress(environment: ["HF_HOME": "/x"]).cache == "/x/hub")
    #expect(try HubAddress(environment: ["HF_HOME": "/x", "HF_HUB_CACHE": "/y"]).cache == "/y")
    let mirror = try HubAddress(environment: ["HF_ENDPOINT": "https://mirror.example/hf/"])
    #expect(
      try mirror.url(["a b", "ü/é"]).absoluteString
        == "https://mirror.example/hf/a%20b/%C3%BC%2F%C3%A9")
    // In the open a token would be anyone's.
    let open = try HubAddress(environment: [
      "HF_ENDPOINT": "http://mirror.example", "HF_TOKEN": "t",
    ])
    #expect(open.token == nil)
    #expect(try HubAddress(environment: ["HF_TOKEN": "a\r\nX: y"]).token == nil)
    for wrong in ["", "mirror", "ftp://x", "https://", "https://u:p@x", "https://x/?q"]
    where !wrong.isEmpty {
      #expect(throws: HubError.endpoint(variable: "HF_ENDPOINT")) {
        try HubAddress(environment: ["HF_ENDPOINT": wrong])
      }
    }
  }

  @Test func `only the same scheme, host and port are the hub`() throws {
    let address = try HubAddress(environment: ["HF_ENDPOINT": "https://hub.example"])
    func isHub(_ text: String) throws -> Bool { address.isHub(try #require(URL(string: text))) }
    #expect(try isHub("https://HUB.example:443/x") && isHub("https://hub.example/y?z"))
    #expect(try !isHub("http://hub.example/") && !isHub("https://hub.example:444/"))
    #expect(try !isHub("https://cdn.hub.example/") && !isHub("https://hub.example.evil/"))
  }
}
