import Foundation

/// A file that a command was asked to write.
enum OutputFile {
  /// Why a file could not be written.
  struct Failure: Error, CustomStringConvertible {
    let path: String
    /// In the system's words.
    var reason = String(cString: strerror(errno))

    var description: String { "\(path) cannot be written: \(reason)." }
  }

  /// Puts `text` into the file at `path`.
  ///
  /// A plain file is replaced as a whole: an interruption leaves the old one or the new one. A link,
  /// a named pipe, a device and a file with several names stay what they are and are written
  /// through.
  static func write(_ text: String, to path: String) throws(Failure) {
    try write(CollectionOfOne(text), to: path)
  }

  /// Puts `pieces`, one after another, into the file at `path`, as a text.
  static func write(_ pieces: some Sequence<String>, to path: String) throws(Failure) {
    var status = stat()
    let isThere = lstat(path, &status) == 0
    guard isThere || errno == ENOENT else { throw Failure(path: path) }
    if isThere && (status.st_mode & S_IFMT != S_IFREG || status.st_nlink > 1) {
      return try fill(path, O_CREAT | O_TRUNC, pieces)
    }
    // What may not be written must not be replaced either.
    guard !isThere || access(path, W_OK) == 0 else { throw Failure(path: path) }
    let new = "\(path).\(getpid()).new"
    do throws(Failure) {
      try fill(new, O_CREAT | O_EXCL, pieces, like: isThere ? status : nil)
      guard rename(new, path) == 0 else { throw Failure(path: path) }
    } catch {
      unlink(new)
      throw Failure(path: path, reason: error.reason)
    }
  }

  private static func fill(
    _ path: String, _ flags: Int32, _ pieces: some Sequence<String>, like old: stat? = nil
  ) throws(Failure) {
    let file = open(path, O_WRONLY | O_CLOEXEC | flags, 0o666)
    guard file >= 0 else { throw Failure(path: path) }
    defer { close(file) }
    if let old {
      fchmod(file, old.st_mode & 0o7777)
      _ = fchown(file, old.st_uid, old.st_gid)
    }
    for piece in pieces {
      if let reason = Output.send(piece, to: file) { throw Failure(path: path, reason: reason) }
    }
  }
}
