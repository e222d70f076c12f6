import Foundation

/// The problems in a data set's file: one JSON object per line, one JSON array of objects (also as
/// the field `data` of an object), or comma- or tab-separated values with a head.
public struct ProblemSet: Sendable, Equatable {
  /// A place in the file where no problem could be read.
  public struct Flaw: Error, Sendable, Equatable, CustomStringConvertible {
    /// The data set's name.
    public var file: String
    /// The line or array element, counted from 1; nil for the file as a whole.
    public var place: Int?
    /// Whether `place` counts elements of an array.
    public var isElement = false
    /// What is wrong.
    public var reason: String

    /// One sentence with file, place and reason.
    public var description: String {
      let place = place.map { ", \(isElement ? "element" : "line") \($0)" } ?? ""
      return "\(file)\(place): \(reason)"
    }
  }

  /// The problems in file order.
  public private(set) var problems: [Problem] = []
  /// The places that were skipped, in file order.
  public private(set) var flaws: [Flaw] = []

  private let name: String

  /// Reads a file's content.
  ///
  /// Lines and elements that hold no problem are skipped and listed in ``flaws``.
  ///
  /// - Parameters:
  ///   - content: The bytes of the file, in UTF-8.
  ///   - name: The file's name, for error messages.
  /// - Throws: The first flaw when there is no problem at all.
  public init(_ content: Data, name: String) throws(Flaw) {
    self.name = name
    let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let content = content.starts(with: byteOrderMark) ? Data(content.dropFirst(3)) : content
    switch content.first(where: { !Self.isWhitespace($0) }) {
    case UInt8(ascii: "["):
      guard let elements = (try? JSONField.read(content))?.elements else {
        throw Flaw(file: name, place: nil, reason: "the file begins as a JSON array and is none.")
      }
      take(elements)
    case UInt8(ascii: "{"):
      // One object may be all of a file: with a list in it, or a problem over several lines.
      let whole = try? JSONField.read(content)
      if let list = whole.flatMap(Self.list) {
        take(list)
      } else if let whole, Self.hasLines(content) {
        take([whole])
      } else {
        readLines(content)
      }
    default:
      readRows(content)
    }
    if problems.isEmpty {
      throw flaws.first ?? Flaw(file: name, place: nil, reason: "there is no problem in it.")
    }
  }

  /// The list of problems that an object has; nil for none.
  private static func list(in whole: JSONField) -> [JSONField]? {
    guard let fields = whole.fields, !Problem.textNames.contains(where: { fields[$0] != nil })
    else { return nil }
    let usual = ["data", "problems", "questions", "examples", "rows", "test"]
    return (usual + fields.keys.sorted()).lazy.compactMap { fields[$0]?.elements }
      .first { $0.first?.fields != nil }
  }

  /// Whether the text goes over several lines.
  private static func hasLines(_ content: Data) -> Bool {
    content.split(separator: UInt8(ascii: "\n")).count { !$0.allSatisfy(isWhitespace) } > 1
  }

  private mutating func take(_ elements: [JSONField]) {
    for (index, element) in elements.enumerated() {
      take(index + 1, isElement: true) { try Problem(element) }
    }
  }

  private mutating func take(
    _ place: Int, isElement: Bool = false, _ problem: () throws -> Problem
  ) {
    do {
      problems.append(try problem())
    } catch {
      let reason = (error as? Problem.Flaw)?.reason ?? "this is not a JSON object."
      flaws.append(Flaw(file: name, place: place, isElement: isElement, reason: reason))
    }
  }

  private mutating func readLines(_ content: Data) {
    var number = 0
    var start = content.startIndex
    while start < content.endIndex {
      number += 1
      let end =
        content[start...].firstIndex { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
        ?? content.endIndex
      let line = content[start..<end]
      if !line.allSatisfy(Self.isWhitespace) {
        take(number) { try Problem(JSONField.read(line)) }
      }
      start = end < content.endIndex ? end + 1 : end
      // A line may end with both.
      if end < content.endIndex, content[end] == UInt8(ascii: "\r"), start < content.endIndex,
        content[start] == UInt8(ascii: "\n")
      {
        start += 1
      }
    }
  }

  // MARK: Separated values

  private mutating func readRows(_ content: Data) {
    guard let text = String(data: content, encoding: .utf8) else {
      // Lines of JSON may follow one that is no text.
      return readLines(content)
    }
    let firstLine = String(text.prefix { !$0.endsLine })
    let rows = SeparatedValues.rows(in: text, separator: Self.separator(ofHead: firstLine))
    guard let first = rows.first else { return }
    var head = Self.names(in: first)
    var body = rows.dropFirst()
    if !head.contains(where: Problem.textNames.contains) {
      // MMLU's own files have no head.
      guard first.fields.count == 6, first.fields[5].wholeMatch(of: /[A-D]/) != nil else {
        return readLines(content)
      }
      head = ["question", "a", "b", "c", "d", "answer"]
      body = rows[...]
    }
    for row in body {
      take(row.line) {
        guard row.fields.count == head.count else {
          throw Problem.Flaw(
            reason: "there are \(row.fields.count) fields where the head has \(head.count).")
        }
        let fields = zip(head, row.fields).map { name, text in
          (name, text.isEmpty ? JSONField.null : .text(text))
        }
        return try Problem(.object(Dictionary(fields, uniquingKeysWith: { first, _ in first })))
      }
    }
  }

  private static func names(in head: SeparatedValues.Row) -> [String] {
    head.fields.map { $0.lowercased().trimmingCharacters(in: .whitespaces) }
  }

  /// What stands between the names of `head`; where commas are decimal signs, files have semicolons.
  private static func separator(ofHead head: String) -> Unicode.Scalar {
    if head.contains("\t") { return "\t" }
    let names = SeparatedValues.rows(in: head, separator: ";").first.map(names) ?? []
    return names.count > 1 && names.contains(where: Problem.textNames.contains) ? ";" : ","
  }

  private static func isWhitespace(_ byte: UInt8) -> Bool {
    [UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n")].contains(byte)
  }
}
