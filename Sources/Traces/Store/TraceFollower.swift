import Foundation

/// Reads a trace while another process writes it; changes nothing, and keeps nobody from writing.
///
/// A last line without its end waits for the rest. Lines that cannot be read are left out and told, and
/// what they leave incomplete is completed, as ``TraceFile`` does.
public struct TraceFollower {
  /// What was found since the last look.
  public enum Finding: Sendable, Equatable {
    /// These events came to be.
    case events([Event])
    /// A line cannot be read; why, in a sentence.
    case damaged(String)
    /// Another file is in its place, or it was cut short: what follows begins anew.
    case replaced
    /// The file is gone; one that comes in its place is read.
    case removed
    /// The process that wrote it has let go of it; the events end what it left open.
    case ended([Event])
  }

  /// Where the trace is.
  public let path: String

  private final class Descriptor {
    let number: Int32

    init(_ number: Int32) { self.number = number }

    deinit { close(number) }
  }

  private let isSaved: Bool
  private var file: Descriptor?
  private var offset: off_t = 0
  /// The bytes of a line that is not whole.
  private var rest: [UInt8] = []
  private var lineNumber = 0
  private var mending = TraceMending()
  private var isHeld = false
  private var isGone = false

  /// Bytes that are read at once.
  private static let pieceSize = 1 << 18
  /// A longer line is none.
  private static let longestLine = 1 << 26

  /// A follower of the file at `path`, which is opened with the first look.
  ///
  /// - Parameter isSaved: Whether it is a saved run, which its writer has locked: one that nobody has
  ///   locked when it is opened has ended.
  public init(path: String, isSaved: Bool = false) {
    self.path = path
    self.isSaved = isSaved
  }

  /// Looks once; never waits for the writer.
  ///
  /// - Throws: ``RunStoreError`` where the file cannot be read, ``TraceError`` where a later version
  ///   writes it.
  public mutating func look() throws -> [Finding] {
    var findings: [Finding] = []
    // Before reading: what was written until the writer let go is read then.
    let wasHeld = isHeld
    isHeld = FileLock.isHeld(RunFile.lockPath(of: path))
    if let file {
      let isSame = FileLock.isSameFile(file.number, path)
      try read(&findings)
      if !isSame { leave(&findings) }
    }
    if file == nil { try begin(&findings) }
    if wasHeld, !isHeld, file != nil { findings.append(.ended(mending.close())) }
    return findings
  }

  /// Whether the process that writes it has it open; false, too, where the writer takes no lock.
  public var isBeingWritten: Bool { isHeld }

  private mutating func leave(_ findings: inout [Finding]) {
    self = TraceFollower(path: path, isSaved: isSaved)
    isGone = access(path, F_OK) != 0
    findings.append(isGone ? .removed : .replaced)
  }

  private mutating func begin(_ findings: inout [Finding]) throws {
    let number = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard number >= 0 else {
      if isGone, errno == ENOENT { return }
      throw RunStoreError.system(path, "Reading")
    }
    let opened = Descriptor(number)
    var status = stat()
    guard fstat(opened.number, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw RunStoreError(path, .system(doing: "Following", code: EINVAL))
    }
    if isGone {
      isGone = false
      findings.append(.replaced)
    }
    isHeld = FileLock.isHeld(RunFile.lockPath(of: path))
    file = opened
    try read(&findings)
    if isSaved, !isHeld { findings.append(.ended(mending.close())) }
  }

  private mutating func read(_ findings: inout [Finding]) throws {
    guard let file else { return }
    var status = stat()
    if fstat(file.number, &status) == 0, status.st_size < offset {
      (offset, rest, lineNumber, mending) = (0, [], 0, TraceMending())
      findings.append(.replaced)
    }
    var events: [Event] = []
    var buffer = [UInt8](repeating: 0, count: Self.pieceSize)
    while true {
      let count = pread(file.number, &buffer, buffer.count, offset)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw RunStoreError.system(path, "Reading") }
      if count == 0 { break }
      offset += off_t(count)
      var start = 0
      while let end = buffer[start..<count].firstIndex(of: UInt8(ascii: "\n")) {
        rest += buffer[start..<end]
        try take(&events, &findings)
        start = end + 1
      }
      rest += buffer[start..<count]
      if rest.count > Self.longestLine { try take(&events, &findings) }
    }
    if !events.isEmpty { findings.append(.events(events)) }
  }

  /// Takes in the line at hand.
  private mutating func take(_ events: inout [Event], _ findings: inout [Finding]) throws {
    defer { rest = [] }
    lineNumber += 1
    do throws(TraceError) {
      let line = String(decoding: rest, as: UTF8.self)
      guard let event = try TraceCoding.event(from: line, number: lineNumber) else { return }
      events += mending.append(event) + [event]
    } catch {
      if case .newerSchema = error.reason { throw error.inFile(path) }
      mending.noteLostLine()
      findings.append(.damaged("Line \(lineNumber) is damaged and was left out."))
    }
  }
}
