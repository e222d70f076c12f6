/// One option of a run: its name, what it takes, when a change counts, and where it is stored.
///
/// Command line, configuration file, live settings, `run.started`, resuming and the settings page
/// of the documentation are all made from ``all``.
public struct RunOption: Sendable {
  /// When a change made during a run takes effect.
  public enum Beginning: Sendable {
    /// At the next decision about a draft.
    case decision
    /// At the next step or answer that is written.
    case write
    case turn
  }

  /// What the arrow keys do to a value.
  public enum Stepping: Sendable, Equatable {
    /// Nothing; the value is typed.
    case none
    /// They go through these values in a circle.
    case around([String])
    /// They add or subtract so much; below the range lies `off`, where the option takes it.
    case adding(Double, from: Double)
    /// They double or halve; below `from` lies `off`, where the option takes it.
    case doubling(from: Int)
  }

  /// The long name on the command line, and the name for `/set` and in controls of a trace.
  public let name: String
  /// One sentence or two for people.
  public let help: String
  /// The default in words, where the program chooses it from what it finds.
  public let defaultHelp: String?
  /// What it takes, such as `a number from 0 to 9`.
  public let allowed: String
  /// When a change made during a run takes effect.
  public let counts: Beginning
  /// The few values that it has; empty where it takes others.
  public let choices: [String]
  /// What the arrow keys do to its value.
  public let stepping: Stepping
  /// Whether it is switched on by its name alone.
  public let isFlag: Bool
  /// Whether `@FILE` on the command line means a file's text.
  public let readsFile: Bool
  /// Its field in `run.started`, one key for each level of objects.
  public let traceKeys: [String]
  /// Whether `run.started` says it of a run with these options.
  let isRecorded: @Sendable (RunOptions) -> Bool
  private let parse: @Sendable (String) -> OptionValue?
  private let isInRange: @Sendable (OptionValue) -> Bool
  private let read: @Sendable (RunOptions) -> OptionValue
  private let write: @Sendable (OptionValue, inout RunOptions) -> Bool

  /// An option stored at `path`.
  init<Value: OptionRepresentable>(
    _ name: String, _ path: WritableKeyPath<RunOptions, Value> & Sendable, counts: Beginning,
    traceKeys: [String], allowed: String, help: String, defaultHelp: String? = nil,
    choices: [String] = [], stepping: Stepping = .none, isFlag: Bool = false,
    readsFile: Bool = false, isRecorded: @escaping @Sendable (RunOptions) -> Bool = { _ in true },
    isInRange: @escaping @Sendable (OptionValue) -> Bool = { _ in true }
  ) {
    self.name = name
    self.help = help
    self.defaultHelp = defaultHelp
    self.counts = counts
    self.traceKeys = traceKeys
    self.choices = choices
    self.stepping = stepping
    self.isFlag = isFlag
    self.readsFile = readsFile
    self.isRecorded = isRecorded
    self.isInRange = isInRange
    let takesOff = Value(.off) != nil
    self.allowed = takesOff ? "\(allowed), or \(OptionValue.offText)" : allowed
    parse = Value.optionValue(from:)
    read = { $0[keyPath: path].optionValue }
    write = { value, options in
      guard let value = Value(value) else { return false }
      options[keyPath: path] = value
      return true
    }
  }

  /// The option called `name`; nil where there is none.
  public static func named(_ name: String) -> RunOption? {
    all.first { $0.name == name }
  }

  /// The value in `options`.
  public func value(in options: RunOptions) -> OptionValue { read(options) }

  /// The value a run has where nobody asks for another.
  public var defaultValue: OptionValue { read(RunOptions()) }

  /// Reads what a person wrote.
  ///
  /// - Throws: ``OptionError`` where `text` is no value of this option.
  public func value(from text: String) throws(OptionError) -> OptionValue {
    guard let value = parse(text), isInRange(value) else { throw OptionError(self, text) }
    return value
  }

  /// Throws where `value` is out of range.
  func check(_ value: OptionValue) throws(OptionError) {
    if !isInRange(value) { throw OptionError(self, value.text) }
  }

  /// Stores `value`, of whatever range; false, and no change, where it is of another type.
  @discardableResult
  func set(_ value: OptionValue, in options: inout RunOptions) -> Bool { write(value, &options) }

  /// `value` as this option stores it, such as 6 as 6.0; nil where it is of another type.
  func stored(_ value: OptionValue) -> OptionValue? {
    var options = RunOptions()
    return set(value, in: &options) ? read(options) : nil
  }
}

extension RunOption: Equatable {
  /// Options are the same if their names are.
  public static func == (one: RunOption, other: RunOption) -> Bool { one.name == other.name }
}

/// A value that an option does not take.
public struct OptionError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The option's name.
  public let name: String
  /// What it takes, in words.
  public let allowed: String
  /// What was given.
  public let value: String

  /// `option` does not take `value`.
  init(_ option: RunOption, _ value: String) {
    name = option.name
    allowed = option.allowed
    self.value = value
  }

  /// The option called `name` takes `allowed`, beside the other options, and not `value`.
  init(_ name: String, takes allowed: String, given value: String) {
    self.name = name
    self.allowed = allowed
    self.value = value
  }

  /// One sentence, such as `--top-p must be a number above 0 and at most 1, not 3.`
  public var description: String { "--\(name) must be \(allowed), not \(value)." }
}
