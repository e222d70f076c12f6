import Foundation

/// A file that is being downloaded: it only grows, gets its name when it is whole, and is gone on
/// with where an earlier process left it.
///
/// `@unchecked Sendable`: only one transfer uses it at a time, each after the end of the one before.
final class PartialFile: @unchecked Sendable {
  /// Writes bytes to a descriptor as `write` does; another one in tests.
  typealias Writer = @Sendable (Int32, UnsafeRawBufferPointer) -> Int

  private let path: String
  private let descriptor: Int32
  private let writer: Writer
  /// Bytes that it has.
  private(set) var count: Int

  /// Opens the file at `path`, or makes it.
  init(
    _ path: String, writer: @escaping Writer = { write($0, $1.baseAddress, $1.count) }
  ) throws(HubError) {
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard descriptor >= 0 else { throw .system("Opening", path) }
    self.path = path
    self.writer = writer
    count = Int(lseek(descriptor, 0, SEEK_END))
  }

  deinit { close(descriptor) }

  /// Adds `data`.
  func append(_ data: Data) throws(HubError) {
    var error: HubError?
    data.withUnsafeBytes { bytes in
      var start = 0
      while start < bytes.count {
        let written = writer(descriptor, UnsafeRawBufferPointer(rebasing: bytes[start...]))
        if written > 0 {
          start += written
          count += written
        } else if written == 0 || errno != EINTR {
          error = .system("Writing", path)
          return
        }
      }
    }
    if let error { throw error }
  }

  /// Takes away all bytes.
  func clear() throws(HubError) {
    guard ftruncate(descriptor, 0) == 0, lseek(descriptor, 0, SEEK_SET) == 0 else {
      throw .system("Emptying", path)
    }
    count = 0
  }

  /// The SHA-256 of what it has, in hexadecimal digits.
  func checksum() throws(HubError) -> String {
    let sum = Checksum()
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    var offset = 0
    while true {
      let length = pread(descriptor, &buffer, buffer.count, off_t(offset))
      guard length >= 0 else { throw .system("Reading", path) }
      guard length > 0 else { break }
      buffer.withUnsafeBytes { sum.update(UnsafeRawBufferPointer(rebasing: $0[..<length])) }
      offset += length
    }
    guard let digits = sum.finish() else { throw .system("Checking", path) }
    return digits
  }

  /// Gives it the name `final`, once all of it is on the disk.
  func finish(as final: String) throws(HubError) {
    guard fsync(descriptor) == 0 else { throw .system("Writing", path) }
    guard rename(path, final) == 0 else { throw .system("Naming", final) }
  }
}
