extension ViewerState {
  /// The theme that the screen is drawn in: while one is being chosen, the one at the cursor.
  var shownTheme: Theme {
    guard let chooser = overlay as? Chooser, chooser.kind == .themes,
      let name = chooser.chosenItem?.id,
      let theme = terminal.themes.first(where: { $0.name == name })
    else { return terminal.theme }
    return theme
  }

  /// Changes to the theme called `argument`; without a name, lets one be chosen.
  mutating func setTheme(_ argument: String) -> [Command]? {
    if argument.isEmpty {
      openThemes()
      return []
    }
    guard let theme = terminal.themes.first(where: { $0.name == argument }) else {
      let names = terminal.themes.map(\.name)
      say(
        "There is no theme \(argument).\(Spelling.hint(for: argument, in: names)) "
          + "Themes: \(names.joined(separator: ", ")).", .warning)
      return nil
    }
    terminal.theme = theme
    terminal.followsBackground = false
    say("Theme \(theme.name). It is kept; --theme and config.toml go before it.")
    return [.screen(.keepTheme(theme.name))]
  }

  /// Takes the theme that is made for a background like `color`, unless one was chosen.
  mutating func suit(to color: Color) {
    guard terminal.followsBackground,
      let theme = terminal.themes.first(where: { $0.name == (color.isLight ? "light" : "dark") })
    else { return }
    terminal.theme = theme
    terminal.followsBackground = false
  }

  private mutating func openThemes() {
    var chooser = Chooser(
      .themes, title: "Themes",
      items: terminal.themes.map {
        Chooser.Item(id: $0.name, title: $0.name, detail: $0.groundWord)
      }
    ) { item, state in
      state.setTheme(item.id) ?? []
    }
    chooser.move(to: terminal.themes.firstIndex { $0.name == terminal.theme.name } ?? 0)
    overlay = chooser
  }
}

extension Theme {
  /// What the theme is made for, in a word.
  fileprivate var groundWord: String {
    guard let background else { return "any background" }
    return background.isLight ? "light" : "dark"
  }
}
