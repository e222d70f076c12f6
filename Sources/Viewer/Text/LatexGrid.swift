/// Formulas of several rows: equations below each other, matrices, cases.
///
/// On one line nothing could say what they say, and so they are drawn as they are printed: in rows and
/// columns, within tall brackets.
enum LatexGrid {
  /// A rectangle of text.
  struct Box {
    /// All equally wide.
    var rows: [String]
    /// The row that stands on the line with what is beside the box.
    var baseline: Int { (rows.count - 1) / 2 }
    var width: Int { rows.first.map { DisplayText($0).width } ?? 0 }

    /// Row `index` counted from the baseline; blank where there is none.
    func row(_ index: Int) -> String {
      rows.indices.contains(baseline + index)
        ? rows[baseline + index] : String(repeating: " ", count: width)
    }
  }

  /// What an environment makes of its rows.
  enum Kind {
    /// Equations, aligned at every other `&`.
    case equations
    case matrix(left: Character?, right: Character?)
    case cases
  }

  private static let kinds: [String: Kind] = {
    var kinds: [String: Kind] = [
      "matrix": .matrix(left: nil, right: nil), "smallmatrix": .matrix(left: nil, right: nil),
      "array": .matrix(left: nil, right: nil), "pmatrix": .matrix(left: "(", right: ")"),
      "bmatrix": .matrix(left: "[", right: "]"), "Bmatrix": .matrix(left: "{", right: "}"),
      "vmatrix": .matrix(left: "|", right: "|"), "Vmatrix": .matrix(left: "‖", right: "‖"),
      "cases": .cases, "dcases": .cases,
    ]
    for name in ["align", "gather", "equation", "multline"] {
      kinds[name] = .equations
      kinds[name + "*"] = .equations
    }
    for name in ["aligned", "gathered", "split"] { kinds[name] = .equations }
    return kinds
  }()

  /// More rows or columns than these, deeper nesting, or wider rows are no formula to be read.
  private static let cellLimit = 40
  private static let depthLimit = 3
  private static let widthLimit = 400

  /// The rows of `formula`; nil where something in it is not known.
  static func rows(of formula: Substring) -> [String]? {
    grid(of: formula, .equations, depth: 0)?.rows.map { row in
      var row = row[...]
      while row.last == " " { row.removeLast() }
      return String(row)
    }
  }

  private static let begin = "\\begin{"
  private static let end = "\\end{"

  /// The name of the environment that `text` opens, if it is one of those that are known.
  static func environmentName(at text: Substring) -> String? {
    guard text.hasPrefix(begin) else { return nil }
    let name = text.dropFirst(begin.count).prefix { $0 != "}" && $0 != " " }
    return kinds[String(name)].map { _ in String(name) }
  }

  // MARK: Reading

  /// The environment that `text` begins with: its kind, what is in it, and where it ends.
  private static func environment(
    at text: Substring
  ) -> (kind: Kind, body: Substring, end: Substring.Index)? {
    guard let name = environmentName(at: text), let kind = kinds[name] else { return nil }
    var body = text.dropFirst(begin.count + name.count + 1)
    // The columns of an array are told before it.
    if name == "array", body.first == "{", let columns = body.firstIndex(of: "}") {
      body = body[body.index(after: columns)...]
    }
    var open = 1
    var rest = body
    while let place = rest.firstIndex(of: "\\") {
      rest = rest[place...]
      if rest.hasPrefix(begin) { open += 1 }
      if rest.hasPrefix(end) { open -= 1 }
      guard open > 0 else {
        let close = end + name + "}"
        guard rest.hasPrefix(close) else { return nil }
        return (kind, body[..<place], rest.index(place, offsetBy: close.count))
      }
      // A backslash may stand before another one.
      rest = rest.dropFirst(2)
    }
    return nil
  }

