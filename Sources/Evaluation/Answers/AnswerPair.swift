import Foundation

/// A given answer and the one that is expected, to be graded without a model.
public struct AnswerPair: Sendable, Equatable {
  /// The line or element of the file, from 1.
  public var place: Int
  /// The answer to be graded.
  public var given: String
  /// The right answer.
  public var expected: String

  /// The pairs of a file, and a sentence for each place that holds none.
  ///
  /// Tab-separated values have the given answer first and the expected second; so have
  /// comma-separated values, unless a head names them `given` and `expected`. JSON Lines have these
  /// fields, or `prediction` or `response`, and `answer`, `gold` or `target`.
  public static func pairs(in content: Data) -> (pairs: [AnswerPair], flaws: [String]) {
    let text = String(decoding: content, as: UTF8.self)
    let plain = text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
    let lines = plain.split(omittingEmptySubsequences: false, whereSeparator: \.endsLine)
    guard let first = lines.first(where: { !$0.allSatisfy(\.isWhitespace) }) else {
      return ([], [])
    }
    if first.first(where: { !$0.isWhitespace }) == "{",
      (try? JSONField.read(Data(first.utf8))) != nil
    {
      return collected(lines.enumerated()) { try? JSONField.read(Data($0.utf8)) }
    }
    // Answers have commas and quotation marks; in a file of tabs they are themselves.
    let isTabbed = first.contains("\t")
    let rows =
      isTabbed
      ? lines.enumerated().map { index, line in
        SeparatedValues.Row(
          line: index + 1,
          fields: line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init))
      }.filter { $0.fields != [""] }
      : SeparatedValues.rows(in: plain, separator: ",")
    return collected(rows)
  }

  private static let givenNames = ["given", "prediction", "response", "pred", "output"]
  private static let expectedNames = ["expected", "answer", "gold", "target", "reference"]

  private static func collected(
    _ lines: some Sequence<(offset: Int, element: Substring)>, _ read: (Substring) -> JSONField?
  ) -> ([AnswerPair], [String]) {
    var (pairs, flaws): ([AnswerPair], [String]) = ([], [])
    for (index, line) in lines where !line.allSatisfy(\.isWhitespace) {
      let fields = read(line)?.fields ?? [:]
      let given = givenNames.lazy.compactMap { fields[$0]?.text }.first
      let expected = expectedNames.lazy.compactMap { fields[$0]?.text }.first
      guard let given, let expected else {
        flaws.append("line \(index + 1): there is no object with the fields given and expected.")
        continue
      }
      pairs.append(AnswerPair(place: index + 1, given: given, expected: expected))
    }
    return (pairs, flaws)
  }

  private static func collected(_ rows: [SeparatedValues.Row]) -> ([AnswerPair], [String]) {
    var (pairs, flaws): ([AnswerPair], [String]) = ([], [])
    var (given, expected) = (0, 1)
    var body = rows[...]
    let head = rows.first?.fields.map { $0.lowercased() } ?? []
    if let own = head.firstIndex(where: givenNames.contains),
      let other = head.firstIndex(where: expectedNames.contains)
    {
      (given, expected) = (own, other)
      body = body.dropFirst()
    }
    for row in body {
      guard row.fields.indices.contains(max(given, expected)) else {
        flaws.append("line \(row.line): there are not two answers in it.")
        continue
      }
      pairs.append(
        AnswerPair(place: row.line, given: row.fields[given], expected: row.fields[expected]))
    }
    return (pairs, flaws)
  }
}
