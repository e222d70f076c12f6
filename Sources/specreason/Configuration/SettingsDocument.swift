import ArgumentParser
import Traces

/// The page `docs/settings.md`: every option of a run from the table of options, every other option
/// as its command declares it.
enum SettingsDocument {
  /// The page.
  static var markdown: String {
    var lines = [
      """
      # Settings

      Every setting can be given as an option of the command line (`--threshold 6.5`) or in \
      `config.toml` (`threshold = 6.5`) in the folder `$XDG_CONFIG_HOME/specreason`, or \
      `~/.config/specreason`. In a table with the name of a command (`[eval]`) it counts for that \
      command alone. What is typed goes before what the file says; `specreason config` shows each \
      value and where it comes from.

      ## Reasoning

      Options of `chat`, `run`, `serve`, `eval` and `calibrate`. In the viewer `/set NAME VALUE` and the settings \
      view change them while a run goes on; a change counts from the time given here. A run that is \
      resumed keeps its options, but for those that are typed. The trace records them in \
      `run.started`.

      | option | what it does | takes | default | a change counts | in the trace |
      |---|---|---|---|---|---|
      """
    ]
    lines += RunOption.all.map { option in
      row([
        "`--\(option.name)`", option.help, option.allowed, defaultText(of: option),
        beginning(of: option), "`\(option.traceKeys.joined(separator: "."))`",
      ])
    }
    for (title, options) in otherSections() {
      lines += ["", "## \(title)", "", "| option | what it does | default | commands |"]
      lines.append("|---|---|---|---|")
      lines += options.map { option, commands in
        let spelling = option.negation.map { "`--\(option.name)`, `\($0)`" } ?? "`--\(option.name)`"
        let (help, told) = parts(of: option.help)
        return row([
          spelling, help, option.defaultValue ?? told,
          commands.map { "`\($0)`" }.joined(separator: ", "),
        ])
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The sentence and the default that a help text tells behind it, where there is no plain value.
  private static func parts(of help: String) -> (help: String, defaultText: String) {
    guard let match = help.wholeMatch(of: /(.*?)\s*\[default: (.*)\]/.dotMatchesNewlines()) else {
      return (help, "")
    }
    return (String(match.1), String(match.2))
  }

  private static func row(_ cells: [String]) -> String {
    "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
  }

  private static func defaultText(of option: RunOption) -> String {
    option.defaultHelp ?? option.defaultValue.text
  }

  private static func beginning(of option: RunOption) -> String {
    switch option.counts {
    case .decision: "at the next decision"
    case .write: "at the next step"
    case .turn: "at the next turn"
    }
  }

  /// The options that are not of the table, by the sections of the help, each with its commands.
  private static func otherSections() -> [(String, [(CommandOption, [String])])] {
    var sections: [(String, [(CommandOption, [String])])] = []
    for command in Configuration.commands {
      for option in CommandOption.settings(of: command) where RunOption.named(option.name) == nil {
        let title = option.section ?? "Options of one command"
        let section =
          sections.firstIndex { $0.0 == title }
          ?? {
            sections.append((title, []))
            return sections.count - 1
          }()
        if let place = sections[section].1.firstIndex(where: {
          // Of two options of one name that mean different things, each has its row.
          $0.0.name == option.name && $0.0.help == option.help
        }) {
          sections[section].1[place].1.append(command._commandName)
        } else {
          sections[section].1.append((option, [command._commandName]))
        }
      }
    }
    return sections
  }
}
