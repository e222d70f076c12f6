/// A problem with a known answer.
public struct Problem: Codable, Sendable, Equatable {
  /// The text that is asked.
  public var problem: String
  /// The right answer, as its author wrote it.
  public var answer: String
  /// The kind of problem; nil where the set has no kinds.
  public var family: String?

  /// A problem, its right answer and its kind.
  public init(problem: String, answer: String, family: String? = nil) {
    self.problem = problem
    self.answer = answer
    self.family = family
  }
}
