import Glibc

/// A regular file, mapped read-only for as long as this object lives.
final class FileMap: Sendable {
  /// Bytes of the file when it was opened.
  let count: Int
  /// The file's first byte. Nothing writes through it, and the map outlives every reader that
  /// holds this object, so it may be shared between threads.
  nonisolated(unsafe) let bytes: UnsafeRawPointer

  /// Maps the file at `path`; anything but a readable, non-empty regular file is an error.
  init(path: String) throws(GGUFError) {
    // A pipe without a writer would block a plain open for ever.
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.systemError(path) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw Self.systemError(path) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw GGUFError(path: path, reason: .notARegularFile(kind: Self.kind(status.st_mode)))
    }
    count = Int(status.st_size)
    guard count > 0 else { throw GGUFError(path: path, offset: 0, reason: .tooShort(bytes: 0)) }
    guard let map = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), map != MAP_FAILED
    else { throw Self.systemError(path) }
    bytes = UnsafeRawPointer(map)
  }

  deinit {
    munmap(UnsafeMutableRawPointer(mutating: bytes), count)
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
