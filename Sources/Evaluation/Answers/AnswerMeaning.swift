/// What an answer says.
struct AnswerMeaning {
  /// What kind of thing it is.
  indirect enum Form {
    /// A number or a formula.
    case formula(Formula)
    /// The left side of an equation: what the answer is called, and as a formula where it is one.
    case name(String, Formula?)
    /// Words, in lower case.
    case phrase(String)
    /// A tuple, a vector, an interval, or a ratio (between colons): parts in order.
    case sequence(open: Character, [AnswerMeaning], close: Character)
    /// A set or a list of solutions: parts in any order.
    case collection([AnswerMeaning])
    /// Sets joined by `∪`, `∩` or `∖`; inequalities joined by "and" by `∩`.
    case combination(Character, [AnswerMeaning])
    /// Sides compared by signs, such as `y = 2x` or `1 < x < 3`; the sign between two sides is one of
    /// `=`, `<`, `>`, `≤`, `≥`, `≠`, `≈`, `≡`, `∈`.
    case relation([AnswerMeaning], [Character])
    /// What stands before `\pmod`, and the modulus.
    case residue(AnswerMeaning, modulus: Formula)
    /// Rows of a matrix.
    case matrix([[Formula]])
  }

  /// What it is.
  var form: Form
  /// Its unit; nil where none is written.
  var unit: AnswerUnit?
}

/// A unit as an answer names it.
struct AnswerUnit: Equatable {
  /// Units of measurement by their one name, with powers and `/`; empty where there are none.
  var known = ""
  /// Other words: of what there are so many.
  var words: [String] = []

  /// Units of money, which a rate may be short for.
  static let money: Set<String> = [
    "dollar", "cent", "euro", "pound sterling", "yen", "rupee", "yuan",
  ]

  /// Whether both can be the unit of one answer: what is measured is the same, and what is counted
  /// is told as fully or less so.
  func agrees(with other: AnswerUnit) -> Bool {
    guard
      known == other.known || isAny || other.isAny || isRate(of: other) || other.isRate(of: self)
    else { return false }
    let (own, others) = (Set(words), Set(other.words))
    return own.isSubset(of: others) || others.isSubset(of: own)
  }

  /// Whether it is only called a unit.
  private var isAny: Bool { known.hasPrefix("unit") && words.isEmpty }

  private func isRate(of other: AnswerUnit) -> Bool {
    Self.money.contains(other.known) && known.hasPrefix(other.known + "/")
  }
}
