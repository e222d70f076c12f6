import ArgumentParser
import Foundation
import Traces

/// How the two models reason: one command line option for each entry of `RunOption.all`.
///
/// No option is declared here. The parser finds its options in the mirror of a value, so the mirror
/// is made from the table.
struct ReasoningFlags: ParsableArguments, CustomReflectable {
  /// What was given as it was written, by the names of the options.
  private var given: [String: String] = [:]
  /// Names of the options of the whole command that the configuration file set and nobody typed.
  private(set) var setByFile: Set<String> = []

  init() {}

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    for option in RunOption.all {
      let key = Key(option.name)
      if option.isFlag {
        let isOn = try values.decode(Flag<Bool?>.self, forKey: key).wrappedValue
        given[option.name] = isOn.map { $0 ? "on" : "off" }
      } else {
        given[option.name] = try values.decode(Option<String?>.self, forKey: key).wrappedValue
      }
    }
    let names = try values.decode(Option<[String]>.self, forKey: Key(Self.setByFileName))
    setByFile = Set(names.wrappedValue)
  }

  var customMirror: Mirror {
    let origin = Option<[String]>(
      wrappedValue: [], name: .customLong(Self.setByFileName), help: .hidden)
    var children = RunOption.all.map { option -> Mirror.Child in
      (label: option.name, value: Self.declaration(of: option))
    }
    children.append((label: Self.setByFileName, value: origin))
    return Mirror(self, children: children)
  }

  /// The hidden option by which ``Configuration`` says which options it added.
  static let setByFileName = "set-by-file"

  private static func declaration(of option: RunOption) -> Any {
    let name = NameSpecification.customLong(option.name)
    let help = ArgumentHelp(option.fullHelp)
    if option.isFlag {
      return Flag<Bool?>(wrappedValue: nil, name: name, inversion: .prefixedNo, help: help)
    }
    let completion: CompletionKind? =
      if !option.choices.isEmpty {
        .list(option.choices)
      } else if option.readsFile {
        .file()
      } else {
        nil
      }
    return Option<String?>(name: name, help: help, completion: completion)
  }

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ name: String) { stringValue = name }
    init(stringValue: String) { self.init(stringValue) }
    init?(intValue: Int) { nil }
  }

  func validate() throws {
    for option in RunOption.all where !option.readsFile { _ = try setting(of: option) }
  }

  // MARK: What was given

  /// These flags with only what was typed on the command line.
  var typed: ReasoningFlags {
    var flags = self
    flags.given = given.filter { !setByFile.contains($0.key) }
    return flags
  }

  /// Whether the option called `name` was given.
  func gives(_ name: String) -> Bool { given[name] != nil }

  private func setting(of option: RunOption) throws -> Setting? {
    guard var text = given[option.name] else { return nil }
    if option.readsFile { text = try Self.text(text, for: option) }
    do throws(OptionError) {
      return try Setting(option, from: text)
    } catch {
      throw ValidationError("\(error)")
    }
  }

  /// The text meant by `argument`, or by the file that it names after an `@`.
  private static func text(_ argument: String, for option: RunOption) throws -> String {
    guard argument.hasPrefix("@") else { return argument }
    let path = String(argument.dropFirst())
    do {
      let text = String(decoding: try InputFile.content(of: path), as: UTF8.self)
      return text.trimmingCharacters(in: .whitespacesAndNewlines)
    } catch {
      throw ValidationError("--\(option.name): the file \(path) cannot be read.")
    }
  }

  // MARK: The options of a run

  /// The options of a run by a pair that has a draft model or not: what was given, over those that
  /// were `recorded` where the run goes on, and over the defaults where it is new.
  func options(
    over recorded: RunOptions? = nil, hasDraft: Bool, isDemo: Bool
  ) throws -> RunOptions {
    var options = recorded ?? Self.defaults(hasDraft: hasDraft)
    // The demo pair's problems do not depend on each other, and earlier ones only confuse it.
    if isDemo { options.earlierTurns = options.earlierTurns ?? 0 }
    for option in RunOption.all {
      if let setting = try setting(of: option) { options.apply(setting) }
    }
    if gives("judge-question"), !gives("judge") { options.judge = .own }
    if gives("mode"), options.mode != .base, !hasDraft {
      throw ValidationError("Mode \(options.mode.rawValue) needs a draft model: add --draft FILE.")
    }
    if gives("threshold-bounds"), options.adapt == nil {
      throw ValidationError(
        "--threshold-bounds limits a threshold that moves by itself: add --adapt, such as "
          + "--adapt acceptance=0.8.")
    }
    try options.requireWording(for: options.judges)
    do throws(OptionError) { try options.validate() } catch { throw ValidationError("\(error)") }
    return options
  }

  private static func defaults(hasDraft: Bool) -> RunOptions {
    var options = RunOptions()
    options.mode = hasDraft ? .reasonDecode : .base
    options.seed = UInt64.random(in: 0...0xFFFF_FFFF)
    return options
  }
}

extension RunOption {
  /// Its help with the values it has and its default.
  fileprivate var fullHelp: String {
    var parts = [help]
    if !choices.isEmpty, !isFlag { parts.append("One of " + choices.joined(separator: ", ") + ".") }
    if let text = defaultHelp ?? defaultText { parts.append("[default: \(text)]") }
    return parts.joined(separator: " ")
  }

  /// The default as it would be written; nil where the program chooses it or the option is off.
  var defaultText: String? {
    defaultHelp == nil && defaultValue != .off && !isFlag ? defaultValue.text : nil
  }
}

extension RunOptions {
  /// Throws where one of `judges` asks in your own words and there are none.
  func requireWording(for judges: [JudgeKind?]) throws {
    if judges.contains(.own), judgeQuestion == nil {
      throw ValidationError(
        "A judge of your own needs a question: --judge-question, or question in [judge] of "
          + "config.toml.")
    }
  }

  /// Throws where a decision would wait for a person and none is there.
  func requireNoPerson() throws {
    if unreadable == .ask {
      throw ValidationError("--unreadable ask needs the viewer: nobody answers here.")
    }
  }
}
