import Foundation
import TestSupport
import Testing

@testable import Viewer

@Suite struct ThemeTests {
  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("themes").path
  private static let loader = ThemeLoader(folders: [folder])

  // What people call these colours, by the names that terminals give the 16.
  @Test(arguments: [
    (0xFF8585, 9), (0xB3261E, 1), (0xD55E00, 9), (0xF0E442, 11), (0xFFB86C, 11), (0x756500, 3),
    (0x7BD88F, 10), (0x007A2F, 2), (0x859900, 2), (0x2AA198, 6), (0x56B4E9, 12), (0x0057B8, 4),
    (0xC9A2FF, 13), (0xCC79A7, 5), (0xFFFFFF, 15), (0x000000, 0), (0x808080, 8),
  ])
  func `on 16 colours a colour keeps its hue`(rgb: Int, index: Int) {
    let color = Color.rgb(
      red: UInt8(rgb >> 16), green: UInt8(rgb >> 8 & 255), blue: UInt8(rgb & 255))
    let mapped = color.index(at: .ansi16) ?? -1
    // Whether the plain or the bright one comes nearer is a matter of a few points of lightness.
    #expect(mapped % 8 == index % 8)
    if [0, 7].contains(index % 8) { #expect(mapped == index) }
  }

  private func examined(_ toml: String) throws -> (theme: Theme, mistakes: [ThemeError.Reason]) {
    let folder = try TemporaryFolder()
    let file = try folder.write("test.toml", Array(toml.utf8))
    return withExtendedLifetime(folder) {
      let (theme, mistakes) = Self.loader.examine(file)
      return (theme, mistakes.map(\.reason))
    }
  }

  static let bundled = [
    "catppuccin", "colorblind", "colorblind-light", "dark", "dracula", "gruvbox",
    "high-contrast-dark", "high-contrast-light", "light", "mono", "nord", "solarized-dark",
    "solarized-light", "terminal",
  ]

  @Test func `there are themes for every taste`() {
    #expect(Self.loader.names == Self.bundled)
  }

  @Test(arguments: bundled)
  func `a bundled theme loads, defines every scope, and can be read`(name: String) throws {
    let (theme, mistakes) = Self.loader.examine(name)
    #expect(mistakes.isEmpty)
    #expect(theme.name == name)
    #expect(Scope.allCases.filter { !theme.defines($0) } == [])
    #expect(theme.contrastWarnings == [])
    #expect((theme.background == nil) == ["mono", "terminal"].contains(name))
  }

  @Test(arguments: ["high-contrast-dark", "high-contrast-light"])
  func `high contrast is at least 7 to 1`(name: String) throws {
    let theme = try Self.loader.load(name)
    let ground = try #require(theme.background)
    for scope in Scope.allCases {
      let style = theme[scope]
      guard let color = style.foreground else { continue }
      #expect(color.contrast(with: style.background ?? ground) >= 7, "\(scope.rawValue)")
      #expect(!style.attributes.contains(.dim))
    }
  }

  @Test func `the dark themes can be read on black too`() throws {
    for name in ["dark", "colorblind"] {
      let theme = try Self.loader.load(name)
      for scope in Scope.allCases {
        guard let color = theme[scope].foreground else { continue }
        #expect(color.contrast(with: .rgb(red: 0, green: 0, blue: 0)) >= 4.5)
      }
    }
  }

  @Test func `the three states of a step differ at every depth of colour`() throws {
    let states: [Scope] = [.stepAccepted, .stepRejected, .stepRegenerated]
    for name in Self.bundled where name != "mono" {
      let theme = try Self.loader.load(name)
      for depth in [ColorDepth.ansi16, .palette256, .trueColor] {
        let colors = states.compactMap { theme[$0].foreground?.index(at: depth) }
        #expect(Set(colors).count == 3, "\(name) at \(depth)")
      }
    }
    let mono = try Self.loader.load("mono")
    #expect(Set(states.map { mono[$0].attributes.rawValue }).count == 3)
    #expect(Scope.allCases.allSatisfy { mono[$0].foreground == nil && mono[$0].background == nil })
  }

  @Test(arguments: ["colorblind", "colorblind-light"])
  func `the states stay apart in every kind of colour blindness`(name: String) throws {
    let theme = try Self.loader.load(name)
    let states = [Scope.stepAccepted, .stepRejected, .stepRegenerated].compactMap {
      theme[$0].foreground
    }
    for vision in Vision.allCases {
      for first in states.indices {
        for second in states.indices where second > first {
          let distance = vision.distance(states[first], states[second])
          #expect(distance >= 25, "\(name), \(vision): \(states[first]) and \(states[second])")
        }
      }
    }
  }

  @Test func `a theme that paints its background leaves no cell to the terminal`() throws {
    let theme = try Self.loader.load("nord")
    var script = Script(columns: 80, rows: 24, themes: [theme])
    script.type("/theme nord")
    script.press(.enter)
    script.play([Run.started] + Run.turn())
    let cells = render(script.state).cells
    #expect(cells.allSatisfy { $0.style.background != nil && $0.style.foreground != nil })
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
    let (theme, mistakes) = try examined(
      """
      background = "#102030"
      paint-background = true
      [palette]
      leaf = "#00ff80"
      [scopes]
      "step.accepted" = "leaf"
      "error" = { fg = "bright-red", bg = "#000000", attributes = ["bold", "underline"] }
      """)
    #expect(mistakes == [])
    let ground = Color.rgb(red: 0x10, green: 0x20, blue: 0x30)
    #expect(
      theme[.stepAccepted]
        == Style(foreground: .rgb(red: 0, green: 255, blue: 128), background: ground))
    #expect(
      theme[.error]
        == Style(
          foreground: .ansi(9), background: .rgb(red: 0, green: 0, blue: 0),
          attributes: [.bold, .underline]))
  }

  @Test func `a palette alone recolours what is inherited`() throws {
    let (theme, mistakes) = try examined(
      """
      inherits = "dark"
      [palette]
      green = "#010203"
      """)
    #expect(mistakes == [])
    #expect(theme[.stepAccepted].foreground == .rgb(red: 1, green: 2, blue: 3))
    #expect(theme[.stepRejected] == (try Self.loader.load("dark"))[.stepRejected])
  }

  @Test func `all mistakes in a theme are named at once`() throws {
    let mistakes = try examined(
      """
      colour = 1
      palette = 3
      paint-background = "yes"
      [scopes]
      "step.acepted" = "red"
      text = "#12345"
      dim = "#+12345"
      title = { attributes = ["blink"], color = "red" }
      """
    ).mistakes
    let expected: [ThemeError.Reason] = [
      .unknownKey("colour"), .wrongType(key: "palette", needs: "a table"),
      .wrongType(key: "paint-background", needs: "true or false"), .unknownScope("step.acepted"),
      .badColor(key: "text", value: "#12345"), .badColor(key: "dim", value: "#+12345"),
      .badAttribute(key: "title.attributes", value: "blink"), .unknownKey("title.color"),
    ]
    #expect(mistakes.count == expected.count)
    for reason in expected { #expect(mistakes.contains(reason), "\(reason)") }
    let error = ThemeError(theme: "x.toml", reason: .unknownScope("step.acepted"))
    #expect(error.description.contains("Did you mean \"step.accepted\"?"))
  }

  @Test func `broken TOML is told with its line`() throws {
    let mistakes = try examined("[scopes]\ntext = ").mistakes
    guard case .notTOML(_, let line)? = mistakes.first else {
      Issue.record("broken TOML was taken")
      return
    }
    #expect(line == 2)
  }

  @Test func `a colour that is hard to read is told with its contrast`() throws {
    let (theme, mistakes) = try examined(
      """
      background = "#ffffff"
      [scopes]
      text = "#777777"
      border = "#777777"
      dim = "#cccccc"
      title = "yellow"
      """)
    #expect(mistakes == [])
    // #777777 on white is the well-known pair just below 4.5:1.
    #expect(theme.contrastWarnings.map(\.scope) == [.text, .dim])
    let contrast = try #require(theme.contrastWarnings.first).contrast
    #expect(abs(contrast - 4.48) < 0.01)
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

/// How people see colours, by the simulation of Machado, Oliveira and Fernandes (2009) at full
/// severity.
enum Vision: CaseIterable {
  case normal, protanopia, deuteranopia, tritanopia

  private var matrix: [[Double]] {
    switch self {
    case .normal: [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    case .protanopia:
      [
        [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
      ]
    case .deuteranopia:
      [
        [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
      ]
    case .tritanopia:
      [
        [1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
      ]
    }
  }

  /// Distance in CIELAB between two colours as they are seen.
  func distance(_ first: Color, _ second: Color) -> Double {
    let (left, right) = (lab(first), lab(second))
    return zip(left, right).map { ($0 - $1) * ($0 - $1) }.reduce(0, +).squareRoot()
  }

  private func lab(_ color: Color) -> [Double] {
    guard case .rgb(let red, let green, let blue) = color else { return [0, 0, 0] }
    let linear = [red, green, blue].map { byte in
      let value = Double(byte) / 255
      return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
    let seen = matrix.map { row in min(1, max(0, zip(row, linear).map(*).reduce(0, +))) }
    func f(_ t: Double) -> Double { t > 0.008856 ? cbrt(t) : 7.787 * t + 16.0 / 116 }
    let x = f((0.4124 * seen[0] + 0.3576 * seen[1] + 0.1805 * seen[2]) / 0.9505)
    let y = f(0.2126 * seen[0] + 0.7152 * seen[1] + 0.0722 * seen[2])
    let z = f((0.0193 * seen[0] + 0.1192 * seen[1] + 0.9505 * seen[2]) / 1.089)
    return [116 * y - 16, 500 * (x - y), 200 * (y - z)]
  }
}