  /// The cells of `text` by rows: `\\` ends a row, `&` a cell, but not within braces or environments.
  private static func cells(of text: Substring) -> [[Substring]]? {
    var rows: [[Substring]] = [[]]
    var start = text.startIndex
    var (braces, environments) = (0, 0)
    var rest = text
    while let character = rest.first {
      let isOutside = braces == 0 && environments == 0
      let place = rest.startIndex
      rest = rest.dropFirst(character == "\\" ? 2 : 1)
      switch character {
      case "\\" where text[place...].hasPrefix("\\\\") && isOutside:
        rows[rows.count - 1].append(text[start..<place])
        rows.append([])
        rest = withoutSpacing(rest)
        start = rest.startIndex
      case "\\" where text[place...].hasPrefix(begin): environments += 1
      case "\\" where text[place...].hasPrefix(end): environments -= 1
      case "{": braces += 1
      case "}": braces -= 1
      case "&" where isOutside:
        rows[rows.count - 1].append(text[start..<place])
        start = rest.startIndex
      default: break
      }
      guard braces >= 0, environments >= 0 else { return nil }
    }
    rows[rows.count - 1].append(text[start...])
    guard braces == 0, environments == 0 else { return nil }
    // A break after the last row begins no other.
    if rows.count > 1, let last = rows.last, last.count == 1, last[0].allSatisfy(\.isWhitespace) {
      rows.removeLast()
    }
    guard rows.count <= cellLimit, rows.allSatisfy({ $0.count <= cellLimit }) else { return nil }
    return rows
  }

  /// `text` after a break of rows, without the distance that may be given there, as in `\\[2pt]`.
  private static func withoutSpacing(_ text: Substring) -> Substring {
    let rest = text.first == "*" ? text.dropFirst() : text
    guard rest.first == "[", let end = rest.firstIndex(of: "]") else { return rest }
    let distance = rest[rest.index(after: rest.startIndex)..<end]
    guard distance.first?.isNumber == true, distance.last?.isLetter == true else { return rest }
    return rest[rest.index(after: end)...]
  }

  /// Formulas and environments beside each other.
  private static func box(of cell: Substring, depth: Int) -> Box? {
    var boxes: [(box: Box, isJoined: Bool)] = []
    func add(_ text: Substring) -> Bool {
      let text = text.trimmed
      guard let first = text.first else { return true }
      var reader = LatexReader(text[...])
      guard let formula = reader.all() else { return false }
      boxes.append((Box(rows: [formula]), "^_,.;:)]'".contains(first)))
      return true
    }
    var rest = cell
    while let place = rest.firstRange(of: begin)?.lowerBound {
      guard depth < depthLimit, let environment = environment(at: rest[place...]),
        var box = grid(of: environment.body, environment.kind, depth: depth + 1)
      else { return nil }
      var (before, after) = (rest[..<place], rest[environment.end...])
      // Brackets that are to be as tall as what stands between them.
      if let left = before.ranges(of: "\\left").last?.lowerBound,
        let opening = delimiter(at: before[left...], after: "\\left"),
        opening.rest.allSatisfy(\.isWhitespace),
        let closing = delimiter(at: after.drop(while: \.isWhitespace), after: "\\right")
      {
        box = fenced(box.rows, opening.sign, closing.sign)
        (before, after) = (before[..<left], closing.rest)
      }
      guard add(before) else { return nil }
      boxes.append((box, false))
      rest = after
    }
    guard add(rest) else { return nil }
    return beside(boxes)
  }

  /// The bracket that `text` has after `command`, nil for the one that is not drawn, and what follows it.
  private static func delimiter(
    at text: Substring, after command: String
  ) -> (sign: Character?, rest: Substring)? {
    guard text.hasPrefix(command) else { return nil }
    let rest = text.dropFirst(command.count).drop(while: \.isWhitespace)
    if rest.first == "\\" {
      guard let sign = rest.dropFirst().first, "{}|".contains(sign) else { return nil }
      return (sign == "|" ? "‖" : sign, rest.dropFirst(2))
    }
    guard let sign = rest.first, "()[]|.".contains(sign) else { return nil }
    return (sign == "." ? nil : sign, rest.dropFirst())
  }

  /// The rows and cells of `text`, drawn as `kind` has them.
  private static func grid(of text: Substring, _ kind: Kind, depth: Int) -> Box? {
    guard let cells = cells(of: text) else { return nil }
    var boxes: [[Box]] = []
    for row in cells {
      let read = row.compactMap { box(of: $0, depth: depth) }
      guard read.count == row.count else { return nil }
      boxes.append(read)
    }
    let rows = aligned(boxes, kind)
    guard rows.allSatisfy({ DisplayText($0).width <= widthLimit }) else { return nil }
    switch kind {
    case .equations: return Box(rows: rows)
    case .cases: return fenced(rows, "{", nil)
    case .matrix(let left, let right): return fenced(rows, left, right)
    }
  }
}
