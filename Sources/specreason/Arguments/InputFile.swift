import Foundation
import Traces

/// What a command is given to read.
enum InputFile {
  /// Why something cannot be read.
  struct Failure: Error, CustomStringConvertible {
    let path: String
    /// In the system's words.
    let reason = String(cString: strerror(errno))

    var description: String { "\(path) cannot be used: \(reason)." }
  }

  /// The bytes of the file at `path`.
  static func content(of path: String) throws(Failure) -> Data {
    guard let content = FileBytes.all(at: path) else { throw Failure(path: path) }
    return content
  }

  /// The bytes of standard input.
  static func standardInput() throws(Failure) -> Data {
    guard let content = FileBytes.all(of: STDIN_FILENO) else {
      throw Failure(path: "standard input")
    }
    return content
  }
}
