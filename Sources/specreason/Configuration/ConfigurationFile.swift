import TOMLKit
import Viewer

/// A person's own defaults, as `config.toml` has them.
///
/// A key is an option's long name. In a table with the name of a command it counts for that command
/// alone. In any other table the option's name begins with the table's: `question` in `[judge]` is
/// `judge-question`, and `kind` there is `judge` itself.
struct ConfigurationFile {
  /// One key and its value.
  struct Setting {
    /// The key as the file has it, with its table.
    var key: String
    /// The long name of the option that is meant.
    var option: String
    /// The only command that it counts for; nil for all that have the option.
    var command: String?
    /// What it is set to.
    var value: Value
  }

  /// A value that an option can take.
  enum Value {
    case flag(Bool)
    case texts([String])
  }

  /// The file.
  let path: String
  /// In the order of their keys.
  private(set) var settings: [Setting] = []
  /// Names of the commands that have tables.
  private let commands: [String]

  /// The settings in `table`, the content of the file at `path`.
  init(_ table: TOMLTable, path: String, commands: [String]) throws(ConfigurationError) {
    self.path = path
    self.commands = commands
    try read(table, key: [], option: [], command: nil)
  }

  private mutating func read(
    _ table: TOMLTable, key: [String], option: [String], command: String?
  ) throws(ConfigurationError) {
    for name in table.keys.sorted() {
      guard let value = table[name] else { continue }
      let path = key + [name]
      if let inner = value.table {
        if key.isEmpty, commands.contains(name) {
          try read(inner, key: path, option: [], command: name)
        } else {
          try read(inner, key: path, option: option + [name], command: command)
        }
        continue
      }
      let words = name == "kind" && !option.isEmpty ? option : option + [name]
      settings.append(
        Setting(
          key: path.joined(separator: "."), option: words.joined(separator: "-"),
          command: command, value: try Self.value(value, at: path, in: self.path)))
    }
  }

  private static func value(
    _ value: any TOMLValueConvertible, at key: [String], in path: String
  ) throws(ConfigurationError) -> Value {
    if let flag = value.bool { return .flag(flag) }
    if let text = text(value) { return .texts([text]) }
    if let list = value.array {
      let texts = list.compactMap(text)
      if texts.count == list.count { return .texts(texts) }
    }
    throw ConfigurationError(
      path,
      "\(key.joined(separator: ".")) needs a text in quotes, a number, true or false, or a list.")
  }

  private static func text(_ value: any TOMLValueConvertible) -> String? {
    value.string ?? value.int.map(String.init) ?? value.double.map { "\($0)" }
  }
}

/// Why a configuration file cannot be used.
struct ConfigurationError: Error, CustomStringConvertible {
  /// The file, what is wrong in it, and what to do.
  let description: String

  init(_ path: String, _ sentence: String) {
    description = "\(path): \(sentence)"
  }
}
