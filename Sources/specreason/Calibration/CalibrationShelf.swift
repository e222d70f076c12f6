import Backends
import Evaluation
import Foundation
import Traces

/// Where calibrations are kept: one file for each pair of models, and the unfinished work on some.
struct CalibrationShelf {
  /// Pairs that are kept; the oldest goes first.
  private static let mostPairs = 64
  /// Unfinished and finished work that is kept to go on with.
  private static let mostWork = 8
  /// A calibration is a page of text; what is larger is none.
  private static let sizeLimit = 1 << 20

  private let folder: URL

  /// `specreason/calibrations` beside the saved runs of the person.
  init(folder: URL? = nil) {
    self.folder =
      folder
      ?? URL(filePath: RunFolder.standard().path).deletingLastPathComponent()
      .appending(path: "calibrations")
  }

  /// A calibration that is kept and cannot be used.
  struct Damaged: Error, CustomStringConvertible {
    let path: String

    /// One sentence, and what to do.
    var description: String {
      "\(path) is no calibration that can be read, so the defaults apply; `specreason calibrate` "
        + "makes it anew."
    }
  }

  /// The calibration of `pair`; nil where there is none, or no draft model.
  func calibration(of pair: LocalEngine.Files) throws(Damaged) -> Calibration? {
    guard let file = try? file(for: pair), FileManager.default.fileExists(atPath: file.path) else {
      return nil
    }
    guard let size = try? file.resourceValues(forKeys: [.fileSizeKey]).fileSize,
      size <= Self.sizeLimit, let data = try? Data(contentsOf: file),
      let calibration = try? JSONDecoder().decode(Calibration.self, from: data),
      calibration.isSound
    else { throw Damaged(path: file.path) }
    return calibration
  }

  /// Keeps the calibration of `pair` in the place of an earlier one, and returns where.
  func keep(_ calibration: Calibration, of pair: LocalEngine.Files) throws -> String {
    let file = try file(for: pair)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    let new = file.path + ".new"
    try (encoder.encode(calibration) + Data("\n".utf8)).write(to: URL(filePath: new))
    guard rename(new, file.path) == 0 else { throw CocoaError(.fileWriteUnknown) }
    forget(where: { $0.pathExtension == "json" }, but: Self.mostPairs)
    return file.path
  }

  /// The folder for the work of calibrating `pair` with `settings`; of older work, some is left.
  func workFolder(for pair: LocalEngine.Files, settings: [String: String]) throws -> String {
    let text = settings.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)\n" }.joined()
    let name = try key(of: pair) + "-" + StableHash.checksum(of: text.utf8)
    let work = folder.appending(path: name)
    try FileManager.default.createDirectory(at: work, withIntermediateDirectories: true)
    forget(where: { $0.hasDirectoryPath }, but: Self.mostWork)
    return work.path
  }

  /// Removes the oldest entries that `isMeant`, but for `count`.
  private func forget(where isMeant: (URL) -> Bool, but count: Int) {
    let keys: Set<URLResourceKey> = [.contentModificationDateKey]
    let entries =
      (try? FileManager.default.contentsOfDirectory(
        at: folder, includingPropertiesForKeys: Array(keys))) ?? []
    func age(_ url: URL) -> Date {
      (try? url.resourceValues(forKeys: keys).contentModificationDate) ?? .distantPast
    }
    for old in entries.filter(isMeant).sorted(by: { age($0) > age($1) }).dropFirst(count) {
      try? FileManager.default.removeItem(at: old)
    }
  }

  private func file(for pair: LocalEngine.Files) throws -> URL {
    folder.appending(path: try key(of: pair) + ".json")
  }

  /// A name for the pair: the files' own names, for people, and a checksum of names, sizes and
  /// headers, so that another file in the same place is another model.
  private func key(of pair: LocalEngine.Files) throws -> String {
    let paths = [pair.base, pair.draft].compactMap(\.self)
    var bytes = Data()
    for path in paths {
      if ServerAddress.isMeant(by: path) {
        bytes += Data("\(try ServerAddress(path).whole)\n".utf8)
        continue
      }
      let resolved = URL(filePath: path).resolvingSymlinksInPath().path
      let kind = try FileManager.default.attributesOfItem(atPath: resolved)[.type]
      // A named pipe would be waited on for ever.
      guard kind as? FileAttributeType == .typeRegular else {
        throw CocoaError(.fileReadUnsupportedScheme)
      }
      let file = try FileHandle(forReadingFrom: URL(filePath: path))
      defer { try? file.close() }
      bytes += try file.read(upToCount: 1 << 16) ?? Data()
      bytes += Data("\(URL(filePath: path).lastPathComponent) \(try file.seekToEnd())\n".utf8)
    }
    let names = try paths.map { path in
      let stem =
        ServerAddress.isMeant(by: path)
        ? try ServerAddress(path).host
        : URL(filePath: path).deletingPathExtension().lastPathComponent
      return String(
        stem.map { $0.isASCII && ($0.isLetter || $0.isNumber) || "-._".contains($0) ? $0 : "_" }
          .prefix(60))
    }
    return names.joined(separator: "--") + "-" + StableHash.checksum(of: bytes)
  }
}
