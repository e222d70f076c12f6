import ArgumentParser
import DemoPair
import Foundation
import Viewer

/// Standard output of the commands without a screen.
enum Printing {
  /// One object as one line of JSON.
  static func json(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let data = try encoder.encode(value)
    FileHandle.standardOutput.write(data + Data("\n".utf8))
  }

  /// One line; what a terminal could take for a command is shown instead of sent.
  static func line(_ text: String) {
    let safe = isatty(STDOUT_FILENO) == 0 ? text : DisplayText(text).string
    FileHandle.standardOutput.write(Data((safe + "\n").utf8))
  }
}

/// A text given as an argument, or on standard input.
enum TextArgument {
  /// The argument where there is one, else standard input to its end.
  static func text(_ argument: String?) throws -> String {
    if let argument { return argument }
    guard isatty(STDIN_FILENO) == 0 else {
      throw ValidationError("There is no text: give one as the argument or on standard input.")
    }
    return String(decoding: FileHandle.standardInput.readDataToEndOfFile(), as: UTF8.self)
  }
}

/// A model given as an argument.
enum ModelArgument {
  /// The path of a GGUF file; `demo` means the demo pair's base model.
  static func path(_ argument: String) throws -> String {
    argument == "demo" ? try DemoPair.locate().base.path : argument
  }
}
