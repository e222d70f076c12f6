import Foundation
import Traces

/// Where a person's own settings, keys and themes stand.
public enum ConfigurationFolder {
  /// `$XDG_CONFIG_HOME/specreason`, or `~/.config/specreason`; nil where neither is known.
  public static func path(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> String? {
    if let config = environment["XDG_CONFIG_HOME"], config.hasPrefix("/") {
      return config + "/specreason"
    }
    if let home = environment["HOME"], !home.isEmpty { return home + "/.config/specreason" }
    return nil
  }

  /// Files beyond it were named by mistake: settings are a page of text.
  private static let sizeLimit = 1 << 20

  /// The text of the file at `path`; nil when there is none. Throws a sentence that says why a file
  /// that is there cannot be read.
  public static func text(at path: String) throws(UnreadableFile) -> String? {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return nil }
    do {
      let values = try URL(fileURLWithPath: path).resourceValues(forKeys: [
        .isRegularFileKey, .fileSizeKey,
      ])
      // A pipe would hang.
      guard values.isRegularFile == true else { throw UnreadableFile("it is not a regular file") }
      guard (values.fileSize ?? 0) <= sizeLimit else {
        throw UnreadableFile("it is larger than 1 MiB")
      }
      return try String(contentsOfFile: path, encoding: .utf8)
    } catch let error as UnreadableFile {
      throw error
    } catch {
      throw UnreadableFile(error.systemReason)
    }
  }
}

/// Why a file cannot be read, as a part of a sentence.
public struct UnreadableFile: Error, Sendable, Equatable, CustomStringConvertible {
  /// Such as "it is not a regular file".
  public let description: String

  init(_ description: String) {
    self.description = description
  }
}
