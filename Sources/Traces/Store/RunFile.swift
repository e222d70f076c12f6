import Foundation

/// The file of one run, locked and open for appending.
struct RunFile: Sendable {
  let path: String
  private let lock: RunLock
  private let descriptor: Int32
  /// Bytes of whole lines.
  private var length: Int

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
    // The name itself must survive a loss of power.
    let parent = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if parent >= 0 {
      fsync(parent)
      _ = Foundation.close(parent)
    }
    return file
  }

  /// Opens a file that stands, and puts aside what a crash left of its last lines.
  static func reopen(at path: String) throws -> (file: RunFile, trace: TraceFile) {
    var file = try RunFile(path, flags: 0)
    do {
      let content = try Data(contentsOf: URL(filePath: path))
      let trace = try TraceFile(content)
      if trace.wholeBytes < content.count {
        let rest = content[(content.startIndex + trace.wholeBytes)...]
        try rest.write(to: URL(filePath: path + ".torn"), options: .atomic)
        guard ftruncate(file.descriptor, off_t(trace.wholeBytes)) == 0 else {
          throw RunStoreError.system(path, "Repairing")
        }
      }
      file.length = trace.wholeBytes
      if file.length > 0, content[content.startIndex + file.length - 1] != UInt8(ascii: "\n") {
        try file.append("\n")
      }
      return (file, trace)
    } catch {
      file.close()
      throw error
    }
  }

  private init(_ path: String, flags: Int32) throws(RunStoreError) {
    self.path = path
    lock = try RunLock.acquire(for: path)
    descriptor = open(path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW | flags, 0o600)
    length = 0
    if descriptor < 0 {
      let error = RunStoreError.system(path, "Opening")
      lock.release()
      throw error
    }
  }

  /// Writes `lines`, all of them or none.
  mutating func append(_ lines: String) throws(RunStoreError) {
    let bytes = Array(lines.utf8)
    var done = 0
    while done < bytes.count {
      let count = bytes[done...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        let error = RunStoreError.system(path, "GenerationPlan")
        ftruncate(descriptor, off_t(length))
        throw error
      }
      done += count
    }
    length += bytes.count
  }

  /// Waits until what was written would survive a loss of power.
  func sync() throws(RunStoreError) {
    guard fdatasync(descriptor) == 0 else { throw .system(path, "GenerationPlan") }
  }

  func close() {
    _ = Foundation.close(descriptor)
    lock.release()
  }
}
