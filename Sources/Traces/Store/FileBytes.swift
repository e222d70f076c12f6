import Foundation

/// All bytes of a file, or of a pipe or device in its place.
package enum FileBytes {
  /// More than any text has that comes from a pipe or a device, which can give bytes without end.
  package static let most = 1 << 28

  /// Reads the open `file` to its end; nil, with `errno` set, where that fails, and where what is no
  /// file gives too many.
  package static func all(of file: Int32) -> Data? {
    var status = stat()
    var content = Data()
    let hasEnd = fstat(file, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    if hasEnd { content.reserveCapacity(Int(status.st_size)) }
    var buffer = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let count = read(file, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { return nil }
      guard count > 0 else { return content }
      guard hasEnd || content.count + count <= most else {
        errno = EFBIG
        return nil
      }
      content.append(buffer, count: count)
    }
  }

  /// Reads the file at `path` to its end, likewise.
  package static func all(at path: String) -> Data? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    let content = all(of: file)
    let reason = errno
    close(file)
    errno = reason
    return content
  }
}
