/// The share of problems of which at least one of `k` solutions is right.
public struct PassAt: Codable, Sendable, Equatable {
  /// The number of solutions.
  public var k: Int
  /// The share of problems, 0 to 1.
  public var share: Double

  /// The unbiased estimate, 1 − C(n−c, k) / C(n, k) averaged over problems, from `n` solutions of each
  /// of which `c` are right (Chen et al. 2021, arXiv 2107.03374).
  ///
  /// - Parameter problems: For each problem its solutions and the right ones among them.
  /// - Returns: Nil where a problem has fewer than `k` solutions, or there is no problem.
  public init?(_ k: Int, of problems: [(solutions: Int, right: Int)]) {
    guard k > 0, !problems.isEmpty, problems.allSatisfy({ $0.solutions >= k }) else { return nil }
    let failures = problems.map { solutions, right in
      guard solutions - right >= k else { return 0.0 }
      return stride(from: solutions - right + 1, through: solutions, by: 1).reduce(1.0) {
        $0 * (1 - Double(k) / Double($1))
      }
    }
    self.k = k
    share = 1 - failures.reduce(0, +) / Double(problems.count)
  }
}
