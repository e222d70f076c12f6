/// The value of an option, whatever its type; in a trace one JSON value.
public enum OptionValue: Sendable, Equatable {
  /// An option without a value, such as a limit that does not limit.
  case off
  case flag(Bool)
  case integer(Int)
  /// A seed.
  case natural(UInt64)
  case number(Double)
  case text(String)

  /// What people write for an option without a value.
  public static let offText = "off"

  /// The value as people read and write it.
  public var text: String {
    switch self {
    case .off: Self.offText
    case .flag(let isOn): isOn ? "on" : "off"
    case .integer(let value): "\(value)"
    case .natural(let value): "\(value)"
    case .number(let value): "\(value)"
    case .text(let value): value
    }
  }
}

extension OptionValue: Codable {
  /// Reads one JSON value of any plain type.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .off
    } else if let value = try? container.decode(Bool.self) {
      self = .flag(value)
    } else if let value = try? container.decode(Int.self) {
      self = .integer(value)
    } else if let value = try? container.decode(UInt64.self) {
      self = .natural(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else {
      self = .text(try container.decode(String.self))
    }
  }

  /// Writes one JSON value.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .off: try container.encodeNil()
    case .flag(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .natural(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .text(let value): try container.encode(value)
    }
  }
}

/// A type that a stored option can have.
protocol OptionRepresentable: Sendable {
  /// The value; nil where `value` is of another type.
  init?(_ value: OptionValue)
  /// Reads what a person wrote.
  static func optionValue(from text: String) -> OptionValue?
  /// The same value without its type.
  var optionValue: OptionValue { get }
}

extension Bool: OptionRepresentable {
  init?(_ value: OptionValue) {
    guard case .flag(let value) = value else { return nil }
    self = value
  }

  static func optionValue(from text: String) -> OptionValue? {
    switch text {
    case "on", "true": .flag(true)
    case "off", "false": .flag(false)
    default: nil
    }
  }

  var optionValue: OptionValue { .flag(self) }
}

extension Int: OptionRepresentable {
  init?(_ value: OptionValue) {
    guard case .integer(let value) = value else { return nil }
    self = value
  }

  static func optionValue(from text: String) -> OptionValue? { Int(text).map(OptionValue.integer) }

  var optionValue: OptionValue { .integer(self) }
}

extension UInt64: OptionRepresentable {
  init?(_ value: OptionValue) {
    switch value {
    case .integer(let value): self.init(exactly: value)
    case .natural(let value): self = value
    default: return nil
    }
  }

  static func optionValue(from text: String) -> OptionValue? { UInt64(text)?.optionValue }

  var optionValue: OptionValue { .natural(self) }
}

extension Double: OptionRepresentable {
  init?(_ value: OptionValue) {
    switch value {
    case .integer(let value): self.init(value)
    case .number(let value): self = value
    default: return nil
    }
  }

  static func optionValue(from text: String) -> OptionValue? {
    Double(text).map(OptionValue.number)
  }

  var optionValue: OptionValue { .number(self) }
}

extension String: OptionRepresentable {
  init?(_ value: OptionValue) {
    guard case .text(let value) = value else { return nil }
    self = value
  }

  static func optionValue(from text: String) -> OptionValue? { .text(text) }

  var optionValue: OptionValue { .text(self) }
}

extension Optional: OptionRepresentable where Wrapped: OptionRepresentable {
  init?(_ value: OptionValue) {
    if value == .off {
      self = .none
    } else {
      guard let wrapped = Wrapped(value) else { return nil }
      self = .some(wrapped)
    }
  }

  static func optionValue(from text: String) -> OptionValue? {
    // A text of nothing but spaces is none.
    let isOff = text == OptionValue.offText || text.allSatisfy(\.isWhitespace)
    return isOff ? .off : Wrapped.optionValue(from: text)
  }

  var optionValue: OptionValue { self?.optionValue ?? .off }
}

extension OptionRepresentable where Self: LosslessStringConvertible {
  init?(_ value: OptionValue) {
    guard case .text(let text) = value else { return nil }
    self.init(text)
  }

  static func optionValue(from text: String) -> OptionValue? { Self(text)?.optionValue }

  var optionValue: OptionValue { .text(description) }
}

extension ThresholdTarget: OptionRepresentable {}
extension ThresholdBounds: OptionRepresentable {}
extension Cascade: OptionRepresentable {}
extension StepTriggers: OptionRepresentable {}

extension OptionRepresentable where Self: RawRepresentable<String> {
  init?(_ value: OptionValue) {
    guard case .text(let text) = value else { return nil }
    self.init(rawValue: text)
  }

  static func optionValue(from text: String) -> OptionValue? { Self(rawValue: text)?.optionValue }

  var optionValue: OptionValue { .text(rawValue) }
}

extension Mode: OptionRepresentable {}
extension ScoreMethod: OptionRepresentable {}
extension JudgeKind: OptionRepresentable {}
extension UnreadableRule: OptionRepresentable {}
extension Thinking: OptionRepresentable {}
