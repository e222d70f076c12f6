import Foundation
import Traces

/// The problems of a calibration that were observed, one a line, in a file that only grows.
public struct ObservationLog {
  /// A problem and the steps of its solution.
  public struct Observed: Codable, Sendable {
    /// Its place in the set, counted from 1.
    public var problem: Int
    /// The steps, in order.
    public var steps: [ObservedStep]
  }

  /// The problems observed so far, in order.
  public private(set) var problems: [Observed] = []
  private let file: FileHandle

  /// Opens the file at `path`, or makes it; a last line that an interruption cut is dropped.
  public init(path: String) throws(EvaluationFolderError) {
    do {
      let descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
      guard descriptor >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
      file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
      let content = try file.readToEnd() ?? Data()
      let newline = UInt8(ascii: "\n")
      let whole = content.lastIndex(of: newline).map { content[...$0] } ?? Data()
      try file.truncate(atOffset: UInt64(whole.count))
      // A damaged line's problem is observed again.
      problems = whole.split(separator: newline).compactMap {
        try? JSONDecoder().decode(Observed.self, from: $0)
      }
    } catch {
      throw .inaccessible(path: path, reason: error.systemReason)
    }
  }

  /// Adds a problem; an interruption leaves all of it or nothing.
  public mutating func append(_ steps: [ObservedStep], of problem: Int) throws {
    let observed = Observed(problem: problem, steps: steps)
    try file.write(contentsOf: JSONEncoder().encode(observed) + Data("\n".utf8))
    problems.append(observed)
  }

  /// The steps of all problems.
  public var steps: [ObservedStep] { problems.flatMap(\.steps) }
}
