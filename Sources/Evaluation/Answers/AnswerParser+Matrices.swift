/// Matrices of formulas, and what answers do with them.
extension AnswerParser {
  private typealias Matrix = [[Formula]]

  /// Each factor multiplies the length of the entries, so more are not read.
  private static let mostFactors = 4

  /// Sums and products of matrices, a determinant, or an environment of rows; nil, with nothing
  /// read, where the next item has no environment.
  mutating func matrices() throws -> AnswerMeaning.Form? {
    guard isBeforeEnvironment else { return nil }
    if case .begin(let name) = next, !name.hasSuffix("matrix"), name != "array" {
      position += 1
      return try rows()
    }
    var (total, isNumber) = try matrixTerm(isNegative: skip(.sign("-")))
    while next == .sign("+") || next == .sign("-") {
      let (term, termIsNumber) = try matrixTerm(isNegative: next == .sign("-"), afterSign: true)
      guard term.count == total.count, term[0].count == total[0].count, isNumber == termIsNumber
      else { throw Unreadable() }
      total = zip(total, term).map { zip($0, $1).map { .sum([$0, $1]) } }
      isNumber = termIsNumber
    }
    return isNumber ? .formula(total[0][0]) : .matrix(total)
  }

  /// Whether an environment begins before this item ends, and all before it can be a factor of it.
  private var isBeforeEnvironment: Bool {
    for token in tokens[position...] {
      switch token {
      case .begin: return true
      case .number, .symbol, .command, .open, .close, .sign("-"), .sign("/"), .sign("*"),
        .sign("|"):
        continue
      default: return false
      }
    }
    return false
  }

  private mutating func matrixTerm(
    isNegative: Bool, afterSign: Bool = false
  ) throws -> (Matrix, isNumber: Bool) {
    if afterSign { position += 1 }
    var scalar: [Formula] = isNegative ? [.number(AnswerValue(-1))] : []
    var matrix: Matrix?
    var factors = 0
    while true {
      if opensMatrix {
        factors += 1
        guard factors <= Self.mostFactors else { throw Unreadable() }
        let (next, determinant) = try bracketedMatrix()
        if let determinant {
          scalar.append(determinant)
        } else {
          matrix = try matrix.map { try Self.product($0, next) } ?? next
        }
      } else if skip(.sign("*")) {
        continue
      } else if matrix == nil, next != nil, next != .sign("+"), next != .sign("-"), isFactorNext {
        scalar.append(try nestedFactor())
      } else {
        break
      }
    }
    guard let matrix else {
      guard !scalar.isEmpty else { throw Unreadable() }
      return ([[.product(scalar)]], true)
    }
    guard !scalar.isEmpty else { return (matrix, false) }
    return (matrix.map { $0.map { .product(scalar + [$0]) } }, false)
  }

  private var isFactorNext: Bool {
    if case .number = next { true } else { beginsFactor }
  }

  private mutating func nestedFactor() throws -> Formula {
    if case .number(let digits) = next {
      position += 1
      let number = Formula.number(try AnswerValue(decimal: digits))
      guard skip(.sign("/")), case .number(let below) = next else { return number }
      position += 1
      return .quotient(number, .number(try AnswerValue(decimal: below)))
    }
    return try argument()
  }

  private var opensMatrix: Bool {
    if case .begin = next { return true }
    guard case .begin = token(1) else { return false }
    return [.open("("), .open("["), .open("|"), .sign("|")].contains(next)
  }

  private mutating func bracketedMatrix() throws -> (Matrix, determinant: Formula?) {
    var isDeterminant = false
    var isBracketed = false
    if case .begin = next {
    } else {
      isDeterminant = next == .open("|") || next == .sign("|")
      isBracketed = true
      position += 1
    }
    guard case .begin(let name) = next else { throw Unreadable() }
    position += 1
    isDeterminant = isDeterminant || name == "vmatrix"
    var matrix = try nested { try $0.matrixRows() }
    if isBracketed {
      guard next == .close(")") || next == .close("]") || next == .close("|") || next == .sign("|")
      else { throw Unreadable() }
      position += 1
    }
    if token(0) == .sign("^"), isTransposed {
      position += token(1) == .open("{") ? 4 : 2
      matrix = matrix[0].indices.map { column in matrix.map { $0[column] } }
    }
    return (matrix, isDeterminant ? try Self.determinant(matrix) : nil)
  }

  private var isTransposed: Bool {
    let isT = { (token: Token?) in
      token == .symbol("T") || token == .symbol("\\top") || token == .symbol("t")
    }
    return isT(token(1)) || token(1) == .open("{") && isT(token(2)) && token(3) == .close("}")
  }

  private mutating func matrixRows() throws -> Matrix {
    var rows: Matrix = [[]]
    repeat {
      if next == .end { break }
      if !rows[rows.count - 1].isEmpty { rows.append([]) }
      repeat {
        rows[rows.count - 1].append(try sum())
      } while skip(.sign("&"))
    } while skip(.row)
    try require(.end)
    guard let first = rows.first, !first.isEmpty, rows.allSatisfy({ $0.count == first.count })
    else {
      throw Unreadable()
    }
    return rows
  }

  private static func product(_ a: Matrix, _ b: Matrix) throws -> Matrix {
    guard a[0].count == b.count, a.count * b.count * b[0].count <= 1000 else { throw Unreadable() }
    return a.map { row in
      b[0].indices.map { column in
        Formula.sum(zip(row, b).map { .product([$0, $1[column]]) }).computed
      }
    }
  }

  /// By the first row; larger ones than 4 × 4 are no answers.
  private static func determinant(_ matrix: Matrix) throws -> Formula {
    guard matrix.count == matrix[0].count, matrix.count <= 4 else { throw Unreadable() }
    guard matrix.count > 1 else { return matrix[0][0] }
    return .sum(
      try matrix[0].indices.map { column in
        let minor = matrix.dropFirst().map { row in
          row.indices.filter { $0 != column }.map { row[$0] }
        }
        let term = Formula.product([matrix[0][column], try determinant(minor)])
        return column % 2 == 0 ? term : .negative(term)
      })
  }

  /// The rows of `cases` or `aligned`, each an answer of its own.
  private mutating func rows() throws -> AnswerMeaning.Form {
    var parts: [AnswerMeaning] = []
    repeat {
      if next == .end { break }
      var row = try nested { try $0.items(ordered: false) }
      if skip(.sign("&")) {
        // The condition of a case.
        _ = skip(.word("if")) || skip(.word("for")) || skip(.word("when"))
        let condition = try nested { try $0.items(ordered: false) }
        row = [AnswerMeaning(form: .sequence(open: "&", row + condition, close: "&"))]
      }
      parts += row
      _ = skip(.sign(","))
    } while skip(.row)
    try require(.end)
    return .collection(parts)
  }
}
