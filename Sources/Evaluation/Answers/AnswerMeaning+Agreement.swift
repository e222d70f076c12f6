extension AnswerMeaning {
  /// Neither side has a value that could be compared.
  struct Incomparable: Error {}

  /// Longer lists are compared in order.
  private static let longestList = 150

  /// Whether both say the same.
  ///
  /// - Throws: ``Incomparable`` where the values of both cannot be computed.
  func agrees(with other: AnswerMeaning) throws -> Bool {
    if let unit, let otherUnit = other.unit, !unit.agrees(with: otherUnit) { return false }
    if try Self.agree(form, other.form) { return true }
    // Fifty percent is written 50 or 0.5.
    guard case .formula(let value) = form, case .formula(let otherValue) = other.form else {
      return false
    }
    let isPercent = unit?.known == AnswerUnits.percent
    guard isPercent != (other.unit?.known == AnswerUnits.percent),
      isPercent ? other.unit == nil : unit == nil
    else { return false }
    let hundred = Formula.number(AnswerValue(100))
    return isPercent
      ? try Self.agree(.quotient(value, hundred), otherValue)
      : try Self.agree(value, .quotient(otherValue, hundred))
  }

  static func agree(_ own: Form, _ other: Form) throws -> Bool {
    switch (own, other) {
    case (.residue(let left, let modulus), .residue(let right, let otherModulus)):
      return try agree(modulus, otherModulus) && left.agrees(with: right)
    // The modulus of `7 \pmod{12}` may be missing.
    case (.residue(let left, _), _): return try left.agrees(with: Self(form: other))
    case (_, .residue(let right, _)): return try Self(form: own).agrees(with: right)
    case (.formula(let left), .formula(let right)): return try agree(left, right)
    case (.name(let left, _), .name(let right, _)): return left == right
    case (.name(_, let formula?), _): return try agree(.formula(formula), other)
    case (_, .name(_, let formula?)): return try agree(own, .formula(formula))
    case (.phrase(let left), .phrase(let right)): return left == right
    case (.relation(let sides, let signs), .relation(let others, let otherSigns)):
      return try agree(sides, signs, others, otherSigns)
    case (.relation(let sides, let signs), _):
      if try answers(of: sides, signs).contains(where: { try $0.agrees(with: Self(form: other)) }) {
        return true
      }
    case (_, .relation): return try agree(other, own)
    case (.sequence(let open, let parts, let close), .sequence(let first, let others, let last)):
      if open == ":", first == ":" { return try agreeAsRatios(parts, others) }
      let same = plain(open) == plain(first) && plain(close) == plain(last)
      return try same && agreeInOrder(parts, others)
    case (.sequence(":", let parts, _), .formula(let right)):
      guard parts.count == 2, case .formula(let above) = parts[0].form,
        case .formula(let below) = parts[1].form, case .quotient = right, !mayBeMinutes(below)
      else { return false }
      return try agree(.quotient(above, below), right)
    case (.formula, .sequence(":", _, _)): return try agree(other, own)
    case (.sequence(_, let parts, _), _) where parts.count == 1:
      return try agree(parts[0].form, other)
    case (_, .sequence(_, let parts, _)) where parts.count == 1:
      return try agree(own, parts[0].form)
    case (.matrix(let rows), .matrix(let others)):
      return try rows.count == others.count
        && zip(rows, others).allSatisfy { try agreeInOrder(parts($0), parts($1)) }
    case (.matrix(let rows), .sequence(let open, let others, let close))
    where plain(open) == "(" && plain(close) == ")":
      guard rows.count == 1 || rows[0].count == 1 else { return false }
      return try agreeInOrder(parts(rows.flatMap(\.self)), others)
    // [[1, 2], [3, 4]]
    case (.matrix(let rows), .sequence("[", let others, "]")):
      let cells = others.compactMap { row -> [AnswerMeaning]? in
        if case .sequence("[", let cells, "]") = row.form { cells } else { nil }
      }
      return try rows.count == cells.count && rows.count == others.count
        && zip(rows, cells).allSatisfy { try agreeInOrder(parts($0), $1) }
    case (.sequence, .matrix): return try agree(other, own)
    case (.collection(let parts), .collection(let others)):
      if try agreeInAnyOrder(parts, others) { return true }
    case (.sequence("(", let parts, ")"), .collection(let others)):
      // (1, 2) as x = 1, y = 2.
      let values = others.compactMap(\.namedValue)
      if values.count == others.count, try agreeInOrder(parts, values) { return true }
    case (.collection, .sequence("(", _, ")")): return try agree(other, own)
    case (.combination(let sign, let parts), .combination(let otherSign, let others)):
      if sign == otherSign, sign != "∖", try agreeInAnyOrder(parts, others) { return true }
    default: break
    }
    // What is a set on either side is compared by its numbers.
    guard isSet(own) || isSet(other), let left = RealSet(Self(form: own)),
      let right = RealSet(Self(form: other))
    else { return false }
    return left.agrees(with: right)
  }

  private static func isSet(_ form: Form) -> Bool {
    switch form {
    case .combination, .formula(.symbol(Formula.realNumbers)): true
    case .relation(_, let signs): signs != ["="] && signs != ["≈"]
    case .collection(let parts): parts.isEmpty || parts.contains { isSet($0.form) }
    default: false
    }
  }

  private static func plain(_ bracket: Character) -> Character {
    ["⟨": "(", "⟩": ")"][bracket] ?? bracket
  }

  private static func parts(_ formulas: [Formula]) -> [AnswerMeaning] {
    formulas.map { AnswerMeaning(form: .formula($0)) }
  }

  // MARK: Formulas

  /// Whether both formulas have the same values wherever they are tried.
  private static func agree(_ left: Formula, _ right: Formula) throws -> Bool {
    let trials = left.symbols.isEmpty && right.symbols.isEmpty ? 1 : Formula.trials
    var compared = 0
    for trial in 0..<trials {
      let values = try [left, right].map { try value(of: $0, in: trial) }
      switch (values[0], values[1]) {
      case (.success(let own)?, .success(let other)?):
        switch own.likeness(to: other) {
        case .same: compared += 1
        case .different: return false
        case .unknown: continue
        }
      case (.success?, .failure?), (.failure?, .success?):
        // Their domains differ.
        return false
      default: continue
      }
    }
    guard compared > 0 else { throw Incomparable() }
    return true
  }

  /// The value of `formula`, or that it has none; nil where it is too large to tell.
  private static func value(
    of formula: Formula, in trial: Int
  ) throws -> Result<AnswerValue, AnswerValue.Failure>? {
    do {
      return .success(try formula.value(in: trial))
    } catch AnswerValue.Failure.undefined {
      return .failure(.undefined)
    } catch AnswerValue.Failure.tooLarge {
      return nil
    }
  }

  // MARK: Lists

  static func agreeInOrder(
    _ parts: [AnswerMeaning], _ others: [AnswerMeaning]
  ) throws -> Bool {
    try parts.count == others.count && zip(parts, others).allSatisfy { try $0.agrees(with: $1) }
  }

  private static func agreeInAnyOrder(
    _ parts: [AnswerMeaning], _ others: [AnswerMeaning]
  ) throws -> Bool {
    guard parts.count == others.count else { return false }
    // Dots stand for what is between: then the order counts.
    let hasDots = parts.contains { part in
      if case .formula(.symbol("\\dots")) = part.form { true } else { false }
    }
    guard parts.count <= longestList, !hasDots else { return try agreeInOrder(parts, others) }
    var rest = others
    for part in parts {
      guard let match = try rest.firstIndex(where: { try part.agrees(with: $0) }) else {
        return false
      }
      rest.remove(at: match)
    }
    return true
  }

  /// Whether a number behind a colon may tell minutes.
  private static func mayBeMinutes(_ value: AnswerValue) -> Bool { (value.integer ?? 0) >= 10 }

  private static func mayBeMinutes(_ formula: Formula) -> Bool {
    (try? formula.value(in: 0)).map { mayBeMinutes($0) } ?? false
  }

  /// 2 : 4 is 1 : 2; but two digits behind the colon may tell the time, and are compared alone.
  private static func agreeAsRatios(
    _ parts: [AnswerMeaning], _ others: [AnswerMeaning]
  ) throws -> Bool {
    if try agreeInOrder(parts, others) { return true }
    func numbers(_ parts: [AnswerMeaning]) -> [AnswerValue]? {
      let values = parts.compactMap { part -> AnswerValue? in
        guard case .formula(let formula) = part.form else { return nil }
        return try? formula.value(in: 0)
      }
      return values.count == parts.count && parts.count == others.count ? values : nil
    }
    guard let left = numbers(parts), let right = numbers(others), left.count > 1 else {
      return false
    }
    let mayBeTimes = [left, right].contains { $0.count == 2 && mayBeMinutes($0[1]) }
    guard !mayBeTimes else { return false }
    return try zip(left, right).allSatisfy {
      try ($0 * right[0]).agrees(with: $1 * left[0])
    }
  }
}
