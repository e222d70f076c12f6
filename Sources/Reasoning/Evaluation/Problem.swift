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

  /// Reads an answer that is a string, or a bare integer as some data sets have it.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    problem = try fields.decode(String.self, forKey: .problem)
    family = try fields.decodeIfPresent(String.self, forKey: .family)
    if let number = try? fields.decode(Int.self, forKey: .answer) {
      answer = "\(number)"
    } else {
      answer = try fields.decode(String.self, forKey: .answer)
    }
  }
}
