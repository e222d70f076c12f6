import Traces

/// A problem with a known answer.
public struct Problem: Encodable, Sendable, Equatable {
  /// The text of the problem, with its choices where there are any.
  public var problem: String
  /// The right answer as the data set writes it; of a choice, its letter and text: `(B) 12`.
  public var answer: String
  /// The kind of problem; nil when the data set has no kinds.
  public var family: String?

  /// A problem with its right answer and kind.
  public init(problem: String, answer: String, family: String? = nil) {
    self.problem = problem
    self.answer = answer
    self.family = family
  }

  /// Why fields hold no problem.
  struct Flaw: Error {
    /// What is wrong, as the end of a sentence.
    var reason: String
  }

  /// Reads a problem in the format of one of the usual data sets; the case of names does not count.
  ///
  /// The text is in `problem` (MATH, AIME) or `question` (GSM8K), or another of ``textNames``; a `body`
  /// (SVAMP) stands before it. The answer is in `answer`, a text
  /// or a number (in GSM8K's solutions, what follows the last `####`), or in the `\boxed{…}` of
  /// `solution` (MATH). Choices are in `choices` or `options` (MMLU, ARC), in fields `a`, `b`, … or
  /// `option_a`, or in `correct answer` and `incorrect answer 1` (GPQA) or `distractor1` (SciQ). The
  /// kind is in `family`, `subject` or `type`. A field that is null is as if it were absent.
  init(_ element: JSONField) throws {
    guard var fields = element.fields else { throw Flaw(reason: "this is not a JSON object.") }
    if let row = fields["row"]?.fields { fields = row }
    // ARC's own files have the text and the choices in one object.
    if let inner = fields["question"]?.fields, let stem = inner["stem"] {
      fields["question"] = stem
      fields["choices"] = fields["choices"] ?? inner["choices"]
    }
    fields = fields.filter { !$0.value.isNull }
    let (name, asked) = try Self.text(of: Self.textNames, in: fields)
    guard !asked.allSatisfy(\.isWhitespace) else {
      throw Flaw(reason: "in the field \"\(name)\" there is no text.")
    }
    let text = [fields["body"]?.text, asked].compactMap(\.self).joined(separator: " ")
    family =
      ["family", "subject", "type", "category"].lazy.compactMap { name in
        if case .text(let text) = fields[name], !text.isEmpty { text } else { nil }
      }.first
    if let choices = try Choices(fields, question: text) {
      problem = text + "\n\n" + choices.listed
      answer = choices.answer
    } else {
      problem = text
      answer = try Self.answer(in: fields)
    }
  }

  /// The fields that have the text of a problem, in the order in which they count.
  static let textNames = ["problem", "question", "question_stem", "prompt", "query", "input"]

  private static let answerNames = [
    "answer", "final_answer", "expected_answer", "final answer", "target", "answer_key",
    "answerkey", "correct_answer", "correct answer", "gold",
  ]

  private static func answer(in fields: [String: JSONField]) throws -> String {
    guard answerNames.contains(where: { fields[$0] != nil }) else {
      guard fields["solution"] != nil else {
        throw Flaw(
          reason: "there is neither a field \"answer\" nor a field \"solution\"; "
            + "a problem has problem or question, and answer.")
      }
      let (_, solution) = try text(of: ["solution"], in: fields)
      guard let boxed = BoxedAnswer.last(in: solution) ?? solution.afterLastMark else {
        throw Flaw(reason: "in the field \"solution\" there is no \\boxed{…}.")
      }
      return boxed
    }
    let (name, text) = try text(of: answerNames, in: fields)
    let answer = text.afterLastMark ?? BoxedAnswer.last(in: text) ?? text
    guard !answer.allSatisfy(\.isWhitespace) else {
      throw Flaw(reason: "in the field \"\(name)\" there is no text.")
    }
    return answer
  }

  /// The first of `names` that is there, and its text.
  static func text(
    of names: [String], in fields: [String: JSONField]
  ) throws -> (name: String, text: String) {
    guard let name = names.first(where: { fields[$0] != nil }), let field = fields[name] else {
      throw Flaw(
        reason: "there is no field \"\(names[0])\"; a problem has problem or question, and answer.")
    }
    guard let text = field.text else {
      let count = field.elements?.count
      throw Flaw(
        reason: "the field \"\(name)\" is "
          + (count.map { "a list of \($0) where one value is expected." } ?? "no text."))
    }
    return (name, text)
  }

  /// The texts to choose from, and the right one.
  private struct Choices {
    let texts: [String]
    let right: Int

