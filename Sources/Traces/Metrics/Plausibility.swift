/// Whether the numbers of an event could come from a run.
///
/// A file can hold any number. Sums and pictures of those that pass need no care for overflow.
enum Plausibility {
  /// Tokens, seconds and parameters of models all stay far below.
  static let limit = 1e13

  /// The name of the first field in `value`, called `name`, whose number no run has; nil when there
  /// is none.
  static func defect(in value: Any, _ name: String) -> String? {
    switch value {
    case let number as Int: abs(Double(number)) <= limit ? nil : name
    case let number as Double: abs(number) <= limit ? nil : name
    case is String, is UInt64: nil
    default:
      Mirror(reflecting: value).children.lazy.compactMap { child in
        // The case of an optional or an enumeration is no field.
        defect(in: child.value, child.label.flatMap { $0 == "some" ? nil : $0 } ?? name)
      }.first
    }
  }
}
