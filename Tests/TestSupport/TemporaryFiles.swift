import Foundation

/// A file in the temporary folder that goes away with this object.
public final class TemporaryFile: Sendable {
  /// Where it is.
  public let path: String

  /// Writes `bytes` to a new file.
  public init(_ bytes: [UInt8]) throws {
    path =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("specreason-\(UUID().uuidString).gguf").path
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// A folder in the temporary folder that goes away with this object, and all that is in it.
public final class TemporaryFolder: Sendable {
  /// Where it is.
  public let path: String

  /// Makes a new folder.
  public init() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("specreason-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    path = folder.path
  }

  /// Writes `bytes` to the file called `name`, whose folders are made where they are missing.
  ///
  /// - Returns: Its path.
  @discardableResult
  public func write(_ name: String, _ bytes: [UInt8]) throws -> String {
    let file = URL(fileURLWithPath: path).appendingPathComponent(name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
    return file.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
