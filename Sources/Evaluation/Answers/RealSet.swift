/// A set of real numbers: intervals between constants, in order and apart.
struct RealSet {
  /// The end of an interval.
  private struct End {
    /// Its value; infinite beyond all numbers.
    var value: Double
    /// The exact value; nil for an infinite end.
    var number: AnswerValue?
    /// Whether the end is part of the set.
    var isClosed: Bool

    func isAt(_ other: End) -> Bool {
      guard let number, let other = other.number else { return value == other.value }
      return number.agrees(with: other)
    }

    func isBelow(_ other: End) -> Bool { !isAt(other) && value < other.value }
  }

  private struct Interval {
    var lower: End
    var upper: End

    var isEmpty: Bool {
      lower.isAt(upper) ? !(lower.isClosed && upper.isClosed) : upper.isBelow(lower)
    }
  }

  private var intervals: [Interval]
  /// The unknown whose values these are; nil where none is named.
  private(set) var variable: String?

  private init(_ intervals: [Interval], variable: String? = nil) {
    self.variable = variable
    let sorted = intervals.filter { !$0.isEmpty }.sorted { a, b in
      a.lower.isBelow(b.lower) || a.lower.isAt(b.lower) && a.lower.isClosed && !b.lower.isClosed
    }
    self.intervals = []
    for interval in sorted {
      guard var last = self.intervals.last,
        interval.lower.isBelow(last.upper)
          || interval.lower.isAt(last.upper) && (interval.lower.isClosed || last.upper.isClosed)
      else {
        self.intervals.append(interval)
        continue
      }
      if last.upper.isBelow(interval.upper)
        || last.upper.isAt(interval.upper) && interval.upper.isClosed
      {
        last.upper = interval.upper
        self.intervals[self.intervals.count - 1] = last
      }
    }
  }

  /// Whether both have the same numbers, and not those of different unknowns.
  func agrees(with other: RealSet) -> Bool {
    if let variable, let other = other.variable, variable != other { return false }
    return intervals.count == other.intervals.count
      && zip(intervals, other.intervals).allSatisfy { own, others in
        own.lower.isAt(others.lower) && own.upper.isAt(others.upper)
          && own.lower.isClosed == others.lower.isClosed
          && own.upper.isClosed == others.upper.isClosed
      }
  }

  private static let all = RealSet([Interval(lower: infinite(-1), upper: infinite(1))])

  private static func infinite(_ sign: Double) -> End {
    End(value: sign * .infinity, number: nil, isClosed: false)
  }

  private var complement: RealSet {
    var gaps: [Interval] = []
    var lower = Self.infinite(-1)
    for interval in intervals {
      var (end, begin) = (interval.lower, interval.upper)
      end.isClosed = !end.isClosed && end.number != nil
      begin.isClosed = !begin.isClosed && begin.number != nil
      gaps.append(Interval(lower: lower, upper: end))
      lower = begin
    }
    if lower.value != .infinity { gaps.append(Interval(lower: lower, upper: Self.infinite(1))) }
    return RealSet(gaps, variable: variable)
  }

  private func union(_ other: RealSet) -> RealSet {
    RealSet(intervals + other.intervals, variable: variable ?? other.variable)
  }

  /// What is in both: outside of what is in neither's outside.
  private func intersection(_ other: RealSet) -> RealSet {
    complement.union(other.complement).complement
  }
}

extension RealSet {
  /// The set that `answer` describes; nil where it is none, or has unknowns in its ends.
  init?(_ answer: AnswerMeaning) {
    switch answer.form {
    case .sequence(let open, let parts, let close)
    where parts.count == 2 && "([".contains(open) && ")]".contains(close):
      guard let lower = Self.end(parts[0], isClosed: open == "["),
        let upper = Self.end(parts[1], isClosed: close == "]")
      else { return nil }
      self.init([Interval(lower: lower, upper: upper)])
    case .relation(let sides, let signs):
      self.init(sides, signs)
    case .combination(let sign, let parts):
      let sets = parts.compactMap { RealSet($0) }
      guard sets.count == parts.count, var set = sets.first else { return nil }
      guard Set(sets.compactMap(\.variable)).count <= 1 else { return nil }
      for next in sets.dropFirst() {
        switch sign {
        case "∪": set = set.union(next)
        case "∩": set = set.intersection(next)
        default: set = set.intersection(next.complement)
        }
      }
      self = set
    case .collection(let parts):
      let sets = parts.compactMap { RealSet($0) ?? RealSet(point: $0) }
      guard sets.count == parts.count, Set(sets.compactMap(\.variable)).count <= 1,
        sets.count <= 200
      else { return nil }
      self = RealSet(sets.flatMap(\.intervals), variable: sets.lazy.compactMap(\.variable).first)
    case .formula(.symbol(Formula.realNumbers)):
      self = .all
    default:
      guard let point = RealSet(point: answer) else { return nil }
      self = point
    }
  }

  private init?(point: AnswerMeaning) {
    guard let end = Self.end(point, isClosed: true), end.number != nil else { return nil }
    self.init([Interval(lower: end, upper: end)])
  }

  /// An unknown between constants.
  private init?(_ sides: [AnswerMeaning], _ signs: [Character]) {
    guard let place = sides.firstIndex(where: { Self.variable($0) != nil }) else { return nil }
    let variable = Self.variable(sides[place])
    if signs == ["∈"], place == 0, let set = RealSet(sides[1]) {
      self = set
      self.variable = variable
      return
    }
    var set = Self.all
    for (index, sign) in signs.enumerated() {
      guard index == place || index + 1 == place else { return nil }
      let isRight = index == place
      guard let end = Self.end(sides[isRight ? index + 1 : index], isClosed: "≤≥=".contains(sign))
      else { return nil }
      switch sign {
      case "<", "≤", ">", "≥":
        let isUpper = (sign == "<" || sign == "≤") == isRight
        let interval =
          isUpper
          ? Interval(lower: Self.infinite(-1), upper: end)
          : Interval(lower: end, upper: Self.infinite(1))
        set = set.intersection(RealSet([interval]))
      case "≠", "=":
        var point = end
        point.isClosed = true
        let only = RealSet([Interval(lower: point, upper: point)])
        set = set.intersection(sign == "=" ? only : only.complement)
      default: return nil
      }
    }
    self = set
    self.variable = variable
  }

  private static func variable(_ side: AnswerMeaning) -> String? {
    switch side.form {
    case .name(let name, .some(.symbol)): name
    case .formula(.symbol(let name)) where name != Formula.infinity && name != Formula.realNumbers:
      name
    default: nil
    }
  }

  private static func end(_ answer: AnswerMeaning, isClosed: Bool) -> End? {
    guard case .formula(let formula) = answer.form else { return nil }
    switch formula {
    case .symbol(Formula.infinity): return infinite(1)
    case .negative(.symbol(Formula.infinity)): return infinite(-1)
    default: break
    }
    guard formula.symbols.isEmpty, let number = try? formula.value(in: 0), let value = number.real,
      value.isFinite
    else { return nil }
    return End(value: value, number: number, isClosed: isClosed)
  }
}
