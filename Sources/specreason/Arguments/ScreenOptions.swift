import ArgumentParser
import Foundation
import Terminal
import Viewer

/// How the viewer looks and behaves.
struct ScreenOptions: ParsableArguments {
  @Option(
    help: """
      Theme: its name (`specreason themes` lists them), or a TOML file. [default: the one chosen \
      last, else dark or light like the terminal, or mono under NO_COLOR]
      """)
  var theme: String?

  @Flag(
    inversion: .prefixedNo,
    help: "Draw nothing but ASCII. [default: where TERM is linux or the locale is not UTF-8]")
  var ascii: Bool?

  @Flag(
    name: .customLong("reduced-motion"), inversion: .prefixedNo,
    help: "Nothing moves by itself: text comes a step at a time, and no mark turns.")
  var reducedMotion = false

  @Flag(
    inversion: .prefixedNo,
    help: """
      No screen, but lines that can be read aloud, and /commands on lines of their own. [default: \
      where TERM is dumb]
      """)
  var linear: Bool?

  private static let environment = ProcessInfo.processInfo.environment

  /// Whether there is no screen.
  var isLinear: Bool { linear ?? (Self.environment["TERM"] == "dumb") }

  /// What the person, or the terminal, needs of the screen.
  var access: Access {
    Access(usesASCII: ascii ?? Self.hasOnlyASCII(Self.environment), reducesMotion: reducedMotion)
  }

  /// The console of Linux has few glyphs. A locale that is named and not UTF-8 is meant; none at
  /// all says nothing of the terminal.
  static func hasOnlyASCII(_ environment: [String: String]) -> Bool {
    if environment["TERM"] == "linux" { return true }
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { environment[$0] }
      .first { !$0.isEmpty }
    guard let locale = locale?.lowercased() else { return false }
    return !locale.contains("utf-8") && !locale.contains("utf8")
  }

  /// Returns the theme to begin with, and all usable themes. Themes with mistakes are reported and
  /// left out; if the requested one has mistakes, the usual theme takes its place.
  ///
  /// - Throws: `ThemeError` if the requested theme does not exist.
  func themes() throws -> (first: Theme, all: [Theme], isChosen: Bool) {
    let loader = ThemeLoader.standard()
    var mistakes: [ThemeError] = []
    func load(_ name: String) -> Theme? {
      do throws(ThemeError) {
        return try loader.load(name)
      } catch {
        if !mistakes.contains(error) { mistakes.append(error) }
        return nil
      }
    }
    if let theme, loader.path(of: theme).map(FileManager.default.fileExists) != true {
      _ = try loader.load(theme)
    }
    let isColourless = !(Self.environment["NO_COLOR"] ?? "").isEmpty
    // A program that was moved away from its themes still has one.
    let usual = isColourless ? "mono" : Self.hasLightGround(Self.environment) ? "light" : "dark"
    let remembered = isColourless ? nil : ThemeMemory.load()
    let chosen = theme.flatMap(load) ?? remembered.flatMap { try? loader.load($0) }
    let first = chosen ?? (try? loader.load(usual)) ?? .terminal
    var all = loader.names.compactMap(load)
    if !all.contains(where: { $0.name == first.name }) { all.append(first) }
    while let mistake = mistakes.first {
      let alike = mistakes.count { $0.reason == mistake.reason }
      let others =
        switch alike {
        case 1: ""
        case 2: " One more theme has the same fault."
        default: " \(alike - 1) more themes have the same fault."
        }
      Failure.report("specreason: \(mistake)\(others)")
      mistakes.removeAll { $0.reason == mistake.reason }
    }
    return (first, all, chosen != nil || isColourless)
  }

  /// Whether the terminal says in `COLORFGBG`, such as `0;15`, that its background is light: white,
  /// or one of the bright colours.
  static func hasLightGround(_ environment: [String: String]) -> Bool {
    guard let last = environment["COLORFGBG"]?.split(separator: ";").last, let color = Int(last)
    else { return false }
    return color == 7 || (9...15).contains(color)
  }
}
