/// A value of Python's, as far as files of results hold them.
package enum PythonValue: Sendable, Equatable {
  case none
  case flag(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  case bytes([UInt8])
  case list([PythonValue])
  case tuple([PythonValue])
  /// A dictionary whose keys are texts; of a key that stands twice the last value.
  case mapping([String: PythonValue])

  /// Why a file cannot be read.
  package struct Unreadable: Error, Sendable, Equatable, CustomStringConvertible {
    /// The byte in the file at which it fails, from 0.
    package var place: Int
    /// What is wrong there, as the end of a sentence.
    package var reason: String

    /// One sentence with the place.
    package var description: String { "at byte \(place) \(reason)." }
  }

  /// Lists in lists deeper than this are no results.
  static let deepestNesting = 32

  /// Its text; nil for anything else.
  var asText: String? {
    if case .text(let text) = self { text } else { nil }
  }

  /// Its value as a number; nil for anything else.
  var asNumber: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }
}
