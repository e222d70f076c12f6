import Foundation

/// The file of one run, locked and open for appending.
struct RunFile: Sendable {
  let path: String
  private let lock: FileLock
  private var descriptor: Descriptor
  /// Bytes of whole lines.
  private var length = 0
  /// The file is as it was found: what is damaged or open in it comes first.
  private var isAsFound = false

  /// Closes the file when nobody has it any more.
  private final class Descriptor: Sendable {
    let number: Int32

    init(_ path: String, flags: Int32) throws(RunStoreError) {
      number = open(path, flags | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0o600)
      if number < 0 { throw .system(path, "Opening") }
    }

    deinit { close(number) }
  }

  /// Makes the file, which only its owner can read, and its folder where that is missing.
  static func create(at path: String) throws(RunStoreError) -> RunFile {
    let folder = URL(filePath: path).deletingLastPathComponent().path
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw .system(folder, "Making")
    }
    let file = try RunFile(path, flags: O_CREAT | O_EXCL)
    syncFolder(of: path)
    return file
  }

  /// Opens a file that stands. It stays as it is until something is appended.
  static func reopen(at path: String) throws -> (file: RunFile, trace: TraceFile) {
    var file = try RunFile(path, flags: 0)
    file.isAsFound = true
    return (file, try TraceFile(try content(of: path), path: path))
  }

  private init(_ path: String, flags: Int32) throws(RunStoreError) {
    self.path = path
    lock = try Self.lock(path)
    descriptor = try Descriptor(path, flags: flags | O_APPEND)
  }

  /// Writes `lines`, all of them or none; first, where a run is gone on with, what its file lacks.
  mutating func append(_ lines: String) throws(RunStoreError) {
    if isAsFound {
      try mend()
      isAsFound = false
    }
    try write(lines)
  }

  private mutating func write(_ lines: String) throws(RunStoreError) {
    do throws(RunStoreError) {
      length += try Self.write(Array(lines.utf8), to: descriptor, path)
    } catch {
      ftruncate(descriptor.number, off_t(length))
      throw error
    }
  }

  /// Waits until what was written would survive a loss of power.
  ///
  /// - Throws: ``RunStoreError``, also where the file was deleted or moved meanwhile.
  func sync() throws(RunStoreError) {
    let isSynced = fdatasync(descriptor.number) == 0
    // Some file systems have no such call, and nothing better.
    guard isSynced || [EINVAL, ENOSYS, ENOTSUP].contains(errno) else {
      throw .system(path, "Writing")
    }
    guard FileLock.isSameFile(descriptor.number, path) else {
      throw RunStoreError(RunFolder.id(ofPath: path), .gone)
    }
  }

  // MARK: Going on with a run

  /// Ends what the file leaves open. Where lines are damaged, a new file without them takes its
  /// place, and the old one stays under a name of its own.
  private mutating func mend() throws(RunStoreError) {
    let content: Data
    let trace: TraceFile
    do {
      content = try Self.content(of: path)
      trace = try TraceFile(content, path: path)
    } catch let error as RunStoreError {
      throw error
    } catch {
      throw RunStoreError(path, .changed)
    }
    guard trace.damagedLines > 0 else {
      length = content.count
      let isEnded = content.last.map { $0 == UInt8(ascii: "\n") } ?? true
      return try write((isEnded ? "" : "\n") + trace.closingLines)
    }
    try keepDamaged(content)
    let mended = trace.mended(content)
    let newPath = path + ".new"
    let new = try Descriptor(newPath, flags: O_CREAT | O_TRUNC | O_APPEND)
    _ = try Self.write(Array(mended), to: new, newPath)
    guard fsync(new.number) == 0, rename(newPath, path) == 0 else {
      throw .system(newPath, "Writing")
    }
    Self.syncFolder(of: path)
    descriptor = new
    length = mended.count
  }

  /// Copies `content` to `PATH.damaged`, or the first `PATH.damaged-N` that is free.
  private func keepDamaged(_ content: Data) throws(RunStoreError) {
    var copyPath = path + ".damaged"
    var number = 1
    while access(copyPath, F_OK) == 0 {
      number += 1
      copyPath = "\(path).damaged-\(number)"
    }
    let copy = try Descriptor(copyPath, flags: O_CREAT | O_EXCL)
    do throws(RunStoreError) {
      _ = try Self.write(Array(content), to: copy, copyPath)
      guard fsync(copy.number) == 0 else { throw RunStoreError.system(copyPath, "Writing") }
    } catch {
      unlink(copyPath)
      throw error
    }
  }

  // MARK: Files

  /// Keeps other processes off the run at `path`.
  static func lock(_ path: String) throws(RunStoreError) -> FileLock {
    do {
      return try FileLock(lockPath(of: path))
    } catch let error as RunStoreError {
      throw error
    } catch {
      let pid = (error as? FileLock.Held)?.pid
      throw RunStoreError(RunFolder.id(ofPath: path), .inUse(pid: pid))
    }
  }

  /// The lock file of the run at `path`.
  static func lockPath(of path: String) -> String { path + ".lock" }

  /// What the file at `path` holds.
  static func content(of path: String) throws(RunStoreError) -> Data {
    guard let content = FileBytes.all(at: path) else { throw .system(path, "Reading") }
    return content
  }

  private static func write(
    _ bytes: [UInt8], to descriptor: Descriptor, _ path: String
  ) throws(RunStoreError) -> Int {
    var done = 0
    while done < bytes.count {
      let count = bytes[done...].withUnsafeBytes {
        Foundation.write(descriptor.number, $0.baseAddress, $0.count)
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw .system(path, "Writing")
      }
      done += count
    }
    return done
  }

  /// A name itself must survive a loss of power.
  private static func syncFolder(of path: String) {
    let folder = URL(filePath: path).deletingLastPathComponent().path
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}
