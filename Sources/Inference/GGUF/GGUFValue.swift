/// A metadata value of a GGUF file.
///
/// Integers of every width are `Int`, and both float widths are `Double`: readers care for the
/// value and its kind, not for how many bytes it took.
public enum GGUFValue: Sendable, Equatable {
  case integer(Int)
  case real(Double)
  case bool(Bool)
  case string(String)
  case integers([Int])
  case reals([Double])
  case bools([Bool])
  case strings([String])
  /// An array of strings of which some are not UTF-8.
  case byteStrings([[UInt8]])

  /// What kind of value it is, in words.
  public var kind: String {
    switch self {
    case .integer: "an integer"
    case .real: "a float"
    case .bool: "a bool"
    case .string: "a string"
    case .integers: "an array of integers"
    case .reals: "an array of floats"
    case .bools: "an array of bools"
    case .strings, .byteStrings: "an array of strings"
    }
  }

  /// The integer, if it is one.
  public var integer: Int? { if case .integer(let value) = self { value } else { nil } }
  /// The float, if it is one.
  public var real: Double? { if case .real(let value) = self { value } else { nil } }
  /// The bool, if it is one.
  public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
  /// The string, if it is one.
  public var string: String? { if case .string(let value) = self { value } else { nil } }
  /// The integers, if it is an array of them.
  public var integers: [Int]? { if case .integers(let value) = self { value } else { nil } }
  /// The floats, if it is an array of them.
  public var reals: [Double]? { if case .reals(let value) = self { value } else { nil } }
  /// The bools, if it is an array of them.
  public var bools: [Bool]? { if case .bools(let value) = self { value } else { nil } }
  /// The strings, if it is an array of them; bytes that are not UTF-8 become U+FFFD.
  public var strings: [String]? {
    switch self {
    case .strings(let value): value
    case .byteStrings(let value): value.map { String(decoding: $0, as: UTF8.self) }
    default: nil
    }
  }
}

extension GGUFFile {
  /// The value of `key` as `read` gives it; nil when the file has no such key.
  ///
  /// Throws `wrongType` when the key is there with another kind of value.
  public func value<T>(
    _ key: String, _ read: (GGUFValue) -> T?, expected: String
  ) throws(GGUFError) -> T? {
    guard let value = metadata[key] else { return nil }
    guard let result = read(value) else {
      throw GGUFError(
        path: path, reason: .wrongType(key: key, expected: expected, found: value.kind))
    }
    return result
  }

  /// The integer under `key`; nil when the key is absent, an error when it is something else.
  public func integer(_ key: String) throws(GGUFError) -> Int? {
    try value(key, \.integer, expected: "an integer")
  }

  /// The float under `key`; nil when the key is absent, an error when it is something else.
  public func real(_ key: String) throws(GGUFError) -> Double? {
    try value(key, \.real, expected: "a float")
  }

  /// The bool under `key`; nil when the key is absent, an error when it is something else.
  public func bool(_ key: String) throws(GGUFError) -> Bool? {
    try value(key, \.bool, expected: "a bool")
  }

  /// The string under `key`; nil when the key is absent, an error when it is something else.
  public func string(_ key: String) throws(GGUFError) -> String? {
    try value(key, \.string, expected: "a string")
  }

  /// The integers under `key`; nil when the key is absent, an error when it is something else.
  public func integers(_ key: String) throws(GGUFError) -> [Int]? {
    try value(key, \.integers, expected: "an array of integers")
  }

  /// The floats under `key`; nil when the key is absent, an error when it is something else.
  public func reals(_ key: String) throws(GGUFError) -> [Double]? {
    try value(key, \.reals, expected: "an array of floats")
  }

  /// The strings under `key`; nil when the key is absent, an error when it is something else.
  public func strings(_ key: String) throws(GGUFError) -> [String]? {
    try value(key, \.strings, expected: "an array of strings")
  }
}
