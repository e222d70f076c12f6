import Foundation

/// Keeps other processes off a run: a locked file beside it that holds this process's number.
struct RunLock: Sendable {
  private let path: String
  private let descriptor: Int32

  /// Takes the lock of the run at `runPath`, or says who has it.
  static func acquire(for runPath: String) throws(RunStoreError) -> RunLock {
    let path = runPath + ".lock"
    while true {
      let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
      guard descriptor >= 0 else { throw .system(path, "Opening") }
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
        defer { close(descriptor) }
        guard errno == EWOULDBLOCK else { throw .system(path, "Locking") }
        let name = URL(filePath: runPath).deletingPathExtension().lastPathComponent
        throw RunStoreError(name, .inUse(pid: holder(descriptor)))
      }
      // Its last holder may have removed the file between the two calls.
      if isStill(descriptor, at: path) {
        let number = "\(getpid())"
        ftruncate(descriptor, 0)
        pwrite(descriptor, number, number.utf8.count, 0)
        return RunLock(path: path, descriptor: descriptor)
      }
      close(descriptor)
    }
  }

  func release() {
    unlink(path)
    close(descriptor)
  }

  private static func holder(_ descriptor: Int32) -> Int? {
    var bytes = [UInt8](repeating: 0, count: 20)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    return Int(String(decoding: bytes.prefix(max(0, count)), as: UTF8.self))
  }

  private static func isStill(_ descriptor: Int32, at path: String) -> Bool {
    var opened = stat()
    var named = stat()
    return fstat(descriptor, &opened) == 0 && stat(path, &named) == 0
      && opened.st_ino == named.st_ino && opened.st_dev == named.st_dev
  }
}
