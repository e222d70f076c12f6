import Foundation

/// The person's folder for what programs remember: `specreason` in `XDG_STATE_HOME`, else in
/// `~/.local/state`. Only the person can read its files.
enum StateFolder {
  private static var home: String { ProcessInfo.processInfo.environment["HOME"] ?? "" }

  private static var url: URL {
    let state = ProcessInfo.processInfo.environment["XDG_STATE_HOME"].flatMap {
      $0.hasPrefix("/") ? $0 : nil
    }
    return URL(fileURLWithPath: state ?? home + "/.local/state").appending(path: "specreason")
  }

  /// Where the file `name` is or will be.
  static func file(_ name: String) -> URL { url.appending(path: name) }

  /// Puts `content` in the place of the file `name`, whole or not at all.
  static func write(_ content: Data, to name: String) throws {
    let manager = FileManager.default
    try manager.createDirectory(
      at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let new = file(name + ".new").path
    try? manager.removeItem(atPath: new)
    guard
      manager.createFile(atPath: new, contents: content, attributes: [.posixPermissions: 0o600]),
      rename(new, file(name).path) == 0
    else { throw CocoaError(.fileWriteUnknown) }
  }

  /// The path of the file `name` as people write it, with `~` for their home.
  static func writtenPath(of name: String) -> String {
    let path = file(name).path
    return path.hasPrefix(home + "/") && !home.isEmpty ? "~" + path.dropFirst(home.count) : path
  }
}
