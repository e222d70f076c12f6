import Foundation
import TestSupport
import Testing
import Traces
import Viewer

@testable import specreason

/// What was typed, and what the configuration file added.
struct OriginTests {
  private func configuration(_ toml: String) throws -> Configuration {
    Configuration(
      file: try ConfigurationFile(
        try TOMLDocument.table(toml), path: "config.toml",
        commands: Configuration.commands.map { $0._commandName }))
  }

  private func chat(_ arguments: [String], file: String) throws -> Chat {
    let all = try configuration(file).complete(arguments)
    return try #require(try SpecReason.parseAsRoot(all) as? Chat)
  }

  @Test func `the file fills in what was not typed, and says so`() throws {
    let chat = try chat(
      ["--budget", "5"], file: "threshold = 6.5\nbudget = 9\nahead = true\n[run]\nseed = 3\n")
    let options = try chat.reasoning.options(hasDraft: true, isDemo: false)
    #expect(options.threshold == 6.5 && options.budget == 5 && options.draftsAhead)
    #expect(chat.reasoning.setByFile == ["threshold", "ahead"])
    #expect(chat.reasoning.typed.gives("budget") && !chat.reasoning.typed.gives("threshold"))
  }

  @Test func `a resumed run keeps its options before those of the file`() throws {
    var recorded = RunOptions()
    recorded.threshold = 8
    recorded.budget = 100
    let chat = try chat(["--budget", "5"], file: "threshold = 6.5\njudge = \"prefix\"\n")
    let options = try chat.reasoning.typed.options(over: recorded, hasDraft: true, isDemo: false)
    #expect(options.threshold == 8 && options.budget == 5 && options.judge == .short)
  }

  @Test func `a resumed run keeps its models before those of the file, not before typed ones`()
    throws
  {
    let folder = try TemporaryFolder()
    try folder.write("base.gguf", [0])
    let path = folder.path + "/base.gguf"
    let run = RunStarted(
      version: "1", base: ModelDescription(name: "b", source: path), draft: nil,
      options: RunOptions(), machine: "m", baseSecondsPerToken: nil)
    try withExtendedLifetime(folder) { () throws in
      func base(_ arguments: [String], file: String = "") throws -> String {
        let chat = try chat(arguments, file: file)
        return try chat.pair.recorded(in: run, "id", setByFile: chat.reasoning.setByFile).base
      }
      #expect(try base([]) == path)
      #expect(try base([], file: "base = \"/other.gguf\"\n") == path)
      #expect(try base(["--base", "/other.gguf"]) == "/other.gguf")
      #expect(try base(["--base", "demo"]) == "demo")
    }
  }

  @Test func `keys do not go to servers that a saved run alone names`() throws {
    let run = RunStarted(
      version: "1", base: ModelDescription(name: "b", source: "http://far:1#b"),
      draft: ModelDescription(name: "d", source: "http://far:2"), options: RunOptions(),
      machine: "m", baseSecondsPerToken: nil)
    func sendsKeys(_ arguments: [String], file: String = "") throws -> Bool {
      let chat = try chat(arguments, file: file)
      let pair = try chat.pair.recorded(in: run, "id", setByFile: chat.reasoning.setByFile)
      return try pair.files().sendsKeys
    }
    #expect(try !sendsKeys([]))
    #expect(try !sendsKeys([], file: "base = \"http://far:1/v1\"\n"))
    #expect(try !sendsKeys([], file: "base = \"http://far:1\"\ndraft = \"http://far:3\"\n"))
    #expect(try sendsKeys([], file: "base = \"http://far:1\"\ndraft = \"http://far:2/v1\"\n"))
    #expect(try sendsKeys(["--base", "http://far:1", "--draft", "http://far:2"]))
  }

  @Test func `a server is asked about with the key that was named`() throws {
    let address = "http://far:1/v1"
    func owner(_ arguments: [String]) throws -> String? {
      let info =
        try SpecReason.parseAsRoot(["models", "info", address] + arguments) as? Models.Info
      return try #require(info).keyOwner?.rawValue
    }
    #expect(try owner([]) == nil)
    #expect(try owner(["--as", "draft"]) == "draft")
    #expect(throws: (any Error).self) { try owner(["--as", "judge"]) }
  }

  @Test func `bounds and target of the file count together`() throws {
    let chat = try chat([], file: "adapt = \"speedup=2\"\nthreshold-bounds = \"3,8\"\n")
    let options = try chat.reasoning.options(hasDraft: true, isDemo: false)
    #expect(options.adapt == .speedup(2) && options.thresholdBounds == ThresholdBounds(3...8))
  }

  @Test func `engine options are the same for every command that has them`() throws {
    for arguments in [
      ["chat"], ["run", "x"], ["eval"], ["bench"], ["bench-pair"], ["perplexity", "x"],
    ] {
      let error = #expect(throws: (any Error).self) {
        try SpecReason.parseAsRoot(arguments + ["--threads", "0"])
      }
      let message = error.map { SpecReason.message(for: $0) } ?? ""
      #expect(message.contains("--threads must be between 1 and 256, not 0."), "\(arguments)")
    }
  }
}
