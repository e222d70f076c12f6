import Reasoning

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

  private enum FieldOfDataSets: String, CodingKey {
    case problem, question, answer, solution, family, subject, type
  }

  /// Reads a problem of one of the field's data sets.
  ///
  /// The text stands in `problem` (MATH, AIME) or `question` (GSM8K); the answer in `answer`, a
  /// text or a bare number, from GSM8K's solutions what follows their last `####`; or, as in MATH,
  /// in the `\boxed{…}` of `solution`. The kind is `family`, `subject` or `type`.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: FieldOfDataSets.self)
    problem =
      try fields.decodeIfPresent(String.self, forKey: .problem)
      ?? fields.decode(String.self, forKey: .question)
    answer = try Self.answer(in: fields)
    family =
      try fields.decodeIfPresent(String.self, forKey: .family)
      ?? fields.decodeIfPresent(String.self, forKey: .subject)
      ?? fields.decodeIfPresent(String.self, forKey: .type)
    for (key, text) in [(FieldOfDataSets.problem, problem), (.answer, answer)]
    where text.allSatisfy(\.isWhitespace) {
      throw DecodingError.dataCorruptedError(
        forKey: key, in: fields, debugDescription: "the field is empty")
    }
  }

  private static func answer(in fields: KeyedDecodingContainer<FieldOfDataSets>) throws -> String {
    guard fields.contains(.answer) else {
      let solution = try fields.decode(String.self, forKey: .solution)
      guard let boxed = BoxedAnswer.last(in: solution) else {
        throw DecodingError.dataCorruptedError(
          forKey: .solution, in: fields, debugDescription: "there is no \\boxed{…} in it")
      }
      return boxed
    }
    if let number = try? fields.decode(Int.self, forKey: .answer) { return "\(number)" }
    if let number = try? fields.decode(Double.self, forKey: .answer) { return "\(number)" }
    let text = try fields.decode(String.self, forKey: .answer)
    guard let mark = text.ranges(of: "####").last else { return text }
    return String(text[mark.upperBound...].drop(while: \.isWhitespace))
  }
}
