import Foundation
import Reasoning
import Traces

/// Why an evaluation's folder cannot be used.
public enum EvaluationFolderError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The folder holds another evaluation: the settings that differ, and their two values.
  case otherSettings(folder: String, differences: [String])
  /// A line of the results that is not the last is damaged.
  case damaged(file: String, line: Int)
  /// The folder has files, and no evaluation among them.
  case notEmpty(folder: String)
  /// Something cannot be read or written.
  case inaccessible(path: String, reason: String)

  /// One sentence with the remedy.
  public var description: String {
    switch self {
    case .otherSettings(let folder, let differences):
      "\(folder) holds another evaluation (\(differences.joined(separator: "; "))); give the same "
        + "options to go on with it, or another folder."
    case .damaged(let file, let line):
      "\(file), line \(line), is damaged; delete that line to solve its problem again."
    case .notEmpty(let folder):
      "\(folder) has files and no evaluation in it; give a new or an empty folder."
    case .inaccessible(let path, let reason):
      "\(path) cannot be used: \(reason)"
    }
  }
}

/// A folder that keeps an evaluation: its settings, its results as they come, and all traces.
///
/// `settings.json` says what was asked for. `results.jsonl` has one finished round a line; a line
/// that an interruption cut short is dropped when the folder is opened again, and its round is
/// solved anew. `traces/` has the events of every solution.
public struct EvaluationFolder {
  /// The rounds that earlier calls finished, in order.
  public private(set) var finished: [EvaluationRound] = []

  private let folder: URL
  private let results: FileHandle

  private var tracesFolder: URL { folder.appending(path: "traces") }

  /// Makes the folder, or opens one that an evaluation with the same settings began.
  ///
  /// - Parameter settings: Everything that results depend on, as names and values.
  public init(_ path: String, settings: [String: String]) throws(EvaluationFolderError) {
    folder = URL(filePath: path, directoryHint: .isDirectory)
    let resultsFile = folder.appending(path: "results.jsonl")
    do {
      let files = FileManager.default
      try files.createDirectory(
        at: folder.appending(path: "traces"), withIntermediateDirectories: true)
      let settingsFile = folder.appending(path: "settings.json")
      if files.fileExists(atPath: settingsFile.path) {
        let kept = try JSONDecoder().decode(
          [String: String].self, from: Data(contentsOf: settingsFile))
        let differences = Self.differences(kept, settings)
        guard differences.isEmpty else {
          throw EvaluationFolderError.otherSettings(folder: path, differences: differences)
        }
      } else {
        guard try files.contentsOfDirectory(atPath: folder.path).allSatisfy({ $0 == "traces" })
        else { throw EvaluationFolderError.notEmpty(folder: path) }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        try encoder.encode(settings).write(to: settingsFile, options: .atomic)
      }
      if !files.fileExists(atPath: resultsFile.path) {
        try Data().write(to: resultsFile)
      }
      results = try FileHandle(forUpdating: resultsFile)
    } catch let error as EvaluationFolderError {
      throw error
    } catch {
      throw .inaccessible(path: path, reason: error.localizedDescription)
    }
    try readResults(resultsFile.path)
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
        guard let round = try? decoder.decode(EvaluationRound.self, from: line) else {
          throw EvaluationFolderError.damaged(file: path, line: index + 1)
        }
        finished.append(round)
      }
    } catch let error as EvaluationFolderError {
      throw error
    } catch {
      throw .inaccessible(path: path, reason: error.localizedDescription)
    }
  }

  /// Adds a finished round; an interruption leaves either all of it or none.
  public mutating func append(_ round: EvaluationRound) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try results.write(contentsOf: encoder.encode(round) + Data("\n".utf8))
    finished.append(round)
  }

  /// Keeps the events of one solution as `traces/PROBLEM-CONFIGURATION-sSEED-SAMPLE.jsonl`.
  public func keep(
    _ events: [Event], problem: Int, configuration: EvaluationConfiguration, seed: UInt64,
    sample: Int
  ) throws {
    let number = String(repeating: "0", count: max(0, 4 - "\(problem)".count)) + "\(problem)"
    let name = "\(number)-\(configuration.label)-s\(seed)-\(sample).jsonl"
    let lines = try events.map { try TraceCoding.line($0) + "\n" }
    try Data(lines.joined().utf8).write(to: tracesFolder.appending(path: name))
  }

  /// Writes a report beside the results, in place of an earlier one.
  public func write(_ report: String, as name: String) throws {
    try Data(report.utf8).write(to: folder.appending(path: name), options: .atomic)
  }
}
