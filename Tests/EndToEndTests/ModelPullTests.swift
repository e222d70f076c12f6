import DemoPair
import Foundation
import TestSupport
import Testing

/// `specreason models pull` from a hub on this machine.
struct ModelPullTests {
  private let folder: TemporaryFolder
  private let hub: LocalHub
  private let content: [UInt8]

  init() throws {
    folder = try TemporaryFolder()
    content = try Array(Data(contentsOf: DemoPair.locate().draft))
    hub = try LocalHub(.init(files: ["demo-Q8_0.gguf": content, "demo-F16.gguf": [1, 2, 3]]))
  }

  private func specreason(_ arguments: String..., and more: [String: String] = [:]) throws
    -> Program.Result
  {
    try Program.run(
      Program.specreason, arguments,
      environment: [
        "HF_ENDPOINT": hub.endpoint, "HF_HOME": folder.path, "HF_TOKEN": "", "HOME": folder.path,
        "XDG_CACHE_HOME": folder.path + "/cache",
      ].merging(more) { $1 })
  }

  @Test func `a model is downloaded, found in the list, and can be run`() throws {
    let pulled = try specreason("models", "pull", "o/r:q8_0")
    #expect(pulled.status == 0, "\(pulled.errors)")
    let path = pulled.output.trimmingCharacters(in: .newlines)
    #expect(try Array(Data(contentsOf: URL(filePath: path))) == content)
    let list = try specreason("models", "list", "--json")
    #expect(list.output.contains("demo-Q8_0") && list.output.contains("\"memory\""))
    let solved = try specreason("run", "--base", path, "--mode", "base", "--budget", "20", "1 + 1?")
    #expect(solved.errors.contains("budget") || solved.status == 0, "\(solved.errors)")
  }

  @Test func `what cannot be had is told in a sentence`() throws {
    let listed = try specreason("models", "pull", "o/r", "--list")
    #expect(listed.output.contains("Q8_0") && listed.output.contains("F16"))
    let missing = try specreason("models", "pull", "o/r:Q2_K")
    #expect(missing.status == 1 && missing.errors.contains("there are: F16, Q8_0"))
    for name in ["", "r", "../r", "o/r/../../x", "o/r:../../x"] {
      let wrong = try specreason("models", "pull", name)
      #expect(wrong.status == 2 && wrong.output.isEmpty, "\(name)")
    }
    let offline = try specreason("models", "pull", "o/r", and: ["HF_HUB_OFFLINE": "1"])
    #expect(offline.status == 2 && offline.errors.contains("HF_HUB_OFFLINE"))
    let elsewhere = try specreason("models", "pull", "o/r", and: ["HF_ENDPOINT": "nowhere"])
    #expect(elsewhere.status == 1 && elsewhere.errors.contains("HF_ENDPOINT"))
  }

  @Test func `two models with one vocabulary are proposed as a pair`() throws {
    let pair = try DemoPair.locate()
    for (name, file) in [("base.gguf", pair.base), ("draft.gguf", pair.draft)] {
      try FileManager.default.createSymbolicLink(
        atPath: "\(folder.path)/\(name)", withDestinationPath: file.path)
    }
    let result = try specreason("models", "list", folder.path, "--pairs", "--json")
    let lines = result.output.split(separator: "\n")
    #expect(lines.count == 1, "\(result.output)\(result.errors)")
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data((lines.first ?? "").utf8)) as? [String: Any])
    #expect(object["base"] as? String == "base" && object["draft"] as? String == "draft")
    // The base model has 36 times the weights.
    let cost = try #require(object["draftCost"] as? Double)
    #expect(cost > 0.01 && cost < 0.1 && object["fits"] as? Bool == true)
    #expect(try specreason("models", "list", folder.path).output.contains("draft costs"))
  }
}
