import Foundation
import TestSupport
import Testing
import Traces

@testable import Viewer

/// Whole screens as files that were looked at before they were kept.
///
/// `UPDATE_SNAPSHOTS=1 swift test --filter SnapshotTests` writes them anew; the difference is for
/// human eyes. Each file has the text of the screen, its ASCII form, a letter for the look of each
/// cell, and what the letters mean in every theme and depth of colour.
@Suite struct SnapshotTests {
  /// Scenes and the sizes that they are seen in.
  static let shots: [(Scene, Size)] = Scene.allCases.flatMap { scene in
    (scene.recording == nil ? smallSizes : realSizes).map { (scene, $0) }
  }
  private static let smallSizes = [(120, 36), (80, 24), (40, 10)].map(Size.init)
  private static let realSizes = RealRunTests.sizes

  enum Scene: String, CaseIterable {
    case solved, running, palette
    /// Runs of real models: formulas and lists, code, and Chinese.
    case formulas, code, chinese

    /// The recorded run that is seen; nil for one that is made up.
    var recording: String? {
      switch self {
      case .solved, .running, .palette: nil
      case .formulas, .code: "coder-code"
      case .chinese: "coder-chinese"
      }
    }

    func play(_ script: inout Script) throws {
      if let recording { script.play(try RealRunTests.events(recording)) }
      switch self {
      case .formulas: script.press(.escape, .home)
      case .code, .chinese: script.press(.escape)
      case .solved: script.play([Run.started] + Run.turn())
      case .running:
        script.play([Run.started] + Run.turn())
        script.play(Array(Run.turn(2, prompt: "And how many for two robes?").prefix(31)))
        script.press(.tab, .up)
      case .palette:
        script.play([Run.started] + Run.turn())
        script.type(":thr")
      }
    }
  }

  private static let folder = Program.packageRoot.appending(path: "Tests/ViewerTests/Snapshots")
  private static let loader = ThemeLoader(folders: [
    Program.packageRoot.appending(path: "themes").path
  ])

  private func canvas(
    _ scene: Scene, _ size: Size, _ theme: Theme, access: Access = Access()
  ) throws -> Canvas {
    var script = Script(
      columns: size.columns, rows: size.rows, themes: [theme], access: access)
    script.type("/theme \(theme.name)")
    // The second key takes the word about the theme away.
    script.press(.enter, .left)
    try scene.play(&script)
    return render(script.state)
  }

  private func snapshot(_ scene: Scene, _ size: Size) throws -> String {
    let dark = try canvas(scene, size, try Self.loader.load("dark"))
    let light = try canvas(scene, size, try Self.loader.load("light"))
    let mono = try canvas(scene, size, try Self.loader.load("mono"))
    let ascii = try canvas(
      scene, size, try Self.loader.load("dark"), access: Access(usesASCII: true))
    for other in [light, mono] { #expect(other.lines == dark.lines) }

    var letters: [String: Character] = [:]
    var legend: [String] = []
    var looks = ""
    for (index, cell) in dark.cells.enumerated() {
      let look =
        "dark \(Self.look(cell.style)) | light \(Self.look(light.cells[index].style)) | "
        + "16 colours \(Self.look(cell.style, .ansi16)) | mono \(Self.look(mono.cells[index].style))"
      if letters[look] == nil {
        let letter = Character(UnicodeScalar(UInt8(97 + letters.count % 26)))
        letters[look] = letters.count < 26 ? letter : Character(letter.uppercased())
        legend.append("\(letters[look] ?? "?") = \(look)")
      }
      looks.append(letters[look] ?? "?")
      if (index + 1) % size.columns == 0 { looks.append("\n") }
    }
    return
      ([dark.lines.joined(separator: "\n"), ascii.lines.joined(separator: "\n"), looks]
      + [legend.joined(separator: "\n")]).joined(separator: "\n\n") + "\n"
  }

  private static func look(_ style: Style, _ depth: ColorDepth? = nil) -> String {
    func name(_ color: Color) -> String {
      guard let depth else { return color.hex }
      return color.index(at: depth).map { ThemeSheet.ansiNames[$0] } ?? ""
    }
    var words = [style.foreground.map(name) ?? "plain"]
    if let background = style.background { words.append("on \(name(background))") }
    words += ThemeSheet.attributeNames.filter { style.attributes.contains($0.1) }.map(\.0)
    return words.joined(separator: " ")
  }

  @Test(arguments: shots)
  func `the screen is as it was when it was last looked at`(scene: Scene, size: Size) throws {
    let name = "\(scene.rawValue)-\(size.columns)x\(size.rows).txt"
    let file = Self.folder.appending(path: name)
    let now = try snapshot(scene, size)
    if ProcessInfo.processInfo.environment["UPDATE_SNAPSHOTS"] != nil {
      try Data(now.utf8).write(to: file)
    }
    let kept = try String(contentsOf: file, encoding: .utf8)
    let changes = now.split(separator: "\n", omittingEmptySubsequences: false).difference(
      from: kept.split(separator: "\n", omittingEmptySubsequences: false))
    #expect(changes.isEmpty, "\(name): UPDATE_SNAPSHOTS=1 writes it anew; then look at it")
  }

  @Test(arguments: shots)
  func `frames are closed and every row is full`(scene: Scene, size: Size) throws {
    let canvas = try canvas(scene, size, .terminal)
    for index in 0..<size.rows {
      let row = Array(canvas.row(index))
      #expect(row.map(\.width).reduce(0, +) == size.columns)
      for (column, cell) in row.enumerated() where cell.width == 2 {
        #expect(row[column + 1].width == 0)
      }
      guard index > 0, index < size.rows - 1, scene != .palette else { continue }
      let below = Array(canvas.row(index + 1))
      for (column, cell) in row.enumerated() where "│┌┐├┤┬┼".contains(cell.text) {
        #expect("│└┘├┤┴┼".contains(below[column].text), "row \(index), column \(column)")
      }
      #expect("│┌├".contains(row[0].text) && "│┐┤".contains(row[size.columns - 1].text))
    }
  }
}
