import Reasoning
import Traces

/// A problem with a known answer.
public struct Problem: Codable, Sendable, Equatable {
  /// The text of the problem.
  public var problem: String
  /// The right answer as the data set writes it.
  public var answer: String
  /// The kind of problem; nil when the data set has no kinds.
  public var family: String?

  /// A problem with its right answer and kind.
  public init(problem: String, answer: String, family: String? = nil) {
    self.problem = problem
    self.answer = answer
    self.family = family
  }

  private enum FieldOfDataSets: String, CodingKey {
    case problem, question, answer, solution, family, subject, type
  }

  /// Reads a problem in the format of one of the usual data sets.
  ///
  /// The text is in `problem` (MATH, AIME) or `question` (GSM8K). The answer is in `answer`, a text
  /// or a number (in GSM8K's solutions, what follows the last `####`), or in the `\boxed{…}` of
  /// `solution` (MATH). The kind is in `family`, `subject` or `type`.
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
