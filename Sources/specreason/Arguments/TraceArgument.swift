import Foundation
import Traces

/// A trace that is given as an argument.
enum TraceArgument {
  /// The trace in the file at `path`; what cannot be read of it is left out, with a message on
  /// standard error.
  static func trace(_ path: String) throws -> TraceFile {
    let trace = try TraceFile(path: path)
    if let warning = trace.warning { Failure.report("specreason: \(path): \(warning)") }
    return trace
  }
}
