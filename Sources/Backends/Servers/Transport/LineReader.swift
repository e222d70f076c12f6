import Foundation

/// Cuts a stream of bytes into lines, however the bytes are dealt out.
///
/// Lines end with a line feed, a carriage return, or both, as in server-sent events; a byte order
/// mark before the first is left out.
struct LineReader: Sendable {
  /// A line exceeded the limit.
  struct LineTooLong: Error, Equatable {
    /// The limit in bytes.
    let limit: Int
  }

  private let limit: Int
  private var line: [UInt8] = []
  private var isAfterReturn = false
  private var isFirst = true

  /// - Parameter limit: The most bytes of one line.
  init(limit: Int) {
    self.limit = limit
  }

  /// Adds `bytes`, and returns the lines that are now whole, without their ends.
  mutating func append(_ bytes: some Sequence<UInt8>) throws(LineTooLong) -> [[UInt8]] {
    var lines: [[UInt8]] = []
    for byte in bytes {
      defer { isAfterReturn = byte == Self.carriageReturn }
      switch byte {
      case Self.lineFeed where isAfterReturn: continue
      case Self.lineFeed, Self.carriageReturn: lines.append(takeLine())
      default:
        guard line.count < limit else { throw LineTooLong(limit: limit) }
        line.append(byte)
      }
    }
    return lines
  }

  /// The last line where the stream ended without a line's end; nil for none.
  mutating func finish() -> [UInt8]? {
    line.isEmpty ? nil : takeLine()
  }

  private mutating func takeLine() -> [UInt8] {
    var whole: [UInt8] = []
    swap(&whole, &line)
    if isFirst, whole.starts(with: Self.byteOrderMark) {
      whole.removeFirst(Self.byteOrderMark.count)
    }
    isFirst = false
    return whole
  }

  private static let lineFeed = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")
  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
}