    /// The choices in `fields`; nil where there are none.
    init?(_ fields: [String: JSONField], question: String) throws {
      if let (_, right) = try? Problem.text(of: ["correct answer", "correct_answer"], in: fields) {
        let wrong =
          (1...9).compactMap { number in
            ["incorrect answer \(number)", "incorrect_answer_\(number)", "distractor\(number)"]
              .lazy.compactMap { fields[$0]?.text }.first
          } + (fields["incorrect_answers"]?.elements ?? []).compactMap(\.text)
        guard !wrong.isEmpty else { return nil }
        // The right one may stand anywhere, and always at the same place.
        let place = { (text: String) in StableHash.of("\(question)\u{0}\(text)") }
        texts = ([right] + wrong).sorted { place($0) < place($1) }
        self.right = texts.firstIndex(of: right) ?? 0
        return
      }
      guard let texts = Self.texts(in: fields), texts.count > 1, texts.count <= 26 else {
        return nil
      }
      self.texts = texts
      let labels = Self.labels(in: fields)
      let names = Problem.answerNames + ["correct", "label", "answer_index", "answer_idx", "cop"]
      let (name, answer) = try Problem.text(of: names, in: fields)
      if let place = labels.count == texts.count
        ? labels.firstIndex(of: Self.plain(answer)) : nil
      {
        right = place
      } else if let place = Self.place(
        of: answer, isNumber: fields[name]?.isNumber == true, in: texts)
      {
        right = place
      } else if fields["choices"] == nil, fields["options"] == nil {
        // Fields that happen to be called a and b.
        return nil
      } else {
        throw Flaw(reason: "the field \"\(name)\" names none of the choices.")
      }
    }

    /// Where the choice stands that `answer` names: by a letter, by its text, or by a number from 0,
    /// which goes before the text where it is not written as one.
    private static func place(of answer: String, isNumber: Bool, in texts: [String]) -> Int? {
      let plain = plain(answer)
      let index = Int(plain).flatMap { texts.indices.contains($0) ? $0 : nil }
      if isNumber, let index { return index }
      let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ".prefix(texts.count).map(String.init)
      return letters.firstIndex(of: plain) ?? texts.firstIndex(of: answer) ?? index
    }

    /// A letter or a number without brackets and points, in upper case.
    private static func plain(_ name: String) -> String {
      name.filter { !" ()[].:".contains($0) }.uppercased()
    }

    /// What the set itself calls its choices, in ARC letters or numbers from 1; empty where it does
    /// not.
    private static func labels(in fields: [String: JSONField]) -> [String] {
      let choices = fields["choices"] ?? fields["options"]
      let labels =
        choices?.fields?["label"]?.elements
        ?? choices?.elements?.compactMap { $0.fields?["label"] }
      return labels?.compactMap(\.text).map(plain) ?? []
    }

    private static func texts(in fields: [String: JSONField]) -> [String]? {
      let choices = fields["choices"] ?? fields["options"]
      // ARC has the texts beside their labels, others by letter.
      let byLetter = { (fields: [String: JSONField]) in
        "abcdefghijklmnopqrstuvwxyz".map { letter in
          ["\(letter)", "option_\(letter)", "option \(letter)", "op\(letter)"].lazy
            .compactMap { fields[$0]?.text }.first
        }.prefix { $0 != nil }.compactMap(\.self)
      }
      if let object = choices?.fields {
        return object["text"]?.elements?.compactMap(\.text) ?? byLetter(object)
      }
      guard let list = choices?.elements else {
        let texts = byLetter(fields)
        return texts.count > 1 ? texts : nil
      }
      let texts = list.compactMap { $0.text ?? $0.fields?["text"]?.text }
      guard texts.count == list.count else { return nil }
      // AQuA writes the letter before each.
      let areLettered = texts.enumerated().allSatisfy { index, text in
        text.wholeMatch(of: /\(?([A-Z])[).:].*/.dotMatchesNewlines())
          .map { $0.1.utf8.first == UInt8(65 + index) } ?? false
      }
      return areLettered
        ? texts.map { $0.replacing(/^\(?[A-Z][).:]\s*/, with: "") } : texts
    }

    private static func letter(_ index: Int) -> String {
      String(UnicodeScalar(UInt8(65 + index)))
    }

    /// The choices, one a line, each with its letter.
    var listed: String {
      texts.enumerated().map { "(\(Self.letter($0))) \($1)" }.joined(separator: "\n")
    }

    var answer: String { "(\(Self.letter(right))) \(texts[right])" }
  }
}

extension String {
  /// What follows the last `####`; nil without one.
  fileprivate var afterLastMark: String? {
    guard let mark = ranges(of: "####").last else { return nil }
    return String(self[mark.upperBound...].drop(while: \.isWhitespace))
  }
}
