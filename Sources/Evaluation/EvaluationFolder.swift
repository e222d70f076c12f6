import Foundation
import Traces

/// A folder that holds an evaluation: its settings, its results as they come, and all traces.
///
/// `settings.json` holds what was asked for, `results.jsonl` one finished round per line, `traces/`
/// the events of each solution. A line that an interruption cut short is dropped when the folder is
/// opened again, and its round is solved again.
public struct EvaluationFolder {
  /// The finished rounds, in order.
  public private(set) var finished: [EvaluationRound] = []

  private let folder: URL
  private let results: FileHandle

  private var tracesFolder: URL { folder.appending(path: "traces") }

  /// Makes the folder, or opens the one of an evaluation with the same settings.
  ///
  /// - Parameter settings: All that the results depend on, by name.
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
    try Data(lines.joined().utf8).write(to: tracesFolder.appending(path: name))
  }

  /// Writes a report beside the results, replacing an earlier one.
  public func write(_ report: String, as name: String) throws {
    try Data(report.utf8).write(to: folder.appending(path: name), options: .atomic)
  }
}
