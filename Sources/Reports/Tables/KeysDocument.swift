import Viewer

/// The page `docs/keys.md`.
package enum KeysDocument {
  /// The keys of each context, then the commands, as Markdown.
  package static var markdown: String {
    let entries = ActionTable.entries
    let contexts = ActionEntry.Context.all.map { context in
      section(
        context.title,
        Table(
          of: entries.filter { $0.context == context && !$0.keys.isEmpty },
          [
            "key": { $0.keys.map { "`\($0.name)`" }.joined(separator: " ") },
            "what it does": { $0.help },
          ]))
    }
    let commands = Table(
      ["command", "what it does"],
      rows: entries.compactMap { entry in
        entry.command.map { ["`\($0.written)`", entry.help] }
      })
    return """
      # Keys and commands

      `specreason keys` lists the keys that are in force, and `specreason keys check` reports \
      mistakes in `keys.toml`. That file, in `$XDG_CONFIG_HOME/specreason` or \
      `~/.config/specreason`, rebinds an action with `action = ["key", "key"]`, at the top level \
      for every context or in a table named after one.

      """
        + (contexts + [section("Commands", commands)]).joined()
  }

  private static func section(_ title: String, _ table: Table) -> String {
    "\n## \(title)\n\n\(table.markdown)\n"
  }
}
