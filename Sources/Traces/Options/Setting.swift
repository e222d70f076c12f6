/// A value for one option, which a person asked for while a run goes on.
public struct Setting: Sendable, Equatable {
  /// What is changed.
  public let option: RunOption
  /// What it becomes.
  public let value: OptionValue

  /// `option` becomes `value`; a value out of range is refused where it is applied.
  public init(_ option: RunOption, _ value: OptionValue) {
    self.option = option
    self.value = value
  }

  /// `option` becomes what a person wrote.
  ///
  /// - Throws: ``OptionError`` where `text` is no value of the option.
  public init(_ option: RunOption, from text: String) throws(OptionError) {
    self.init(option, try option.value(from: text))
  }
}

extension Control {
  /// Judge the following steps against this acceptance threshold, 0 to 9.
  public static func setThreshold(_ threshold: Double) -> Control {
    .set(Setting(.threshold, .number(threshold)))
  }

  /// Judge the following steps against the threshold that this share of the base model's own steps
  /// reaches, above 0 and at most 1.
  public static func setThreshold(share: Double) -> Control {
    .set(Setting(.threshold, AcceptanceThreshold.share(share).optionValue))
  }

  /// Use this mode from the next turn on.
  public static func setMode(_ mode: Mode) -> Control {
    .set(Setting(.mode, .text(mode.rawValue)))
  }
}
