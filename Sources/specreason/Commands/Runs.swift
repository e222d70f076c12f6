import ArgumentParser
import Foundation
import Reports
import Traces

/// `specreason runs`: the saved runs.
struct Runs: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the saved runs.",
    discussion: """
      `specreason --resume NAME` goes on with one, `specreason replay NAME` shows it, and the end of \
      a name is enough.
      """)

  @Flag(help: "Print one JSON object a run.")
  var json = false

  @OptionGroup
  var saving: SavingOptions

  private struct Output: Encodable {
    var id: String
    var began: String?
    var title: String?
    var prompt: String
    var turns: Int
    var base: String?
    var draft: String?
    var mode: String?
    var outcome: String
    var file: String
  }

  func run() throws {
    let runs = saving.folder.runs()
    if json {
      for run in runs {
        try Printing.json(
          Output(
            id: run.id, began: run.began?.formatted(.iso8601), title: run.title, prompt: run.prompt,
            turns: run.turns,
            base: run.models?.base.name, draft: run.models?.draft?.name, mode: run.mode?.rawValue,
            outcome: run.outcome, file: run.path))
      }
      return
    }
    guard !runs.isEmpty else {
      Failure.report("There is no saved run in \(saving.folder.path) yet.")
      return
    }
    let table = Table(
      of: runs,
      [
        "run": { $0.id }, "turns": { "\($0.turns)" }, "outcome": { $0.outcome },
        "mode": { $0.mode?.rawValue ?? "–" }, "prompt": { String($0.name.prefix(60)) },
      ])
    table.lines.forEach(Printing.line)
  }
}
