import Foundation

/// Finds themes by name or path.
public struct ThemeLoader: Sendable {
  /// Folders of `*.toml` files, the first one that has the name wins.
  public let folders: [String]

  /// A loader that looks into `folders`, then nowhere else but the compiled-in theme.
  public init(folders: [String]) {
    self.folders = folders
  }

  /// Looks into `$XDG_CONFIG_HOME/specreason/themes` (or `~/.config/…`), beside the program
  /// (its resources, `../share/specreason/themes`), and in the source tree it was built from.
  public static func standard(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> ThemeLoader {
    var folders: [String] = []
    if let folder = ConfigurationFolder.path(environment: environment) {
      folders.append(folder + "/themes")
    }
    // `Bundle.module` would trap in a binary that was moved away from its resources.
    if let program = Bundle.main.executableURL?.resolvingSymlinksInPath() {
      let folder = program.deletingLastPathComponent()
      folders.append(folder.appendingPathComponent("specreason_Viewer.resources/themes").path)
      folders.append(
        folder.appendingPathComponent("../share/specreason/themes").standardized.path)
    }
    let source = URL(fileURLWithPath: #filePath)
    let root = (0..<4).reduce(source) { path, _ in path.deletingLastPathComponent() }
    folders.append(root.appendingPathComponent("themes").path)
    return ThemeLoader(folders: folders)
  }

  /// The names that `load` knows, sorted.
  public var names: [String] {
    var names: Set<String> = [Theme.terminal.name]
    for folder in folders {
      let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      for file in files where file.hasSuffix(".toml") {
        names.insert(String(file.dropLast(".toml".count)))
      }
    }
    return names.sorted()
  }

  /// The theme called `name`, or in the file `name` when that contains a slash or ends in
  /// `.toml`.
  public func load(_ name: String) throws(ThemeError) -> Theme {
    let (theme, mistakes) = examine(name)
    if let first = mistakes.first { throw first }
    return theme
  }

  /// The theme called `name` as far as it can be read, and all that is wrong with it and the
  /// themes it inherits from.
  public func examine(_ name: String) -> (theme: Theme, mistakes: [ThemeError]) {
    var sheets: [ThemeSheet] = []
    var mistakes: [ThemeError] = []
    var chain: [String] = []
    var base: Theme?
    var next: String? = name
    while let current = next {
      next = nil
      let isRing = chain.contains(current)
      chain.append(current)
      if isRing {
        mistakes.append(ThemeError(theme: name, reason: .inheritsItself(chain)))
      } else if let path = path(of: current) {
        do throws(ThemeError) {
          var parser = ThemeParser(theme: path)
          sheets.insert(parser.parse(try contents(of: path)), at: 0)
          mistakes += parser.mistakes
          next = sheets[0].parent
        } catch {
          mistakes.append(error)
        }
      } else if current == Theme.terminal.name {
        base = .terminal
      } else {
        mistakes.append(ThemeError(theme: current, reason: .notFound(known: names)))
      }
    }
    let theme = Theme(name: Self.displayName(name), base: base, sheets: sheets) { key, word in
      mistakes.append(
        ThemeError(theme: path(of: name) ?? name, reason: .badColor(key: key, value: word)))
    }
    return (theme, mistakes)
  }

  /// The file that `name` means; nil for the compiled-in theme and for unknown names.
  public func path(of name: String) -> String? {
    if name.contains("/") || name.hasSuffix(".toml") { return name }
    return folders.map { "\($0)/\(name).toml" }
      .first { FileManager.default.fileExists(atPath: $0) }
  }

  private static func displayName(_ name: String) -> String {
    let file = name.split(separator: "/").last.map(String.init) ?? name
    return file.hasSuffix(".toml") ? String(file.dropLast(".toml".count)) : file
  }

  private func contents(of path: String) throws(ThemeError) -> String {
    do throws(UnreadableFile) {
      if let text = try ConfigurationFolder.text(at: path) { return text }
      throw UnreadableFile("there is no such file")
    } catch {
      throw ThemeError(theme: path, reason: .unreadable(error.description))
    }
  }
}
