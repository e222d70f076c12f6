import Foundation
import TestSupport
import Testing

/// `specreason import`, and what the other commands make of its traces.
struct ImportCommandTests {
  private static let results = Program.packageRoot.appending(
    path: "Tests/TracesTests/Fixtures/results")

  private func specreason(_ arguments: String...) throws -> Program.Result {
    try Program.run(Program.specreason, arguments)
  }

  @Test func `a result of the published script becomes a trace that all commands take`() throws {
    let folder = try TemporaryFolder()
    let imported = try specreason(
      "import", Self.results.appending(path: "greedy-4.pickle").path, "--prompt", "17 + 25?",
      "--base-name", "QwQ")
    #expect(imported.status == 0, "\(imported.errors)")
    let trace = try folder.write("run.jsonl", Array(imported.output.utf8))
    let whatIf = try specreason("what-if", trace, "--json")
    #expect(whatIf.status == 0 && whatIf.output.contains("\"threshold\":7"))
    let table = try specreason("export", trace, "--format", "csv")
    let rows = table.output.split(separator: "\r\n")
    try #require(rows.count == 5, "\(table.output)")
    #expect(rows.first?.hasPrefix("turn,step,status,by,verdict,") == true)
    #expect(rows[1].hasPrefix("1,1,base-written,base,,"))
    #expect(rows[2].hasPrefix("1,2,base-regenerated,base,rejected,judge,7.0,3.0,3,"))
    for form in ["html", "markdown", "svg", "json", "asciicast", "screen"] {
      let export = try specreason("export", trace, "--format", form)
      #expect(export.status == 0 && !export.output.isEmpty, "\(form): \(export.errors)")
    }
    let replayed = try specreason("replay", trace, "--linear")
    #expect(replayed.status == 0 && replayed.output.contains("17 + 25"), "\(replayed.errors)")
  }

  @Test func `several results go into a folder, and one that is damaged is left out`() throws {
    let folder = try TemporaryFolder()
    let bad = try folder.write("60/1.pickle", Array("cposix\nsystem\n(Vid\ntR.".utf8))
    let result = try specreason(
      "import", Self.results.appending(path: "average.txt").path, bad, "--output",
      folder.path + "/out")
    #expect(result.status == 1 && result.errors.contains("posix.system, which is not done"))
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/out")
    #expect(files == ["results-average.jsonl"])
    #expect(try specreason("import", bad, bad).status == 2)
    #expect(try specreason("import", bad).status == 1)
    #expect(try specreason("import", "/dev/null").status == 1)
  }
}
