import Testing

@testable import Viewer

@Suite struct ThemeChooserTests {
  private static let themes = ["red", "green", "blue"].enumerated().map { index, name in
    Theme(name: name, styles: [.header: Style(foreground: .ansi(UInt8(index + 1)))])
  }

  /// The colour of the program's name, in the upper left corner.
  private func color(_ script: Script) -> Color? {
    render(script.state).row(0).dropFirst().first?.style.foreground
  }

  @Test func `the screen shows each theme as the cursor moves, and Esc brings the old one back`() {
    var script = Script(themes: Self.themes)
    script.type("/theme green")
    script.press(.enter)
    #expect(color(script) == .ansi(2))
    script.type("/theme")
    script.press(.enter)
    #expect(script.shows("▶ green"))
    script.press(.down)
    #expect(color(script) == .ansi(3))
    script.type("red")
    #expect(color(script) == .ansi(1))
    script.press(.escape)
    #expect(color(script) == .ansi(2))
  }

  @Test func `Enter keeps the theme, also for the next start`() {
    var script = Script(columns: 120, themes: Self.themes)
    script.press(.function(2))
    script.type("bl")
    script.press(.enter)
    #expect(color(script) == .ansi(3))
    #expect(script.commands == [.screen(.keepTheme("blue"))])
  }

  @Test func `a name that is nearly right is recognised`() {
    var script = Script(themes: Self.themes)
    script.type("/theme gren")
    script.press(.enter)
    #expect(script.footer.contains("Did you mean \"green\"?"))
  }

  @Test func `the palette finds actions by a part, a word of the help, and an abbreviation`() {
    var script = Script(columns: 120, rows: 36)
    script.type(":")
    for (filter, name) in [
      ("raise-t", "raise-threshold"), ("rth", "raise-threshold"), ("draw anew", "redraw"),
    ] {
      script.type(filter)
      #expect(script.shows("▶ \(name)"), "\(filter)")
      script.control("u")
    }
    script.type("zzz")
    #expect(script.shows("Actions none"))
  }

  @Test func `the palette tells why an action cannot be done now, and leaves it`() {
    var script = Script(columns: 120, rows: 36)
    script.type(":next-step")
    #expect(script.shows("Not now: There is no step yet."))
    script.press(.enter)
    #expect(script.state.overlay != nil)
  }
}
