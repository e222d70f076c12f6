import Foundation

/// Keeps other processes off a run or a folder: a locked file that holds this process's number.
///
/// It is held until the object is gone or the process ends, however it ends.
package final class FileLock: Sendable {
  /// Another process holds the lock; its number where it is known.
  package struct Held: Error {
    package let pid: Int?
  }

  private let path: String
  private let descriptor: Int32

  /// Takes the lock file at `path`.
  ///
  /// - Throws: ``Held``, or ``RunStoreError`` where the file cannot be made.
  package init(_ path: String) throws {
    while true {
      let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
      guard descriptor >= 0 else { throw RunStoreError.system(path, "Opening") }
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
        defer { close(descriptor) }
        guard errno == EWOULDBLOCK else { throw RunStoreError.system(path, "Locking") }
        throw Held(pid: Self.holder(descriptor))
      }
      // Its last holder may have removed the file between the two calls.
      if Self.isSameFile(descriptor, path) {
        let number = "\(getpid())"
        ftruncate(descriptor, 0)
        pwrite(descriptor, number, number.utf8.count, 0)
        self.path = path
        self.descriptor = descriptor
        return
      }
      close(descriptor)
    }
  }

  deinit {
    unlink(path)
    close(descriptor)
  }

  /// Whether a process holds the lock file at `path`.
  static func isHeld(_ path: String) -> Bool {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
  }

  /// Whether `path` still names the file that is open as `descriptor`.
  static func isSameFile(_ descriptor: Int32, _ path: String) -> Bool {
    var opened = stat()
    var named = stat()
    return fstat(descriptor, &opened) == 0 && stat(path, &named) == 0
      && opened.st_ino == named.st_ino && opened.st_dev == named.st_dev
  }

  private static func holder(_ descriptor: Int32) -> Int? {
    var bytes = [UInt8](repeating: 0, count: 20)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    return Int(String(decoding: bytes.prefix(max(0, count)), as: UTF8.self))
  }
}
