import Foundation
import Traces

/// A folder that holds an evaluation: its settings, its results as they come, and all traces.
///
/// `settings.json` holds what was asked for, `traces/` the events of each solution. `results.jsonl`
/// holds one finished round per line and only grows; a line that an interruption cut short is
/// dropped when the folder is opened again, and its round is solved again. `evaluation.lock` keeps
/// other processes off until the folder is closed.
public struct EvaluationFolder {
  /// The finished rounds, in order.
  public private(set) var finished: [EvaluationRound] = []
  /// The lines of the results that are damaged and left out, from 1; their rounds are not finished.
  public private(set) var damagedLines: [Int] = []

  private let folder: URL
  private let results: FileHandle
  private let lock: FileLock

  private var tracesFolder: URL { folder.appending(path: "traces") }

  /// Makes the folder, or opens the one of an evaluation with the same settings.
  ///
  /// - Parameter settings: All that the results depend on, by name.
  public init(_ path: String, settings: [String: String]) throws(EvaluationFolderError) {
    folder = URL(filePath: path, directoryHint: .isDirectory)
    do {
      let files = FileManager.default
      try files.createDirectory(at: folder, withIntermediateDirectories: true)
      // Someone's own folder gets not even a lock.
      let others = try files.contentsOfDirectory(atPath: folder.path).filter { !Self.isOwn($0) }
      let settingsFile = folder.appending(path: "settings.json")
      let isBegun = files.fileExists(atPath: settingsFile.path)
      guard isBegun || others.isEmpty else { throw EvaluationFolderError.notEmpty(folder: path) }
      lock = try FileLock(folder.appending(path: "evaluation.lock").path)
      if files.fileExists(atPath: settingsFile.path) {
        let data = try Data(contentsOf: settingsFile)
        guard let kept = try? JSONDecoder().decode([String: String].self, from: data) else {
          throw EvaluationFolderError.inaccessible(
            path: settingsFile.path, reason: "it does not hold the settings of an evaluation.")
        }
        let differences = Self.differences(kept, settings)
        guard differences.isEmpty else {
          throw EvaluationFolderError.otherSettings(folder: path, differences: differences)
        }
      } else {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        try Self.replace(settingsFile, with: encoder.encode(settings))
      }
      try files.createDirectory(
        at: folder.appending(path: "traces"), withIntermediateDirectories: true)
      let descriptor = open(
        folder.appending(path: "results.jsonl").path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC,
        0o644)
      guard descriptor >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
      results = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    } catch let error as EvaluationFolderError {
      throw error
    } catch let held as FileLock.Held {
      throw .inUse(folder: path, pid: held.pid)
    } catch {
      throw .inaccessible(path: path, reason: error.systemReason)
    }
    try readResults(path)
  }

  /// Whether a folder without settings may have a file of this name: what a call leaves that was
  /// killed before it had written them. Version 0.1 left names that began with `.dat.nosync`.
  private static func isOwn(_ name: String) -> Bool {
    ["traces", "results.jsonl", "evaluation.lock"].contains(name) || name.hasSuffix(temporarySuffix)
      || name.hasPrefix(".dat.nosync")
  }

  private static let temporarySuffix = ".new"

  /// Puts `data` in the place of what `file` held; an interruption leaves the one or the other.
  private static func replace(_ file: URL, with data: Data) throws {
    let new = file.path + temporarySuffix
    try data.write(to: URL(filePath: new))
    guard rename(new, file.path) == 0 else {
      throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
    }
  }

  private static func differences(
    _ kept: [String: String], _ asked: [String: String]
  ) -> [String] {
    Set(kept.keys).union(asked.keys).sorted().compactMap { name in
      guard kept[name] != asked[name] else { return nil }
      return "\(name) was \(kept[name] ?? "not given"), is \(asked[name] ?? "not given")"
    }
  }

  private mutating func readResults(_ path: String) throws(EvaluationFolderError) {
    do {
      let content = try results.readToEnd() ?? Data()
      let newline = UInt8(ascii: "\n")
      let whole = content.lastIndex(of: newline).map { content[...$0] } ?? Data()
      try results.truncate(atOffset: UInt64(whole.count))
      let decoder = JSONDecoder()
      for (index, line) in whole.split(separator: newline).enumerated() {
        if let round = try? decoder.decode(EvaluationRound.self, from: line) {
          finished.append(round)
        } else {
          damagedLines.append(index + 1)
        }
      }
    } catch {
      throw .inaccessible(path: path, reason: error.systemReason)
    }
  }

  /// Appends a finished round; an interruption leaves all of it or nothing.
  public mutating func append(_ round: EvaluationRound) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try results.write(contentsOf: encoder.encode(round) + Data("\n".utf8))
    finished.append(round)
  }

  /// Saves the events of one solution as `traces/PROBLEM-CONFIGURATION-sSEED-SAMPLE.jsonl`.
  public func keep(
    _ events: [Event], problem: Int, configuration: EvaluationConfiguration, seed: UInt64,
    sample: Int
  ) throws {
    let number = String(repeating: "0", count: max(0, 4 - "\(problem)".count)) + "\(problem)"
    let name = "\(number)-\(configuration.label)-s\(seed)-\(sample).jsonl"
    let lines = try events.map { try TraceCoding.line($0) + "\n" }
    try Self.replace(tracesFolder.appending(path: name), with: Data(lines.joined().utf8))
  }

  /// Writes a report beside the results, replacing an earlier one.
  public func write(_ report: String, as name: String) throws {
    try Self.replace(folder.appending(path: name), with: Data(report.utf8))
  }
}
