/// Equations, inequalities and chains of them.
extension AnswerMeaning {
  /// The value of `x = 5`; nil for another thing.
  var namedValue: AnswerMeaning? {
    guard case .relation(let sides, ["="]) = form, case .name = sides[0].form else { return nil }
    return sides[1]
  }

  /// What a chain of equations gives as its answer: each side that is no name where all agree, else
  /// the last.
  static func answers(
    of sides: [AnswerMeaning], _ signs: [Character]
  ) throws -> [AnswerMeaning] {
    guard signs.allSatisfy({ "=≈≡∈".contains($0) }) else { return [] }
    let isName = { (side: AnswerMeaning) in if case .name = side.form { true } else { false } }
    // Without a name on the left, x may stand on the right; `2x = 10` is no answer, nor is 10.
    let isPlain = { (side: AnswerMeaning) in
      guard case .formula(let formula) = side.form else { return true }
      return formula.symbols.isEmpty
    }
    guard isName(sides[0]) || isName(sides[sides.count - 1]) || sides.allSatisfy(isPlain) else {
      return []
    }
    let places = sides.indices.filter { !isName(sides[$0]) }
    let values = places.map { sides[$0] }
    guard let last = values.last else { return [sides[sides.count - 1]] }
    let agree = try zip(places, places.dropFirst()).allSatisfy { place, next in
      let (own, other) = (sides[place], sides[next])
      return try own.agrees(with: other)
        || (signs[place..<next].contains("≈") ? own.isNear(other) : own.isRounded(or: other))
    }
    return agree ? values : [last]
  }

  /// Both as numbers; nil where one is none.
  private func numbers(_ other: AnswerMeaning) -> (AnswerValue, AnswerValue)? {
    guard case .formula(let left) = form, case .formula(let right) = other.form,
      let own = try? left.value(in: 0), let others = try? right.value(in: 0)
    else { return nil }
    return (own, others)
  }

  /// Whether both are the same number to two digits or more.
  private func isNear(_ other: AnswerMeaning) -> Bool {
    guard let (own, others) = numbers(other), let left = own.real, let right = others.real else {
      return false
    }
    return abs(left - right) <= 0.005 * max(abs(left), abs(right))
  }

  /// Whether one has no finite decimals and the other is what is left of it, cut or rounded, with
  /// two digits or more: `\frac{1}{6} = 0.1667`.
  private func isRounded(or other: AnswerMeaning) -> Bool {
    guard isNear(other), let (own, others) = numbers(other),
      (own.decimals == nil) != (others.decimals == nil),
      let decimals = own.decimals ?? others.decimals, let left = own.real, let right = others.real
    else { return false }
    let (whole, short) = own.decimals == nil ? (abs(left), abs(right)) : (abs(right), abs(left))
    let unit = (0..<decimals).reduce(1.0) { unit, _ in unit / 10 }
    return abs(whole - short) <= unit / 2 * (1 + 1e-9) || (0..<unit).contains(whole - short)
  }

  /// Relations are the same read from either end, and an equation also in another form.
  static func agree(
    _ sides: [AnswerMeaning], _ signs: [Character], _ others: [AnswerMeaning],
    _ otherSigns: [Character]
  ) throws -> Bool {
    if try signs == otherSigns && agreeInOrder(sides, others) { return true }
    if signs == otherSigns.reversed().map(turned), try agreeInOrder(sides, others.reversed()) {
      return true
    }
    if let own = try? answers(of: sides, signs), let theirs = try? answers(of: others, otherSigns),
      mayBeSameName(sides[0], others[0]), let left = own.last, let right = theirs.last
    {
      if try left.agrees(with: right) { return true }
    }
    if let left = RealSet(Self(form: .relation(sides, signs))),
      let right = RealSet(Self(form: .relation(others, otherSigns))), left.agrees(with: right)
    {
      return true
    }
    guard signs == ["="], otherSigns == ["="] else {
      guard signs.count == 1, signs == otherSigns || signs == otherSigns.map(turned) else {
        return false
      }
      return try areProportional(sides, others, isTurned: signs != otherSigns)
    }
    return try areProportional(sides, others, isTurned: nil)
  }

  /// Names of the same thing: the same, or a letter and a function, as in y = 2x and f(x) = 2x.
  private static func mayBeSameName(_ left: AnswerMeaning, _ right: AnswerMeaning) -> Bool {
    guard case .name(let own, _) = left.form, case .name(let other, _) = right.form else {
      return false
    }
    func isFunction(_ name: String) -> Bool { name.hasSuffix(")") && name.first?.isLetter == true }
    return own == other || own == "y" && isFunction(other) || other == "y" && isFunction(own)
  }

  /// Whether the differences of both relations' sides are in one ratio wherever they are tried:
  /// for inequalities a positive one, or a negative one where one is turned.
  private static func areProportional(
    _ sides: [AnswerMeaning], _ others: [AnswerMeaning], isTurned: Bool?
  ) throws -> Bool {
    guard let left = difference(sides), let right = difference(others),
      !left.symbols.isEmpty, left.symbols == right.symbols
    else { return false }
    var ratio: AnswerValue?
    for trial in 0..<Formula.trials {
      guard let own = try? left.value(in: trial), let other = try? right.value(in: trial),
        let next = try? own / other, !next.isZero
      else { continue }
      switch ratio?.likeness(to: next) {
      case .different: return false
      case .unknown: continue
      case .same, nil: ratio = next
      }
    }
    guard let ratio else { throw Incomparable() }
    guard let isTurned else { return true }
    return ratio.real.map { ($0 < 0) == isTurned } ?? false
  }

  private static func difference(_ sides: [AnswerMeaning]) -> Formula? {
    let formulas = sides.compactMap { side -> Formula? in
      switch side.form {
      case .formula(let formula): formula
      case .name(_, let formula): formula
      default: nil
      }
    }
    return formulas.count == 2 && sides.count == 2
      ? .sum([formulas[0], .negative(formulas[1])]) : nil
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
