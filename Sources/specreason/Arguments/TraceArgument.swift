import Foundation
import Traces

/// A trace that is given as an argument.
enum TraceArgument {
  /// The events in the file at `path`.
  ///
  /// A killed run leaves half a line at the end, which is skipped with a message on standard error.
  static func events(_ path: String) throws -> [Event] {
    let content = try Data(contentsOf: URL(filePath: path))
    let newline = UInt8(ascii: "\n")
    let whole = content.lastIndex(of: newline).map { content[...$0] } ?? Data()
    var events = try TraceCoding.events(in: String(decoding: whole, as: UTF8.self))
    let rest = String(decoding: content[whole.endIndex...], as: UTF8.self)
    do {
      if let last = try TraceCoding.event(from: rest) { events.append(last) }
    } catch {
      if events.isEmpty { throw error }
      Failure.report("specreason: the last line of \(path) is not whole and was left out.")
    }
    return events
  }

  /// The run that the events in the file at `path` tell.
  static func run(_ path: String) throws -> RunState {
    try events(path).reduce(into: RunState()) { $0.apply($1) }
  }
}
