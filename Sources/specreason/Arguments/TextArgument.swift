import ArgumentParser
import Foundation

/// A text that is given as an argument or on standard input.
enum TextArgument {
  /// `argument`, or all of standard input where it is nil.
  static func text(_ argument: String?) throws -> String {
    if let argument { return argument }
    guard isatty(STDIN_FILENO) == 0 else {
      throw ValidationError("There is no text: give one as the argument or on standard input.")
    }
    return String(decoding: try InputFile.standardInput(), as: UTF8.self)
  }
}
