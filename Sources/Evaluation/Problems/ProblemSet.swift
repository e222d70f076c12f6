import Foundation

/// The problems in a data set's file: one JSON object per line, or one JSON array of objects.
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

  /// Reads a file's content.
  ///
  /// Lines and elements that hold no problem are skipped and listed in ``flaws``.
  ///
  /// - Parameters:
  ///   - content: The bytes of the file, in UTF-8.
  ///   - name: The file's name, for error messages.
  /// - Throws: The first flaw when there is no problem at all.
  public init(_ content: Data, name: String) throws(Flaw) {
    let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let content = content.starts(with: byteOrderMark) ? content.dropFirst(3) : content
    if content.first(where: { !Self.isWhitespace($0) }) == UInt8(ascii: "[") {
      try readArray(content, name: name)
    } else {
      readLines(content, name: name)
    }
    if problems.isEmpty {
      throw flaws.first ?? Flaw(file: name, place: nil, reason: "there is no problem in it.")
    }
  }

  private mutating func readLines(_ content: Data, name: String) {
    let decoder = JSONDecoder()
    let lines = content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() where !line.allSatisfy(Self.isWhitespace) {
      do {
        problems.append(try decoder.decode(Problem.self, from: line))
      } catch {
        flaws.append(Flaw(file: name, place: index + 1, reason: Self.sentence(for: error)))
      }
    }
  }

  private mutating func readArray(_ content: Data, name: String) throws(Flaw) {
    let elements: [Element]
    do {
      elements = try JSONDecoder().decode([Element].self, from: content)
    } catch {
      throw Flaw(file: name, place: nil, reason: "the file begins as a JSON array and is none.")
    }
    for (index, element) in elements.enumerated() {
      switch element.problem {
      case .success(let problem): problems.append(problem)
      case .failure(let error):
        flaws.append(
          Flaw(
            file: name, place: index + 1, isElement: true, reason: Self.sentence(for: error)))
      }
    }
  }

  /// An element of an array, which may be no problem.
  private struct Element: Decodable {
    let problem: Result<Problem, any Error>

    init(from decoder: any Decoder) {
      problem = Result { try Problem(from: decoder) }
    }
  }

  private static func sentence(for error: any Error) -> String {
    switch error as? DecodingError {
    case .keyNotFound(let key, _):
      "the field \"\(key.stringValue)\" is missing; a problem has problem or question, and answer."
    case .typeMismatch(_, let context) where !context.codingPath.isEmpty,
      .valueNotFound(_, let context) where !context.codingPath.isEmpty:
      "the field \"\(context.codingPath[0].stringValue)\" is no text."
    case .dataCorrupted(let context) where !context.codingPath.isEmpty:
      "in the field \"\(context.codingPath[0].stringValue)\" \(context.debugDescription)."
    default:
      "this is not a JSON object."
    }
  }

  private static func isWhitespace(_ byte: UInt8) -> Bool {
    [UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n")].contains(byte)
  }
}
