import ArgumentParser
import Foundation
import Reports
import Viewer

/// `specreason keys`: what each key of the viewer does.
struct Keys: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the viewer's keys as they count for you, or check keys.toml.",
    discussion: """
      Keys are rebound in keys.toml in specreason's configuration folder \
      ($XDG_CONFIG_HOME/specreason, or ~/.config/specreason): action = ["key", "key"]. An empty \
      list takes an action's keys away; in a table with the name of a context, keys count there \
      alone.
      """,
    subcommands: [List.self, Check.self], defaultSubcommand: List.self)

  /// The keys that count, and what is wrong with the file; the table's own without a file.
  static func load(_ path: String? = nil) -> (map: KeyMap, problems: [KeyFileProblem]) {
    guard let path = path ?? ConfigurationFolder.path().map({ $0 + "/keys.toml" }) else {
      return (KeyMap(), [])
    }
    do throws(UnreadableFile) {
      guard let text = try ConfigurationFolder.text(at: path) else { return (KeyMap(), []) }
      let file = KeyFile(text, name: path)
      return (file.keyMap, file.problems)
    } catch {
      return (KeyMap(), [KeyFileProblem(file: path, reason: .unreadable(error.description))])
    }
  }

  /// `specreason keys list`.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List all actions and their keys (the default command).")

    @Flag(help: "Print one JSON object a line for each action and context.")
    var json = false

    private struct Row: Encodable {
      var action: String
      var keys: [String]
      var context: String
      var help: String
    }

    func run() throws {
      let (keys, problems) = Keys.load()
      for problem in problems { Failure.report("specreason: \(problem)") }
      let entries = ActionEntry.Context.all.flatMap { context in
        keys.entries.filter { $0.context == context }
      }
      if json {
        for entry in entries {
          try Printing.json(
            Row(
              action: entry.action.rawValue, keys: entry.keys.map(\.name),
              context: entry.context.name, help: entry.help))
        }
      } else {
        show(entries)
      }
    }

    /// Prints the entries under the names of their contexts.
    private func show(_ entries: [ActionEntry]) {
      let table = Table(
        of: entries,
        [
          "": { "  " + $0.action.rawValue },
          Table.Column("", widthLimit: 24): { $0.keys.map(\.name).joined(separator: " ") },
          "": { $0.help },
        ])
      var context: ActionEntry.Context?
      for (entry, line) in zip(entries, table.lines) {
        if entry.context != context {
          context = entry.context
          Printing.line("[\(entry.context.name)]  \(entry.context.title)")
        }
        Printing.line(line)
      }
    }
  }

  /// `specreason keys check`.
  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Report what is wrong in keys.toml.",
      discussion: "Exit code 0: nothing; 1: something, which is told.")

    @Argument(help: "A file of keys. [default: keys.toml of the configuration folder]")
    var file: String?

    func run() throws {
      if let file, !FileManager.default.fileExists(atPath: file) {
        throw ValidationError("There is no file \(file).")
      }
      let (_, problems) = Keys.load(file)
      for problem in problems { Printing.line(problem.description) }
      if !problems.isEmpty { throw ExitCode.failure }
      Printing.line("Nothing is wrong.")
    }
  }
}
