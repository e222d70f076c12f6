import ArgumentParser
import DemoPair
import Foundation
import Traces
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

/// A trace given as an argument.
enum TraceArgument {
  /// The events in the file at `path`.
  ///
  /// A run that was killed leaves half a line at the end, which is left out with a word.
  static func events(_ path: String) throws -> [Event] {
    let content = try Data(contentsOf: URL(filePath: path))
    let newline = UInt8(ascii: "\n")
    let whole = content.lastIndex(of: newline).map { content[...$0] } ?? Data()
    var events = try TraceCoding.events(in: String(decoding: whole, as: UTF8.self))
    let rest = String(decoding: content[whole.endIndex...], as: UTF8.self)
    do {
      if let last = try TraceCoding.event(from: rest) { events.append(last) }
    } catch {
      if events.isEmpty { throw error }
      Failure.report("specreason: the last line of \(path) is not whole and was left out.")
    }
    return events
  }

  /// The run in the file at `path`.
  static func run(_ path: String) throws -> RunState {
    try events(path).reduce(into: RunState()) { $0.apply($1) }
  }
}
