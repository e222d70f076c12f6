/// The answer in a text's LaTeX command `\boxed{…}`.
public enum BoxedAnswer {
  /// Content of the last complete `\boxed{…}` in `text`, including inner braces; nil if there is none.
  ///
  /// An escaped brace is an ordinary character.
  public static func last(in text: String) -> String? {
    let command = Array("\\boxed".utf8)
    let bytes = Array(text.utf8)
    var openBraces: [(content: Int, boxed: Bool)] = []
    var last: Range<Int>?
    var escaped = false
    for (index, byte) in bytes.enumerated() {
      if escaped {
        escaped = false
      } else if byte == UInt8(ascii: "\\") {
        escaped = true
      } else if byte == UInt8(ascii: "{") {
        openBraces.append((index + 1, bytes[..<index].suffix(command.count).elementsEqual(command)))
      } else if byte == UInt8(ascii: "}"), let open = openBraces.popLast(), open.boxed,
        open.content > last?.lowerBound ?? -1
      {
        last = open.content..<index
      }
    }
    return last.map { String(decoding: bytes[$0], as: UTF8.self) }
  }
}
