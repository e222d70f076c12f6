/// What an answer says.
struct AnswerMeaning: Equatable {
  /// What kind of thing it is.
  enum Form: Equatable {
    /// A number, or a formula's value in one trial.
    case value(AnswerValue)
    /// Words, in lower case.
    case phrase(String)
    /// A tuple, a vector or an interval: parts in order between two brackets.
    case sequence(open: Character, [AnswerMeaning], close: Character)
    /// A set, a list of solutions, or a union: parts in any order.
    case collection([AnswerMeaning])
    /// `sides` compared by `signs`, such as `y = 2x` or `1 < x < 3`; the sign between two sides is
    /// one of `=`, `<`, `>`, `≤`, `≥`, `≠`.
    case relation(sides: [AnswerValue], signs: [Character], names: Bool)
    /// Rows of a matrix.
    case matrix([[AnswerMeaning]])
  }

  /// What it is.
  var form: Form
  /// Its unit in lower case and singular; nil where none is written.
  var unit: String?

  /// The unit of `50\%`.
  static let percent = "percent"

  /// Whether both say the same.
  func agrees(with other: AnswerMeaning) -> Bool {
    guard unit == nil || other.unit == nil || unit == other.unit else { return false }
    if form.agrees(with: other.form) { return true }
    // Fifty percent is written 50 or 0.5.
    guard case .value(let value) = form, case .value(let otherValue) = other.form else {
      return false
    }
    switch (unit, other.unit) {
    case (Self.percent, nil): return (try? value.hundredth())?.agrees(with: otherValue) ?? false
    case (nil, Self.percent): return (try? otherValue.hundredth())?.agrees(with: value) ?? false
    default: return false
    }
  }
}

extension AnswerMeaning.Form {
  func agrees(with other: AnswerMeaning.Form) -> Bool {
    switch (self, other) {
    case (.value(let left), .value(let right)):
      return left.agrees(with: right)
    case (.phrase(let left), .phrase(let right)):
      return left == right
    case (.sequence(let open, let parts, let close), .sequence(let first, let others, let last)):
      return open == first && close == last && Self.agree(parts, others)
    case (.collection(let parts), .collection(let others)):
      return Self.agreeInAnyOrder(parts, others)
    case (.matrix(let rows), .matrix(let others)):
      return rows.count == others.count && zip(rows, others).allSatisfy(Self.agree)
    case (.relation(let sides, let signs, _), .relation(let others, let otherSigns, _)):
      return Self.agree(sides, signs, others, otherSigns)
    case (.relation(let sides, ["="], names: true), .value(let value)),
      (.value(let value), .relation(let sides, ["="], names: true)):
      return sides.last?.agrees(with: value) ?? false
    default:
      return false
    }
  }

  private static func agree(_ parts: [AnswerMeaning], _ others: [AnswerMeaning]) -> Bool {
    parts.count == others.count && zip(parts, others).allSatisfy { $0.agrees(with: $1) }
  }

  private static func agreeInAnyOrder(_ parts: [AnswerMeaning], _ others: [AnswerMeaning]) -> Bool {
    guard parts.count == others.count else { return false }
    var rest = others
    for part in parts {
      guard let match = rest.firstIndex(where: { part.agrees(with: $0) }) else { return false }
      rest.remove(at: match)
    }
    return true
  }

  /// Relations are the same read from either end, and an equation also with all of it on one side.
  private static func agree(
    _ sides: [AnswerValue], _ signs: [Character], _ others: [AnswerValue],
    _ otherSigns: [Character]
  ) -> Bool {
    func same(_ values: [AnswerValue], _ signs: [Character]) -> Bool {
      signs == otherSigns && zip(values, others).allSatisfy { $0.agrees(with: $1) }
    }
    if same(sides, signs) || same(sides.reversed(), signs.reversed().map(turned)) { return true }
    guard signs == ["="], otherSigns == ["="], let difference = try? difference(sides),
      let otherDifference = try? self.difference(others),
      let negative = try? otherDifference.negated()
    else { return false }
    return difference.agrees(with: otherDifference) || difference.agrees(with: negative)
  }

  private static func difference(_ sides: [AnswerValue]) throws -> AnswerValue {
    try sides[0] + sides[1].negated()
  }

  private static func turned(_ sign: Character) -> Character {
    switch sign {
    case "<": ">"
    case ">": "<"
    case "≤": "≥"
    case "≥": "≤"
    default: sign
    }
  }
}
