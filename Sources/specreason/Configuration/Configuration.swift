import ArgumentParser
import TOMLKit
import Viewer

/// Where the value of each option of a command comes from: the command line, else the configuration
/// file, else the option's own default.
///
/// Settings of the file are handed to the command as options that nobody typed, so that each option
/// is declared, read and checked in one place; a hidden option tells their names.
struct Configuration {
  /// The commands that the file counts for.
  static let commands: [any ParsableCommand.Type] = [
    Chat.self, Run.self, Evaluate.self, Calibrate.self, Replay.self, Export.self,
    WhatIfCommand.self, Runs.self,
  ]

  /// Their names, as a part of a sentence.
  static var names: String {
    let names = commands.map { $0._commandName }
    return names.dropLast().joined(separator: ", ") + names.suffix(1).map { " and " + $0 }.joined()
  }

  /// The file that was read; nil where there is none, or none that can be read.
  private(set) var file: ConfigurationFile?
  /// Why the file cannot be used; nil if it can.
  private var obstacle: String?

  /// The file's place, whether it is there or not.
  static var path: String? { ConfigurationFolder.path().map { $0 + "/config.toml" } }

  /// Reads the file if there is one. If it cannot be read or is not TOML, the defaults apply, and
  /// `problems` says why.
  ///
  /// - Throws: `ConfigurationError` if a setting has a value of a type that no setting has.
  init() throws {
    guard let path = Self.path else { return }
    let table: TOMLTable
    do {
      guard let text = try ConfigurationFolder.text(at: path) else { return }
      table = try TOMLDocument.table(text)
    } catch let error as TOMLProblem {
      obstacle =
        "line \(error.line) is not TOML (\(error.reason)). Correct it; until then the defaults apply."
      return
    } catch {
      obstacle = "the file cannot be read (\(error)), so the defaults apply."
      return
    }
    file = try ConfigurationFile(
      table, path: path, commands: Self.commands.map { $0._commandName })
  }

  init(file: ConfigurationFile?) {
    self.file = file
  }

  /// `arguments` of the program, and what the file adds to them.
  func complete(_ arguments: [String]) throws -> [String] {
    guard let command = Self.command(of: arguments) else { return arguments }
    let own = arguments.first == command._commandName ? Array(arguments.dropFirst()) : arguments
    // What is wrong with them is told when the program reads them.
    guard (try? command.parse(own)) != nil else { return arguments }
    let entries = try settings(of: command, own)
    var added = entries.flatMap(\.arguments)
    let origin = ReasoningFlags.setByFileName
    if CommandOption.declared(by: command).contains(where: { $0.name == origin }) {
      added += entries.map { "--\(origin)=\($0.option.name)" }
    }
    return Self.adding(added, to: arguments)
  }

  /// `added` at the end of the options in `arguments`.
  private static func adding(_ added: [String], to arguments: [String]) -> [String] {
    let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
    return Array(arguments[..<end]) + added + Array(arguments[end...])
  }

  /// What the person should know of the file when `arguments` call a command that it counts for.
  func problems(for arguments: [String]) -> [String] {
    guard let path = Self.path, Self.command(of: arguments) != nil else { return [] }
    return problems.map { "\(path): \($0)" }
  }

  /// The command that `arguments` call, where the file counts for it.
  private static func command(of arguments: [String]) -> (any ParsableCommand.Type)? {
    guard let first = arguments.first, !first.hasPrefix("-") else { return Chat.self }
    return commands.first { $0._commandName == first }
  }

  // MARK: Settings

  /// One option and what it is set to.
  struct Entry {
    let option: CommandOption
    var setting: ConfigurationFile.Setting
    /// As on a command line.
    var arguments: [String]
  }

  /// What the file sets of `command`'s options where `arguments` do not.
  func settings(
    of command: any ParsableCommand.Type, _ arguments: [String]
  ) throws -> [Entry] {
    guard let file else { return [] }
    let options = CommandOption.settings(of: command)
    var entries: [Entry] = []
    for setting in file.settings {
      if let name = setting.command, name != command._commandName { continue }
      guard let option = options.first(where: { $0.name == setting.option }),
        !option.isGiven(in: arguments)
      else { continue }
      let entry = Entry(
        option: option, setting: setting, arguments: try Self.arguments(for: option, setting, file))
      do {
        _ = try command.parse(Self.adding(entry.arguments, to: arguments))
      } catch {
        throw ConfigurationError(
          file.path, "\(setting.key): \(command.message(for: error))")
      }
      // A command's own table goes before what counts for all.
      if let place = entries.firstIndex(where: { $0.option.name == option.name }) {
        if setting.command != nil { entries[place] = entry }
      } else {
        entries.append(entry)
      }
    }
    return entries
  }

  private static func arguments(
    for option: CommandOption, _ setting: ConfigurationFile.Setting, _ file: ConfigurationFile
  ) throws -> [String] {
    switch setting.value {
    case .flag(let isOn) where option.isFlag:
      return isOn ? ["--" + option.name] : option.negation.map { [$0] } ?? []
    case .texts(let texts) where option.isRepeating && !option.isFlag:
      return texts.isEmpty ? [] : ["--" + option.name] + texts
    case .texts(let texts) where texts.count == 1 && !option.isFlag:
      return ["--\(option.name)=\(texts[0])"]
    default:
      let needs =
        option.isFlag ? "true or false" : option.isRepeating ? "a list" : "one text or number"
      throw ConfigurationError(file.path, "\(setting.key) needs \(needs).")
    }
  }

  /// What is wrong with the file as a whole, or the keys in it that no command knows, each with the
  /// nearest that one does.
  var problems: [String] {
    guard let file else { return obstacle.map { [$0] } ?? [] }
    let known = Self.commands.map { ($0._commandName, CommandOption.settings(of: $0).map(\.name)) }
    return file.settings.compactMap { setting in
      let names = known.filter { setting.command == nil || setting.command == $0.0 }.flatMap(\.1)
      guard !names.contains(setting.option) else { return nil }
      return "there is no setting \"\(setting.key)\"."
        + Spelling.hint(for: setting.option, in: names)
        + " `specreason config` lists them."
    }
  }
}
