import Foundation

/// A trace as a file holds it, which a killed process or a bad disk may have damaged.
///
/// Reading changes nothing. Lines that cannot be read are left out and counted; what they leave
/// incomplete is completed as far as the other lines tell, and a turn without an end is broken off.
public struct TraceFile: Sendable {
  /// The events that could be read, and those that complete them.
  public private(set) var events: [Event] = []
  /// The run that they tell.
  public private(set) var run = RunState()
  /// Number of lines that cannot be read.
  public private(set) var damagedLines = 0
  /// What is wrong with the first of them; nil where all can be read.
  public private(set) var damage: TraceError?
  /// Whether only the last line is damaged: the writer was stopped in the middle of it.
  public private(set) var isTorn = false
  /// Whether the last turn was still open.
  public private(set) var isBrokenOff = false

  /// Bytes of the lines that cannot be read, in order.
  private var damagedRanges: [Range<Int>] = []
  /// What completes the events, and the offset in bytes where it belongs.
  private var additions: [(offset: Int, events: [Event])] = []
  /// What ends that which is left open.
  private var closing: [Event] = []

  /// Reads `content`.
  ///
  /// - Parameters:
  ///   - path: Where it comes from, for errors.
  ///   - isGoingOn: Whether another process is writing it, so that an open turn is not over.
  /// - Throws: ``TraceError`` where nothing in it is an event, or a later version wrote it.
  public init(
    _ content: Data, path: String? = nil, isGoingOn: Bool = false
  ) throws(TraceError) {
    let newline = UInt8(ascii: "\n")
    var mending = TraceMending()
    var looksLikeTrace = false
    // Some editors put a byte order mark before a text.
    let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    var start = content.startIndex + (content.starts(with: byteOrderMark) ? byteOrderMark.count : 0)
    var number = 1
    while start < content.endIndex {
      let end = content[start...].firstIndex(of: newline) ?? content.endIndex
      let next = end == content.endIndex ? end : content.index(after: end)
      let offset = start - content.startIndex
      let line = String(decoding: content[start..<end], as: UTF8.self)
      do {
        if let event = try TraceCoding.event(from: line, number: number) {
          let missing = mending.append(event)
          if !missing.isEmpty { additions.append((offset, missing)) }
          events += missing + [event]
        }
      } catch {
        if case .newerSchema = error.reason { throw error.inFile(path) }
        damage = damage ?? error.inFile(path)
        damagedLines += 1
        isTorn = damagedLines == 1 && end == content.endIndex
        damagedRanges.append(offset..<next - content.startIndex)
        looksLikeTrace = looksLikeTrace || TraceCoding.looksLikeEvent(line)
        mending.noteLostLine()
      }
      start = next
      number += 1
    }
    guard !events.isEmpty || damagedLines == 0 || looksLikeTrace else {
      throw TraceError(line: nil, reason: .noTrace).inFile(path)
    }
    if !isGoingOn {
      isBrokenOff = mending.run.turns.last.map { $0.ended == nil } ?? false
      closing = mending.close()
      events += closing
    }
    run = mending.run
  }

  /// Reads the file at `path`, which may be a run that another process is writing.
  ///
  /// - Throws: ``TraceError``, or ``RunStoreError`` where the file cannot be read.
  public init(path: String) throws {
    let isGoingOn = FileLock.isHeld(RunFile.lockPath(of: path))
    try self.init(try RunFile.content(of: path), path: path, isGoingOn: isGoingOn)
  }

  /// What the person should know of it, in a sentence or two; nil where the trace is whole.
  public var warning: String? {
    var sentences: [String] = []
    if let line = damage?.line {
      sentences.append(
        isTorn
          ? "The last line is not whole and was left out."
          : damagedLines == 1
            ? "Line \(line) is damaged and was left out."
            : "\(damagedLines) lines are damaged and were left out, the first is line \(line).")
    }
    if isBrokenOff {
      sentences.append("The last turn was broken off; what was generated of it is kept.")
    }
    return sentences.isEmpty ? nil : sentences.joined(separator: " ")
  }

  // MARK: Going on with it

  /// The lines that end what is left open.
  var closingLines: String { TraceCoding.lines(closing) }

  /// `content`, which was read, without damaged lines and with what completes the others.
  func mended(_ content: Data) -> Data {
    var mended = Data()
    var place = 0
    func copy(to end: Int) {
      mended += content[(content.startIndex + place)..<(content.startIndex + end)]
      place = end
    }
    var ranges = damagedRanges[...]
    var additions = additions[...]
    while let next = [ranges.first?.lowerBound, additions.first?.offset].compactMap(\.self).min() {
      copy(to: next)
      if let addition = additions.first, addition.offset == next {
        Self.endLine(&mended)
        mended += Data(TraceCoding.lines(addition.events).utf8)
        additions.removeFirst()
      } else {
        place = ranges.removeFirst().upperBound
      }
    }
    copy(to: content.count)
    Self.endLine(&mended)
    return mended + Data(closingLines.utf8)
  }

  private static func endLine(_ data: inout Data) {
    if let last = data.last, last != UInt8(ascii: "\n") { data.append(UInt8(ascii: "\n")) }
  }
}
