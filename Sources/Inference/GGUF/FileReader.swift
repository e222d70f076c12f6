import Glibc

/// A regular file, open for reading for as long as this object lives.
///
/// It is not memory-mapped, so that reading a file that was cut off is an error rather than a
/// signal that ends the process.
final class FileReader: Sendable {
  /// The path that the caller gave.
  let path: String
  /// Bytes of the file when it was opened.
  let count: Int
  private let descriptor: Int32

  /// Opens the file at `path`; throws unless it is a readable regular file that is not empty.
  init(path: String) throws(GGUFError) {
    self.path = path
    (descriptor, count) = try Self.open(path)
  }

  private static func open(_ path: String) throws(GGUFError) -> (descriptor: Int32, count: Int) {
    // A pipe without a writer would block a plain open for ever.
    let descriptor = Glibc.open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw systemError(path) }
    var isUsable = false
    defer { if !isUsable { close(descriptor) } }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw systemError(path) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw GGUFError(path: path, reason: .notARegularFile(kind: kind(status.st_mode)))
    }
    guard status.st_size > 0 else {
      throw GGUFError(path: path, offset: 0, reason: .tooShort(bytes: 0))
    }
    isUsable = true
    return (descriptor, Int(status.st_size))
  }

  deinit { close(descriptor) }

  /// Fills `buffer` with the bytes from `offset` on, which must have been there when the file was
  /// opened.
  func read(into buffer: UnsafeMutableRawBufferPointer, from offset: Int) throws(GGUFError) {
    var done = 0
    while done < buffer.count {
      let part = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
      let result = pread(descriptor, part.baseAddress, part.count, off_t(offset + done))
      if result > 0 {
        done += result
      } else if result == 0 {
        throw GGUFError(path: path, offset: offset + done, reason: .cutOffMeanwhile)
      } else if errno != EINTR {
        throw GGUFError(
          path: path, offset: offset + done,
          reason: .cannotRead(String(cString: strerror(errno))))
      }
    }
  }

  private static func systemError(_ path: String) -> GGUFError {
    GGUFError(path: path, reason: .cannotOpen(String(cString: strerror(errno))))
  }

  private static func kind(_ mode: mode_t) -> String {
    switch mode & S_IFMT {
    case S_IFDIR: "a directory"
    case S_IFIFO: "a pipe"
    case S_IFSOCK: "a socket"
    default: "a device"
    }
  }
}
