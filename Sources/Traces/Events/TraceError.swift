/// Why a line is no event, and which line.
public struct TraceError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong with the line.
  public enum Reason: Sendable, Equatable {
    /// Not one JSON object.
    case notJSON
    /// A field that the event needs is not there.
    case missingField(String)
    /// A field does not hold what the format says.
    case wrongValue(String)
    /// Written by a later version of the program.
    case newerSchema(Int)
    /// No line of the file is an event.
    case noTrace
    /// An event that cannot be written as JSON.
    case notEncodable(String)
  }

  /// Line of the trace, counted from 1; nil when it is not known.
  public var line: Int?
  /// What is wrong with it.
  public var reason: Reason
  /// The file that it is in; nil when it is not known.
  public var path: String?

  /// An error for `reason` in line `line`.
  public init(line: Int?, reason: Reason) {
    self.line = line
    self.reason = reason
  }

  /// The same error, in the file at `path`.
  func inFile(_ path: String?) -> TraceError {
    var error = self
    error.path = path
    return error
  }

  /// One sentence with the remedy.
  public var description: String {
    let place = (path ?? "trace") + (line.map { " line \($0): " } ?? ": ")
    switch reason {
    case .notJSON:
      return place + "this is not a JSON object; give a file written by `run --json`."
    case .missingField(let name):
      return place + "the field \"\(name)\" is missing; the file may be damaged."
    case .wrongValue(let name):
      return place + "the field \"\(name)\" has a value that this version does not know; "
        + "the file may be damaged or newer than the program."
    case .newerSchema(let schema):
      return place + "schema \(schema) is newer than \(RunStarted.currentSchema), the newest "
        + "this version reads; use a newer specreason."
    case .noTrace:
      return place + "this is not the trace of a run: no line of it is an event; give a file "
        + "written by `run --json`, or a saved run."
    case .notEncodable(let detail):
      return place + "the event cannot be written as JSON (\(detail))."
    }
  }
}
