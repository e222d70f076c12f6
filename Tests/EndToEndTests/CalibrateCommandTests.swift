import Foundation
import TestSupport
import Testing

/// `specreason calibrate` on the demo pair, and the runs that start with what it found.
struct CalibrateCommandTests {
  private struct Home {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    func specreason(_ arguments: String...) throws -> Program.Result {
      try Program.run(
        Program.specreason, arguments,
        environment: ["XDG_STATE_HOME": folder.path, "XDG_CONFIG_HOME": folder.path + "/config"])
    }

    var calibrations: URL { URL(filePath: folder.path + "/specreason/calibrations") }

    /// The kept calibration's file.
    func kept() throws -> URL {
      let files = try FileManager.default.contentsOfDirectory(
        at: calibrations, includingPropertiesForKeys: nil)
      return try #require(files.first { $0.pathExtension == "json" })
    }
  }

  private static let problem =
    "A bus leaves the park with 41 passengers. At the first stop, 24 people get off. At the second "
    + "stop, 3 people climb on. How many passengers does the bus have at the end?"

  @Test func `a pair is calibrated once, and runs start with it until told otherwise`() throws {
    let home = try Home()
    let calibrate = [
      "calibrate", "--problems", "4", "--judges", "short", "likelihood", "--json", "--table",
      home.folder.path + "/table.csv",
    ]
    func run() throws -> Program.Result {
      try Program.run(
        Program.specreason, calibrate,
        environment: [
          "XDG_STATE_HOME": home.folder.path, "XDG_CONFIG_HOME": home.folder.path + "/config",
        ])
    }
    let first = try run()
    #expect(first.status == 0, "\(first.errors)")
    let report = try #require(
      try JSONSerialization.jsonObject(with: Data(first.output.utf8)) as? [String: Any])
    #expect(report["observedProblems"] as? Int == 2)
    #expect((report["judges"] as? [Any])?.count == 3)
    #expect(((report["trials"] as? [Any])?.count ?? 0) >= 2)
    let table = try String(contentsOfFile: home.folder.path + "/table.csv", encoding: .utf8)
    #expect(table.hasPrefix("judge,score,share,τ,accepted,expected cost,agreement,drafts"))
    // A second call finds everything done: figures that were measured are the same.
    func undated(_ output: String) -> String {
      output.replacing(/"date":"[^"]*"/, with: "")
    }
    #expect(undated(try run().output) == undated(first.output))

    // Whatever this machine found: a file that asks for a share.
    let file = try home.kept()
    var kept = try #require(
      try JSONSerialization.jsonObject(with: try Data(contentsOf: file)) as? [String: Any])
    kept["mode"] = "reason"
    kept["judge"] = "likelihood"
    kept["score"] = "average"
    kept["threshold"] = "80%"
    try JSONSerialization.data(withJSONObject: kept).write(to: file)

    let used = try home.specreason("run", "--json", Self.problem)
    #expect(used.errors.contains("reason, likelihood, τ 80% · --no-calibration leaves it"))
    #expect(used.output.contains(#""threshold":"80%""#))
    #expect(used.output.contains("from the calibration"))

    let overridden = try home.specreason("run", "--json", "--threshold", "6", Self.problem)
    #expect(overridden.output.contains(#""threshold":6"#))
    #expect(overridden.errors.contains("reason, likelihood, τ 6.0"))

    let left = try home.specreason("run", "--json", "--no-calibration", Self.problem)
    #expect(!left.errors.contains("calibrated") && left.output.contains(#""threshold":7"#))

    for damage in ["{", #"{"mode":"reason"}"#, ""] {
      try Data(damage.utf8).write(to: file)
      let result = try home.specreason("run", "--json", Self.problem)
      #expect(result.status == 0)
      #expect(result.errors.contains("is no calibration that can be read, so the defaults apply"))
      #expect(result.output.contains(#""threshold":7"#))
    }
  }

  @Test func `what cannot be calibrated is told in a sentence`() throws {
    let home = try Home()
    let alone = try home.specreason("calibrate", "--base", try Self.demoBase(), "--problems", "4")
    #expect(alone.status == 2 && alone.errors.contains("A calibration needs a draft model"))
    let few = try home.specreason("calibrate", "--problems", "3")
    #expect(few.status == 2 && few.errors.contains("--problems must be 4 or more"))
    let both = try home.specreason(
      "run", "--threshold", "80%", "--adapt", "acceptance=0.8", "1 + 1?")
    #expect(both.status == 2)
    #expect(both.errors.contains("--adapt must be off where the threshold is a share"))
  }

  private static func demoBase() throws -> String {
    Program.packageRoot.appending(path: "Sources/DemoPair/Resources/demo-base-q8_0.gguf").path
  }
}
