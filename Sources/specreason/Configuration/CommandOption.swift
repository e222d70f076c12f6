import ArgumentParser
import Foundation
import Traces

/// An option or flag as its command declares it: the one list of what can be set.
struct CommandOption: Decodable {
  /// Its long name, without dashes.
  let name: String
  /// All its spellings, with dashes.
  private(set) var spellings: Set<String>
  /// Whether it takes no value.
  let isFlag: Bool
  /// The spelling that turns a flag off, where there is one.
  private(set) var negation: String?
  /// Whether it takes several values.
  let isRepeating: Bool
  /// The default, where it is a plain value.
  let defaultValue: String?
  /// One sentence for people.
  let help: String
  /// The group it stands in.
  let section: String?

  private enum Keys: String, CodingKey {
    case abstract, defaultValue, isRepeating, kind, names, preferredName, sectionTitle
  }

  private struct Name: Decodable {
    var kind: String
    var name: String
    var spelling: String { (kind == "long" ? "--" : "-") + name }
  }

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Keys.self)
    let names = try values.decodeIfPresent([Name].self, forKey: .names) ?? []
    let name = try values.decodeIfPresent(Name.self, forKey: .preferredName)?.name ?? ""
    self.name = name
    spellings = Set(names.map(\.spelling))
    isFlag = try values.decode(String.self, forKey: .kind) == "flag"
    isRepeating = try values.decode(Bool.self, forKey: .isRepeating)
    let written = try values.decodeIfPresent(String.self, forKey: .defaultValue)
    defaultValue =
      isFlag
      ? written.map { "\($0 == "--\(name)")" }
      : written ?? RunOption.named(name)?.defaultText
    help = try values.decodeIfPresent(String.self, forKey: .abstract) ?? ""
    section = try values.decodeIfPresent(String.self, forKey: .sectionTitle)
  }

  /// What is asked of one call and makes no setting.
  private static let oneTime: Set = [
    "help", "version", "json", "csv", "output", "resume", "follow", ReasoningFlags.setByFileName,
  ]

  /// What can be set of `command`, in the order of its help.
  static func settings(of command: any ParsableCommand.Type) -> [CommandOption] {
    declared(by: command).filter { !oneTime.contains($0.name) }
  }

  /// All options and flags of `command`, in the order of its help.
  static func declared(by command: any ParsableCommand.Type) -> [CommandOption] {
    struct Dump: Decodable {
      struct Command: Decodable { var arguments: [CommandOption]? }
      var command: Command
    }
    let dump = try? JSONDecoder().decode(Dump.self, from: Data(command._dumpHelp().utf8))
    let options = (dump?.command.arguments ?? []).filter { !$0.spellings.isEmpty }
    return options.reduce(into: []) { $0.add($1) }
  }

  /// Whether it stands among `arguments`; what follows `--` does not count.
  func isGiven(in arguments: [String]) -> Bool { place(in: arguments) != nil }

  private func place(in arguments: [String]) -> Int? {
    arguments.prefix { $0 != "--" }.firstIndex { argument in
      let spelling = argument.prefix { $0 != "=" }
      return spellings.contains(String(spelling))
    }
  }

  /// Its value among `arguments` as it is written there; nil where it is not given.
  func value(in arguments: [String]) -> String? {
    guard let place = place(in: arguments) else { return nil }
    let parts = arguments[place].split(separator: "=", maxSplits: 1)
    if parts.count == 2 { return String(parts[1]) }
    if isFlag { return arguments[place] == negation ? "false" : "true" }
    let values = arguments[(place + 1)...].prefix { !$0.hasPrefix("--") }
    return values.prefix(isRepeating ? values.count : 1).joined(separator: " ")
  }
}

extension [CommandOption] {
  /// The two spellings of a flag that can be turned off are declared as one and told as two.
  fileprivate mutating func add(_ option: CommandOption) {
    if let place = firstIndex(where: { $0.isFlag && option.name == "no-\($0.name)" }) {
      self[place].takeNegation(option)
    } else {
      append(option)
    }
  }
}

extension CommandOption {
  fileprivate mutating func takeNegation(_ option: CommandOption) {
    negation = "--" + option.name
    spellings.formUnion(option.spellings)
  }
}
