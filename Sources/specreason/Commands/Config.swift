import ArgumentParser
import Reports
import Viewer

/// `specreason config`: what is set, and where.
struct Config: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List all settings, their values, and where those come from.",
    discussion: """
      Every option of \(Configuration.names) may stand in config.toml in specreason's \
      configuration folder ($XDG_CONFIG_HOME/specreason, or ~/.config/specreason), under its long name: \
      threshold = 6.5. In a table with the name of a command it counts for that command alone. \
      What is given on the command line goes first.
      """)

  @Argument(
    parsing: .allUnrecognized,
    help: "A command (one of \(Configuration.names)) and its options. [default: chat]")
  var arguments: [String] = []

  @Flag(help: "Print one JSON object a line for each setting.")
  var json = false

  private struct Row: Encodable {
    var name: String
    /// Nil where there is no plain value.
    var value: String?
    /// `default`, `file` or `flag`.
    var origin: String
    var help: String
  }

  func run() throws {
    let name = arguments.first.flatMap { $0.hasPrefix("-") ? nil : $0 }
    let command = Configuration.commands.first { $0._commandName == name ?? "chat" }
    guard let command else {
      throw ValidationError("\(name ?? "") is none of \(Configuration.names).")
    }
    let given = name == nil ? arguments : Array(arguments.dropFirst())
    _ = try command.parse(given)
    let configuration = try Configuration()
    let settings = try configuration.settings(of: command, given)
    let options = CommandOption.settings(of: command)
    let rows = options.map { option in
      Self.row(option, settings.first { $0.option.name == option.name }?.setting, given)
    }
    if json {
      for row in rows { try Printing.json(row) }
    } else {
      let state = configuration.file == nil ? " (there is none)" : ""
      Printing.line("# \(Configuration.path ?? "config.toml")\(state)")
      show(rows, of: options)
    }
    for problem in configuration.problems {
      Failure.report("specreason: config.toml: \(problem)")
    }
  }

  private static func row(
    _ option: CommandOption, _ setting: ConfigurationFile.Setting?, _ given: [String]
  ) -> Row {
    if let value = option.value(in: given) {
      return Row(name: option.name, value: value, origin: "flag", help: option.help)
    }
    let value: String? =
      switch setting?.value {
      case .flag(let isOn): isOn ? "true" : "false"
      case .texts(let texts): texts.joined(separator: " ")
      case nil: option.defaultValue ?? (option.isFlag ? "false" : nil)
      }
    return Row(
      name: option.name, value: value, origin: setting == nil ? "default" : "file",
      help: option.help)
  }

  /// Prints the settings under the names of their sections.
  private func show(_ rows: [Row], of options: [CommandOption]) {
    let table = Table(
      of: rows,
      [
        "": { $0.name }, Table.Column("", widthLimit: 26): { $0.value ?? "–" },
        "": { $0.origin }, "": { $0.help },
      ])
    var section: String?
    for (option, line) in zip(options, table.lines) {
      if option.section != section {
        section = option.section
        Printing.line("# \(section ?? "Other")")
      }
      Printing.line(line)
    }
  }
}
