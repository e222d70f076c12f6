/// A set of characters, given as in a regular expression's brackets: `A-Zµ`.
struct ScalarRanges: Sendable {
  /// Ascending, without overlap.
  private let ranges: [ClosedRange<Unicode.Scalar>]

  /// The characters named in `brackets`, in any order; a hyphen between two makes a range.
  init(_ brackets: String) {
    var ranges: [ClosedRange<Unicode.Scalar>] = []
    var rest = brackets.unicodeScalars[...]
    while let first = rest.popFirst() {
      let isRange = rest.first == "-" && rest.count > 1
      if isRange { rest.removeFirst() }
      let last = isRange ? rest.removeFirst() : first
      ranges.append(first...max(first, last))
    }
    self.ranges = ranges.sorted { $0.lowerBound < $1.lowerBound }
  }

  func contains(_ scalar: Unicode.Scalar) -> Bool {
    var candidates = ranges[...]
    while !candidates.isEmpty {
      let middle = (candidates.startIndex + candidates.endIndex) / 2
      if scalar < candidates[middle].lowerBound {
        candidates = candidates[..<middle]
      } else if scalar > candidates[middle].upperBound {
        candidates = candidates[(middle + 1)...]
      } else {
        return true
      }
    }
    return false
  }
}
