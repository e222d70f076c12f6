/// The answer in a text's LaTeX command `\boxed{…}`.
public enum BoxedAnswer {
  /// Content of the last complete `\boxed{…}` in `text`, including inner braces; nil if there is none.
  ///
  /// An empty box counts only where all are empty. `\fbox{…}` is a box, too, and one without braces,
  /// as in `\boxed 5`, holds a number or a letter. An escaped brace is an ordinary character.
  public static func last(in text: String) -> String? {
    let bytes = Array(text.utf8)
    var openBraces: [(content: Int, boxed: Bool)] = []
    var last: Range<Int>?
    var lastEmpty: Range<Int>?
    var index = 0
    func take(_ box: Range<Int>) {
      if bytes[box].allSatisfy(isSpace) {
        lastEmpty = box
      } else if box.lowerBound > last?.lowerBound ?? -1 {
        last = box
      }
    }
    while index < bytes.count {
      let byte = bytes[index]
      if byte == UInt8(ascii: "\\") {
        if let end = commandEnd(in: bytes, from: index + 1) {
          let content = bytes[end...].firstIndex { !isSpace($0) } ?? bytes.count
          if content < bytes.count, bytes[content] == UInt8(ascii: "{") {
            openBraces.append((content + 1, true))
            index = content + 1
          } else {
            let bare = bareContent(in: bytes, from: content)
            if !bare.isEmpty { take(bare) }
            index = max(end, bare.upperBound)
          }
          continue
        }
        index += 1
      } else if byte == UInt8(ascii: "{") {
        openBraces.append((index + 1, false))
      } else if byte == UInt8(ascii: "}"), let open = openBraces.popLast(), open.boxed {
        take(open.content..<index)
      }
      index += 1
    }
    return (last ?? lastEmpty).map { String(decoding: bytes[$0], as: UTF8.self) }
  }

  private static let commands = ["boxed", "fbox", "framebox"].map { Array($0.utf8) }

  /// The end of the command for a box whose name begins at `start`; nil where another stands there.
  private static func commandEnd(in bytes: [UInt8], from start: Int) -> Int? {
    for command in commands where bytes[start...].starts(with: command) {
      let end = start + command.count
      // Only a digit may follow at once.
      return end < bytes.count && isLetter(bytes[end]) ? nil : end
    }
    return nil
  }

  /// A number or a letter that begins at `start`; empty where neither does.
  private static func bareContent(in bytes: [UInt8], from start: Int) -> Range<Int> {
    guard start < bytes.count else { return start..<start }
    if isLetter(bytes[start]) { return start..<(start + 1) }
    var end = start
    if bytes[end] == UInt8(ascii: "-") { end += 1 }
    var digits = end
    while digits < bytes.count {
      let isPoint = [UInt8(ascii: "."), UInt8(ascii: ",")].contains(bytes[digits])
      if isDigit(bytes[digits]) {
        end = digits + 1
      } else if !isPoint || digits != end {
        break
      }
      digits += 1
    }
    return end > start && isDigit(bytes[end - 1]) ? start..<end : start..<start
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || (9...13).contains(byte)
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }
}
