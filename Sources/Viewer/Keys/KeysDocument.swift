extension ActionTable {
  /// The page `docs/keys.md`: the keys of each context, then the commands.
  package static var markdown: String {
    let contexts = ActionEntry.Context.all.map { context in
      let rows = entries.filter { $0.context == context && !$0.keys.isEmpty }.map { entry in
        let keys = entry.keys.map { "`\($0.name)`" }.joined(separator: " ")
        return (keys, entry.help)
      }
      return section(context.title, "key", rows)
    }
    let commands = entries.compactMap { entry in
      entry.command.map { ("`\($0.written)`", entry.help) }
    }
    return """
      # Keys and commands

      `specreason keys` lists the keys that are in force, and `specreason keys check` reports \
      mistakes in `keys.toml`. That file, in `$XDG_CONFIG_HOME/specreason` or \
      `~/.config/specreason`, rebinds an action with `action = ["key", "key"]`, at the top level \
      for every context or in a table named after one.

      """
        + (contexts + [section("Commands", "command", commands)]).joined()
  }

  private static func section(
    _ title: String, _ column: String, _ rows: [(name: String, help: String)]
  ) -> String {
    "\n## \(title)\n\n| \(column) | what it does |\n|---|---|\n"
      // A bar would end the cell, also within code.
      + rows.map { "| \($0.name.replacing("|", with: "\\|")) | \($0.help) |\n" }.joined()
  }
}
