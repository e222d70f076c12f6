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
    if let config = environment["XDG_CONFIG_HOME"], config.hasPrefix("/") {
      folders.append(config + "/specreason/themes")
    } else if let home = environment["HOME"], !home.isEmpty {
      folders.append(home + "/.config/specreason/themes")
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
    try load(name, children: [])
  }

  private func load(_ name: String, children: [String]) throws(ThemeError) -> Theme {
    guard !children.contains(name) else {
      throw ThemeError(theme: name, reason: .inheritsItself(children + [name]))
    }
    guard let path = path(of: name) else {
      if name == Theme.terminal.name { return .terminal }
      throw ThemeError(theme: name, reason: .notFound(known: names))
    }
    var parser = ThemeParser(theme: path)
    let sheet = try parser.parse(try contents(of: path))
    let parent = try sheet.parent.map { parent throws(ThemeError) in
      try load(parent, children: children + [name])
    }
    let base = parent ?? Theme(name: name, styles: [:])
    return base.named(Self.displayName(name), with: sheet.styles)
  }

  private func path(of name: String) -> String? {
    if name.contains("/") || name.hasSuffix(".toml") { return name }
    return folders.map { "\($0)/\(name).toml" }
      .first { FileManager.default.fileExists(atPath: $0) }
  }

  private static func displayName(_ name: String) -> String {
    let file = name.split(separator: "/").last.map(String.init) ?? name
    return file.hasSuffix(".toml") ? String(file.dropLast(".toml".count)) : file
  }

  private func contents(of path: String) throws(ThemeError) -> String {
    do {
      let values = try URL(fileURLWithPath: path).resourceValues(forKeys: [
        .isRegularFileKey, .fileSizeKey,
      ])
      // A pipe would hang, and a theme is a page of text.
      guard values.isRegularFile == true else {
        throw ThemeError(theme: path, reason: .unreadable("it is not a regular file"))
      }
      guard (values.fileSize ?? 0) <= 1 << 20 else {
        throw ThemeError(theme: path, reason: .unreadable("it is larger than 1 MiB"))
      }
      return try String(contentsOfFile: path, encoding: .utf8)
    } catch let error as ThemeError {
      throw error
    } catch {
      throw ThemeError(theme: path, reason: .unreadable(error.localizedDescription))
    }
  }
}
