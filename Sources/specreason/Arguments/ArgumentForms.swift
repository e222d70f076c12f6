import Foundation
import Traces

/// Arguments in forms that people write and the parser would misread.
enum ArgumentForms {
  /// `arguments` with a negative number taken as the value of the option before it, as in
  /// `--threshold -1`, and `~/` in `--base=~/model.gguf` or `--system=@~/prompt.txt` taken as the
  /// home folder, which no shell does after a `=`.
  static func mended(
    _ arguments: [String],
    home: String = ProcessInfo.processInfo.environment["HOME"] ?? NSHomeDirectory()
  ) -> [String] {
    var mended: [String] = []
    for (place, argument) in arguments.enumerated() {
      if argument == "--" { return mended + arguments[place...] }
      if isNegativeNumber(argument), let option = mended.last, isOptionWithoutValue(option) {
        mended[mended.count - 1] = "\(option)=\(argument)"
      } else {
        mended.append(withHome(argument, home))
      }
    }
    return mended
  }

  private static func isNegativeNumber(_ argument: String) -> Bool {
    argument.hasPrefix("-") && Double(argument) != nil
      && argument.dropFirst().first.map { $0.isNumber || $0 == "." } == true
  }

  private static func isOptionWithoutValue(_ argument: String) -> Bool {
    argument.hasPrefix("--") && argument.count > 2 && !argument.contains("=")
  }

  /// A run option is a value or a text of its own, which may begin with a tilde, unless it names a
  /// file after an `@`.
  private static func withHome(_ argument: String, _ home: String) -> String {
    guard argument.hasPrefix("--"), let sign = argument.firstIndex(of: "=") else {
      return argument
    }
    let name = argument[..<sign].dropFirst(2)
    let value = argument[argument.index(after: sign)...]
    let isText = RunOption.all.contains { $0.name == name }
    for opening in isText ? ["@~/"] : ["~/", "@~/"] where value.hasPrefix(opening) {
      let sign = opening.hasPrefix("@") ? "@" : ""
      return "--\(name)=\(sign)\(home)/\(value.dropFirst(opening.count))"
    }
    return argument
  }
}
