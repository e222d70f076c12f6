import Foundation

/// A trace as a file holds it, which a crash or a bad disk may have damaged.
public struct TraceFile: Sendable {
  /// The events before the first damage.
  public private(set) var events: [Event] = []
  /// Bytes of the lines that they came from.
  public private(set) var wholeBytes = 0
  /// What is wrong with the first line that cannot be read; nil where all can.
  public private(set) var damage: TraceError?
  /// Whether nothing follows the damaged line: the writer was stopped in the middle of it.
  public private(set) var isTorn = false

  /// Reads `content` as far as it is whole.
  ///
  /// - Throws: ``TraceError`` only for a trace that a later version wrote.
  public init(_ content: Data) throws(TraceError) {
    let newline = UInt8(ascii: "\n")
    var start = content.startIndex
    var number = 1
    while start < content.endIndex {
      let end = content[start...].firstIndex(of: newline) ?? content.endIndex
      do {
        let line = String(decoding: content[start..<end], as: UTF8.self)
        if let event = try TraceCoding.event(from: line, number: number) { events.append(event) }
      } catch {
        if case .newerSchema = error.reason { throw error }
        damage = error
        isTorn = end == content.endIndex
        return
      }
      start = end == content.endIndex ? end : content.index(after: end)
      wholeBytes = start - content.startIndex
      number += 1
    }
  }

  /// Reads the file at `path`.
  public init(path: String) throws {
    try self.init(try Data(contentsOf: URL(filePath: path)))
  }

  /// What was left out, in one sentence; nil where nothing was.
  public var warning: String? {
    guard let damage else { return nil }
    let line = damage.line ?? 1
    return isTorn
      ? "The last line is not whole and was left out."
      : "The trace is damaged from line \(line) on; what came before it is shown."
  }

  /// The run that the events tell.
  public var run: RunState { events.reduce(into: RunState()) { $0.apply($1) } }
}
