import ArgumentParser
import Foundation
import Reports
import Viewer

/// `specreason themes`: what the viewer can look like.
struct Themes: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the themes, or check theme files.",
    discussion: """
      Themes of your own are TOML files in the folder themes of specreason's configuration \
      folder ($XDG_CONFIG_HOME/specreason, or ~/.config/specreason).
      """,
    subcommands: [List.self, Check.self], defaultSubcommand: List.self)

  /// One theme as it is printed.
  private struct Row: Encodable {
    var name: String
    /// Nil for the theme that is compiled in.
    var file: String?
    /// The ground it is made for, such as `#1e1e1e`; nil for the terminal's own.
    var background: String?
    var mistakes: [String]
    var warnings: [String]

    init(_ name: String, from loader: ThemeLoader) {
      let (theme, mistakes) = loader.examine(name)
      self.name = theme.name
      file = loader.path(of: name)
      background = theme.background?.hex
      self.mistakes = mistakes.map(\.description)
      warnings = theme.contrastWarnings.map(\.description)
    }
  }

  /// `specreason themes list`.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the themes (the default command).")

    @Flag(help: "Print one JSON object a line for each theme.")
    var json = false

    func run() throws {
      let loader = ThemeLoader.standard()
      let rows = loader.names.map { Row($0, from: loader) }
      if json {
        for row in rows { try Printing.json(row) }
        return
      }
      let table = Table(
        of: rows,
        [
          "": { $0.name },
          "": { $0.mistakes.first ?? "on \($0.background ?? "the terminal's own background")" },
        ])
      table.lines.forEach(Printing.line)
    }
  }

  /// `specreason themes check`.
  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Report mistakes in themes, and colours that are hard to read.",
      discussion: "Exit code 0: no mistake, though there may be warnings; 1: a mistake.")

    @Argument(help: "Names of themes, or TOML files. [default: all themes]")
    var themes: [String] = []

    @Flag(help: "Print one JSON object a line for each theme.")
    var json = false

    func run() throws {
      let loader = ThemeLoader.standard()
      let rows = (themes.isEmpty ? loader.names : themes).map { Row($0, from: loader) }
      for row in rows {
        if json {
          try Printing.json(row)
          continue
        }
        for mistake in row.mistakes { Printing.line(mistake) }
        for warning in row.warnings { Printing.line("theme \(row.name): warning: \(warning)") }
        if row.mistakes.isEmpty, row.warnings.isEmpty {
          Printing.line("theme \(row.name): nothing to say against it.")
        }
      }
      if rows.contains(where: { !$0.mistakes.isEmpty }) { throw ExitCode.failure }
    }
  }
}
