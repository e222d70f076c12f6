import Foundation
import Testing

@testable import Viewer

@Suite struct ThemeTests {
  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("themes").path
  private static let loader = ThemeLoader(folders: [folder])

  private func parse(_ toml: String) throws(ThemeError) -> ThemeParser.Sheet {
    var parser = ThemeParser(theme: "test")
    return try parser.parse(toml)
  }

  private func reason(_ toml: String) -> ThemeError.Reason? {
    do throws(ThemeError) {
      _ = try parse(toml)
      return nil
    } catch {
      return error.reason
    }
  }

  @Test func `every bundled theme loads and defines every scope`() throws {
    #expect(Self.loader.names == ["colorblind", "dark", "light", "terminal"])
    for name in Self.loader.names {
      let theme = try Self.loader.load(name)
      #expect(theme.name == name)
      #expect(Scope.allCases.allSatisfy(theme.defines))
    }
  }

  @Test(arguments: [
    ("dark", Color.rgb(red: 0, green: 0, blue: 0)),
    ("dark", Color.rgb(red: 0x1E, green: 0x1E, blue: 0x1E)),
    ("colorblind", Color.rgb(red: 0, green: 0, blue: 0)),
    ("light", Color.rgb(red: 255, green: 255, blue: 255)),
  ])
  func `every colour can be read on the theme's background`(name: String, ground: Color) throws {
    let theme = try Self.loader.load(name)
    for scope in Scope.allCases {
      guard let color = theme[scope].foreground else { continue }
      #expect(color.contrast(with: ground) >= 4.5, "\(name): \(scope.rawValue)")
    }
  }

  @Test func `the three states of a step differ at every depth of colour`() throws {
    for name in Self.loader.names {
      let theme = try Self.loader.load(name)
      let states: [Scope] = [.stepAccepted, .stepRejected, .stepRegenerated]
      for depth in [ColorDepth.ansi16, .palette256, .trueColor] {
        let colors = states.compactMap { theme[$0].foreground?.index(at: depth) }
        #expect(Set(colors).count == 3, "\(name) at \(depth)")
      }
    }
  }

  // Contrasts and palette places of the Okabe-Ito colours, computed by another program.
  @Test(arguments: [(0x56B4E9, 74, 9.1), (0xF0E442, 227, 15.9), (0xD55E00, 166, 5.4)])
  func `colours degrade to the nearest of the palette`(
    rgb: Int, index: Int, onBlack: Double
  ) throws {
    let color = Color.rgb(
      red: UInt8(rgb >> 16), green: UInt8(rgb >> 8 & 255), blue: UInt8(rgb & 255))
    #expect(color.index(at: .palette256) == index)
    #expect(color.index(at: .mono) == nil)
    #expect(abs(color.contrast(with: .rgb(red: 0, green: 0, blue: 0)) - onBlack) < 0.06)
  }

  @Test func `a theme says colours, attributes and palette names`() throws {
    let sheet = try parse(
      """
      inherits = "dark"
      [palette]
      leaf = "#00ff80"
      [scopes]
      "step.accepted" = "leaf"
      "error" = { fg = "bright-red", bg = "#000000", attributes = ["bold", "underline"] }
      """)
    #expect(sheet.parent == "dark")
    #expect(sheet.styles[.stepAccepted]?.foreground == .rgb(red: 0, green: 255, blue: 128))
    #expect(
      sheet.styles[.error]
        == Style(
          foreground: .ansi(9), background: .rgb(red: 0, green: 0, blue: 0),
          attributes: [.bold, .underline]))
  }

  @Test func `mistakes in a theme are named`() {
    #expect(reason("[scopes]\n\"step.acepted\" = \"red\"") == .unknownScope("step.acepted"))
    #expect(reason("[scopes]\ntext = \"#12345\"") == .badColor(key: "text", value: "#12345"))
    #expect(reason("[scopes]\ntext = \"#+12345\"") == .badColor(key: "text", value: "#+12345"))
    #expect(reason("colour = 1") == .unknownKey("colour"))
    #expect(reason("palette = 3") == .wrongType(key: "palette", needs: "a table"))
    #expect(
      reason("[scopes]\ntext = { attributes = [\"blink\"] }")
        == .badAttribute(key: "text.attributes", value: "blink"))
    guard case .notTOML(_, let line) = reason("[scopes]\ntext = ") else {
      Issue.record("broken TOML was taken")
      return
    }
    #expect(line == 2)
  }

  @Test func `a theme that inherits from itself or is not there says so`() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("themes-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, parent) in [("a", "b"), ("b", "a")] {
      try "inherits = \"\(parent)\"".write(
        to: folder.appendingPathComponent("\(name).toml"), atomically: true, encoding: .utf8)
    }
    let loader = ThemeLoader(folders: [folder.path])
    #expect(throws: ThemeError(theme: "a", reason: .inheritsItself(["a", "b", "a"]))) {
      try loader.load("a")
    }
    #expect(throws: ThemeError(theme: "none", reason: .notFound(known: ["a", "b", "terminal"]))) {
      try loader.load("none")
    }
    #expect(throws: ThemeError.self) { try loader.load(folder.path + "/") }
  }
}
