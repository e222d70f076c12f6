/// The rows of a text of comma- or tab-separated values (RFC 4180).
///
/// No library serves: SwiftCSV 0.10.0 drops white space at the beginning of a field, ends rows at
/// U+2028 and other marks within a text, and refuses a whole file for one quotation mark.
public enum SeparatedValues {
  /// A row, and the number of the line on which it begins, from 1.
  public struct Row: Sendable, Equatable {
    /// The line in the file.
    public var line: Int
    /// The fields; one in quotes may have line breaks.
    public var fields: [String]
  }

  /// The rows of `text`, without empty lines. Quotation marks count where a field begins with one.
  public static func rows(in text: String, separator: Unicode.Scalar) -> [Row] {
    var rows: [Row] = []
    var fields: [String] = []
    var field = String.UnicodeScalarView()
    var (line, firstLine) = (1, 1)
    var (isQuoted, wasQuoted) = (false, false)
    let scalars = Array(text.unicodeScalars)
    var index = 0

    func finishField() {
      fields.append(String(field))
      field = String.UnicodeScalarView()
      wasQuoted = false
    }
    func finishRow() {
      finishField()
      if fields != [""] { rows.append(Row(line: firstLine, fields: fields)) }
      fields = []
      firstLine = line
    }

    while index < scalars.count {
      let scalar = scalars[index]
      let next = index + 1 < scalars.count ? scalars[index + 1] : nil
      let isBreak = scalar == "\n" || scalar == "\r" && next != "\n"
      if isBreak { line += 1 }
      switch scalar {
      case "\"" where isQuoted && next == "\"":
        field.append(scalar)
        index += 1
      case "\"" where isQuoted:
        isQuoted = false
      case "\"" where field.isEmpty && !wasQuoted:
        (isQuoted, wasQuoted) = (true, true)
      case _ where isQuoted:
        field.append(scalar)
      case separator:
        finishField()
      case _ where isBreak:
        finishRow()
      case "\r" where next == "\n":
        break
      default:
        field.append(scalar)
      }
      index += 1
    }
    if !fields.isEmpty || !field.isEmpty || wasQuoted { finishRow() }
    return rows
  }
}

extension Character {
  /// Whether a line of a file ends with it; U+2028 and others may stand within a text.
  var endsLine: Bool { self == "\n" || self == "\r\n" || self == "\r" }
}
