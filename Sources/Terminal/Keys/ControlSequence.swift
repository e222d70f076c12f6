import Viewer

/// A control sequence from the terminal (ECMA-48: CSI, parameters, final byte), and the key or mouse
/// event it stands for.
struct ControlSequence {
  /// The longest sequence that can be a key, in bytes.
  static let lengthLimit = 64

  /// The parameters, separated by semicolons, each as its sub-parameters, separated by colons. An
  /// empty or invalid number is 0.
  private let parameters: [[Int]]
  /// Private markers and intermediate bytes, which keys do not have: `?`, `>` and `=` mark replies,
  /// `<` marks mouse reports.
  private let marks: [UInt8]
  private let final: UInt8

  /// The sequence of `parameters`, the bytes 0x20 to 0x3F, and its `final` byte.
  init(parameters: ArraySlice<UInt8>, final: UInt8) {
    let isMark = { (byte: UInt8) in byte < 0x30 || byte > 0x3B }
    marks = parameters.filter(isMark)
    let text = String(decoding: parameters.filter { !isMark($0) }, as: UTF8.self)
    self.parameters = text.split(separator: ";", omittingEmptySubsequences: false).map { part in
      part.split(separator: ":", omittingEmptySubsequences: false).map {
        $0.count <= 7 ? Int($0) ?? 0 : 0
      }
    }
    self.final = final
  }

  /// Whether it begins a bracketed paste.
  var isPasteStart: Bool { marks.isEmpty && numbers == [200] && final == UInt8(ascii: "~") }

  /// The key or mouse event; nil for replies, key releases and unknown sequences.
  var message: Message? {
    if marks == [UInt8(ascii: "<")] { return mouse }
    return marks.isEmpty ? key.map { .key($0) } : nil
  }

  private var numbers: [Int] { parameters.map { $0.first ?? 0 } }

  // MARK: Keys

  private var key: Key? {
    // kitty reports press, repeat or release in a sub-parameter of the modifiers.
    let isReleased = parameters.count > 1 && parameters[1].count > 1 && parameters[1][1] == 3
    guard !isReleased else { return nil }
    switch final {
    case UInt8(ascii: "~"):
      // xterm's modifyOtherKeys writes 27;modifiers;code.
      if numbers.first == 27, numbers.count == 3 { return coded([numbers[2]]) }
      return numbers.first.flatMap { Self.numberKeys[$0] }.map { Key($0, modifiers) }
    case UInt8(ascii: "u"):
      return parameters.first.flatMap(coded)
    case UInt8(ascii: "Z"):
      return Key(.tab, .shift)
    default:
      // Other first numbers make it a report, such as the cursor's position.
      guard [0, 1].contains(numbers.first ?? 1) else { return nil }
      return Self.letterKeys[final].map { Key($0, modifiers) }
    }
  }

  /// The second parameter is 1 plus a bit set of shift, alt, control and others.
  private var modifiers: Key.Modifiers {
    let number = numbers.count > 1 ? numbers[1] : 1
    return Key.Modifiers(rawValue: UInt8(truncatingIfNeeded: max(0, number - 1) & 7))
  }

  /// The key with these code points: unshifted and, if the terminal reports it, shifted.
  private func coded(_ codes: [Int]) -> Key? {
    let unshifted = modifiers.subtracting(.shift)
    switch codes.first ?? 0 {
    case 13: return Key(.enter, modifiers)
    case 9: return Key(.tab, modifiers)
    case 27: return Key(.escape, unshifted)
    case 8, 127: return Key(.backspace, unshifted)
    case 57_399...57_427: return Self.keypad[codes[0] - 57_399].map { Key($0, modifiers) }
    // Other kitty keys that type nothing, and control characters.
    case 57_344...63_743, ..<32, 128..<160: return nil
    default: break
    }
    let shifted = codes.count > 1 ? codes[1] : 0
    let isShifted = modifiers.contains(.shift)
    guard
      let scalar = UInt32(exactly: isShifted && shifted >= 32 ? shifted : codes[0])
        .flatMap(Unicode.Scalar.init)
    else { return nil }
    let text = String(Character(scalar))
    // With control, the key map has the small letter, as terminals without CSI u send it.
    let typed =
      unshifted.contains(.control) ? text.lowercased() : isShifted ? text.uppercased() : text
    return Key(.character(typed.count == 1 ? Character(typed) : Character(scalar)), unshifted)
  }

  static let letterKeys: [UInt8: Key.Code] = [
    UInt8(ascii: "A"): .up, UInt8(ascii: "B"): .down, UInt8(ascii: "C"): .right,
    UInt8(ascii: "D"): .left, UInt8(ascii: "H"): .home, UInt8(ascii: "F"): .end,
    UInt8(ascii: "P"): .function(1), UInt8(ascii: "Q"): .function(2),
    UInt8(ascii: "R"): .function(3), UInt8(ascii: "S"): .function(4),
  ]

  private static let numberKeys: [Int: Key.Code] = [
    1: .home, 2: .insert, 3: .delete, 4: .end, 5: .pageUp, 6: .pageDown, 7: .home, 8: .end,
    11: .function(1), 12: .function(2), 13: .function(3), 14: .function(4), 15: .function(5),
    17: .function(6), 18: .function(7), 19: .function(8), 20: .function(9), 21: .function(10),
    23: .function(11), 24: .function(12),
  ]

  /// kitty's codes 57399 to 57427: the number pad.
  private static let keypad: [Key.Code?] =
    "0123456789./*-+".map { .character($0) } + [.enter, .character("="), .character(",")]
    + [.left, .right, .up, .down, .pageUp, .pageDown, .home, .end, .insert, .delete, nil]

  // MARK: Mouse

  /// A report in SGR form: button, column and row from 1. Of the buttons only the left one counts.
  private var mouse: Message? {
    guard final == UInt8(ascii: "M"), numbers.count == 3 else { return nil }
    let position = Position(column: numbers[1] - 1, row: numbers[2] - 1)
    guard position.column >= 0, position.row >= 0 else { return nil }
    if let key = Self.wheel(numbers[0]) { return .mouse(MouseEvent(.wheel(key), position)) }
    // Shift, alt and control are bits 2 to 4, and bit 5 says that the mouse moved.
    switch numbers[0] & ~0b11100 {
    case 0: return .mouse(MouseEvent(.press, position))
    case 32: return .mouse(MouseEvent(.drag, position))
    default: return nil
    }
  }

  /// The wheel's turn that a mouse report's button number means; nil for other buttons.
  static func wheel(_ button: Int) -> Key? {
    // Shift, alt and control with the wheel are bits 2 to 4.
    switch button & ~0b11100 {
    case 64: Key(.wheelUp)
    case 65: Key(.wheelDown)
    default: nil
    }
  }
}
