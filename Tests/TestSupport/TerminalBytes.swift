/// What a program sends to its terminal, read strictly: nothing is guessed, nothing left out.
public struct TerminalBytes {
  /// Control sequences by what they are, such as `CSI m`, `CSI ?25h` or `OSC`.
  public private(set) var sequences: Set<String> = []
  /// Scalars that are drawn or that control something, outside of sequences.
  public private(set) var scalars: Set<Unicode.Scalar> = []
  /// What every OSC said.
  public private(set) var systemCommands: [String] = []

  /// Reads `bytes`; broken UTF-8 counts as U+FFFD.
  public init(_ bytes: some Sequence<UInt8>) {
    let input = Array(String(decoding: Array(bytes), as: UTF8.self).unicodeScalars)
    var index = 0
    while index < input.count {
      guard input[index] == "\u{1B}" else {
        scalars.insert(input[index])
        index += 1
        continue
      }
      index = readSequence(in: input, after: index + 1)
    }
  }

  /// What ncurses uses to draw, and what the viewer switches on and off.
  private static let harmless: Set<String> = [
    // Looks, cursor, erasing, scrolling regions, repeating.
    "CSI m", "CSI H", "CSI A", "CSI B", "CSI C", "CSI D", "CSI G", "CSI d", "CSI J", "CSI K",
    "CSI X", "CSI P", "CSI @", "CSI L", "CSI M", "CSI S", "CSI T", "CSI r", "CSI b", "ESC M",
    "ESC 7", "ESC 8",
    // Keypad, character set, insert mode.
    "ESC =", "ESC >", "ESC (B", "ESC )0", "CSI 4l", "CSI 4h", "CSI 34h",
    // Cursor keys, wrapping, cursor, alternate screen, mouse, bracketed paste; the window's title
    // is kept and comes back with the screen.
    "CSI ?1h", "CSI ?1l", "CSI ?7h", "CSI 34h", "CSI 34l", "CSI ?25h", "CSI ?25l", "CSI ?12l",
    "CSI ?1049h",
    "CSI ?1049l", "CSI ?1002h", "CSI ?1002l", "CSI ?1006h", "CSI ?1006l", "CSI ?2004h",
    "CSI ?2004l", "CSI 22;0;0t", "CSI 23;0;0t",
  ]

  /// Everything that does more than draw text.
  public var suspicious: Set<String> {
    let controls = scalars.filter { scalar in
      switch scalar.properties.generalCategory {
      // Line ends, backspace and tab move the cursor; U+000F ends a set of line-drawing glyphs.
      case .control: !["\n", "\r", "\u{8}", "\t", "\u{F}"].contains(scalar)
      case .format, .lineSeparator, .paragraphSeparator: true
      default: false
      }
    }
    return sequences.subtracting(Self.harmless).union(
      controls.map { "U+" + String($0.value, radix: 16, uppercase: true) })
  }

  private mutating func readSequence(in input: [Unicode.Scalar], after start: Int) -> Int {
    guard start < input.count else {
      sequences.insert("ESC at the end")
      return start
    }
    switch input[start] {
    case "[":
      var end = start + 1
      while end < input.count, (0x20...0x3F).contains(input[end].value) { end += 1 }
      guard end < input.count else {
        sequences.insert("CSI at the end")
        return end
      }
      let parameters = String(String.UnicodeScalarView(input[(start + 1)..<end]))
      let final = Character(input[end])
      // Only of modes and window commands does it matter which.
      for name in "hlt".contains(final) ? Self.modes(parameters) : [""] {
        sequences.insert("CSI \(name)\(final)")
      }
      return end + 1
    case "]", "P", "X", "^", "_":
      var end = start + 1
      while end < input.count, input[end] != "\u{7}", input[end] != "\u{1B}" { end += 1 }
      let isLong = end + 1 < input.count && input[end] == "\u{1B}" && input[end + 1] == "\\"
      // The question for the background says nothing that comes from elsewhere.
      let command = String(String.UnicodeScalarView(input[(start + 1)..<end]))
      if input[start] == "]", command == "11;?" { return end + (isLong ? 2 : 1) }
      sequences.insert(input[start] == "]" ? "OSC" : "string \(input[start])")
      systemCommands.append(command)
      return end + (isLong ? 2 : 1)
    case "(", ")":
      let end = min(start + 1, input.count - 1)
      sequences.insert("ESC \(input[start])\(input[end])")
      return start + 2
    default:
      sequences.insert("ESC \(input[start])")
      return start + 1
    }
  }

  /// `?12;25` switches two modes; `22;0;0` is one command.
  private static func modes(_ parameters: String) -> [String] {
    guard parameters.hasPrefix("?") else { return [parameters] }
    return parameters.dropFirst().split(separator: ";").map { "?" + $0 }
  }
}
