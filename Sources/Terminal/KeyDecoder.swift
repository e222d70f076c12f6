import Viewer

/// Turns the bytes a terminal sends into keys and pastes.
///
/// Bytes may come in any pieces; what is not complete waits for the rest. An escape byte alone
/// cannot be told from the start of a sequence: when nothing follows in time, `timeOut` decides.
struct KeyDecoder {
  /// Bytes of a paste that are kept; the rest of a longer one is dropped.
  static let pasteLimit = 1 << 20
  /// No key's sequence is longer; what is, is noise.
  private static let sequenceLimit = 64

  private var pending: [UInt8] = []
  private var paste: [UInt8]?

  /// Something incomplete waits that only time can settle.
  var isWaiting: Bool { paste == nil && !pending.isEmpty }

  /// Takes in `bytes`; returns what they completed.
  mutating func feed(_ bytes: some Sequence<UInt8>) -> [Message] {
    pending += bytes
    return decodePending(isFinal: false)
  }

  /// Nothing followed: what waits is complete as it is.
  mutating func timeOut() -> [Message] {
    guard paste == nil else { return [] }
    return decodePending(isFinal: true)
  }

  private enum Step {
    /// `count` bytes mean this message, or nothing.
    case done(Int, Message?)
    case pasteBegins(Int)
    case incomplete
  }

  private mutating func decodePending(isFinal: Bool) -> [Message] {
    var messages: [Message] = []
    var start = 0
    while start < pending.count {
      if paste != nil {
        guard let next = continuePaste(from: start, into: &messages) else { return messages }
        start = next
        continue
      }
      switch step(pending[start...], isFinal: isFinal) {
      case .done(let count, let message):
        if let message { messages.append(message) }
        start += max(1, count)
      case .pasteBegins(let count):
        paste = []
        start += count
      case .incomplete:
        pending.removeFirst(start)
        return messages
      }
    }
    pending = []
    return messages
  }

  // MARK: Paste

  private static let pasteEnd = Array("\u{1B}[201~".utf8)

  /// Where decoding goes on after the paste; nil when its end has not come yet.
  private mutating func continuePaste(from start: Int, into messages: inout [Message]) -> Int? {
    let bytes = pending[start...]
    var index = bytes.startIndex
    while let escape = bytes[index...].firstIndex(of: 0x1B) {
      let candidate = bytes[escape...].prefix(Self.pasteEnd.count)
      if candidate.elementsEqual(Self.pasteEnd) {
        keep(bytes[..<escape])
        messages.append(.paste(String(decoding: paste ?? [], as: UTF8.self)))
        paste = nil
        return escape + Self.pasteEnd.count
      }
      if Self.pasteEnd.starts(with: candidate) {
        keep(bytes[..<escape])
        pending = Array(candidate)
        return nil
      }
      index = escape + 1
    }
    keep(bytes)
    pending = []
    return nil
  }

  private mutating func keep(_ bytes: ArraySlice<UInt8>) {
    let room = max(0, Self.pasteLimit - (paste?.count ?? 0))
    paste?.append(contentsOf: bytes.prefix(room))
  }

  // MARK: Keys

  private func step(_ bytes: ArraySlice<UInt8>, isFinal: Bool) -> Step {
    guard let first = bytes.first else { return .incomplete }
    if first == 0x1B { return escape(bytes, isFinal: isFinal) }
    if first < 0x20 || first == 0x7F { return .done(1, .key(Self.control(first))) }
    return character(bytes, modifiers: [], isFinal: isFinal)
  }

  private func escape(_ bytes: ArraySlice<UInt8>, isFinal: Bool) -> Step {
    let rest = bytes.dropFirst()
    let alone = Step.done(1, .key(Key(.escape)))
    guard let second = rest.first else { return isFinal ? alone : .incomplete }
    switch second {
    case UInt8(ascii: "["): return controlSequence(bytes, isFinal: isFinal)
    case UInt8(ascii: "O"): return singleShift(bytes, isFinal: isFinal)
    case 0x1B: return alone
    case 0..<0x20, 0x7F:
      var key = Self.control(second)
      key.modifiers.insert(.alt)
      return .done(2, .key(key))
    default:
      guard case .done(let count, let message) = character(rest, modifiers: .alt, isFinal: isFinal)
      else { return .incomplete }
      return .done(count + 1, message)
    }
  }

  private static func control(_ byte: UInt8) -> Key {
    switch byte {
    case 0x0D: return Key(.enter)
    case 0x09: return Key(.tab)
    case 0x08, 0x7F: return Key(.backspace)
    case 0x00: return Key(.character(" "), .control)
    default:
      // Ctrl takes a letter's bits 6 and 7 away.
      let letter = byte < 0x1B ? byte + 0x60 : byte + 0x40
      return Key(.character(Character(Unicode.Scalar(letter))), .control)
    }
  }

  /// One scalar in UTF-8; what is none counts as U+FFFD, byte by byte.
  private func character(
    _ bytes: ArraySlice<UInt8>, modifiers: Key.Modifiers, isFinal: Bool
  ) -> Step {
    guard let first = bytes.first else { return .incomplete }
    let broken = Step.done(1, .key(Key(.character("\u{FFFD}"), modifiers)))
    let length: Int
    switch first {
    case 0..<0x80: length = 1
    case 0xC2...0xDF: length = 2
    case 0xE0...0xEF: length = 3
    case 0xF0...0xF4: length = 4
    default: return broken
    }
    let sequence = bytes.prefix(length)
    guard sequence.dropFirst().allSatisfy({ $0 & 0xC0 == 0x80 }) else { return broken }
    guard sequence.count == length else { return isFinal ? broken : .incomplete }
    guard let text = String(validating: sequence, as: UTF8.self), let character = text.first else {
      return broken
    }
    return .done(length, .key(Key(.character(character), modifiers)))
  }

  private func singleShift(_ bytes: ArraySlice<UInt8>, isFinal: Bool) -> Step {
    guard let final = bytes.dropFirst(2).first else {
      return isFinal ? .done(2, .key(Key(.character("O"), .alt))) : .incomplete
    }
    if final == UInt8(ascii: "M") { return .done(3, .key(Key(.enter))) }
    return .done(3, Self.letterKeys[final].map { .key(Key($0)) })
  }

  // MARK: Control sequences

  private func controlSequence(_ bytes: ArraySlice<UInt8>, isFinal: Bool) -> Step {
    let body = bytes.dropFirst(2)
    guard let first = body.first else {
      return isFinal ? .done(2, .key(Key(.character("["), .alt))) : .incomplete
    }
    // The Linux console's F1 to F5 and the oldest mouse reports break the rules of the others.
    if first == UInt8(ascii: "[") { return consoleFunctionKey(body, isFinal: isFinal) }
    if first == UInt8(ascii: "M") { return oldMouse(body, isFinal: isFinal) }
    guard let end = body.firstIndex(where: { !(0x20...0x3F).contains($0) }) else {
      let isTooLong = bytes.count > Self.sequenceLimit
      return isFinal || isTooLong ? .done(bytes.count, nil) : .incomplete
    }
    let count = end - bytes.startIndex + 1
    let final = body[end]
    // A control character ends a broken sequence and still counts itself.
    guard (0x40...0x7E).contains(final) else { return .done(count - 1, nil) }
    guard count <= Self.sequenceLimit else { return .done(count, nil) }
    let parameters = String(decoding: body[..<end], as: UTF8.self)
    if parameters == "200", final == UInt8(ascii: "~") { return .pasteBegins(count) }
    if parameters.hasPrefix("<") {
      return .done(count, Self.mouse(Self.numbers(parameters.dropFirst()), final: final))
    }
    return .done(count, Self.key(parameters: parameters, final: final).map { .key($0) })
  }

  private func consoleFunctionKey(_ body: ArraySlice<UInt8>, isFinal: Bool) -> Step {
    guard let letter = body.dropFirst().first else {
      return isFinal ? .done(3, nil) : .incomplete
    }
    let first = UInt8(ascii: "A")
    guard (first...UInt8(ascii: "E")).contains(letter) else { return .done(4, nil) }
    return .done(4, .key(Key(.function(Int(letter - first) + 1))))
  }

  private func oldMouse(_ body: ArraySlice<UInt8>, isFinal: Bool) -> Step {
    let report = body.dropFirst().prefix(3)
    guard report.count == 3 else {
      return isFinal ? .done(2 + body.count, nil) : .incomplete
    }
    let button = report.first.map { Int($0) - 32 } ?? 0
    return .done(6, Self.wheel(button).map { .key($0) })
  }

  /// A report in SGR form: button, column and row from 1. Of the buttons only the left one counts.
  private static func mouse(_ numbers: [Int], final: UInt8) -> Message? {
    guard final == UInt8(ascii: "M"), numbers.count == 3 else { return nil }
    let position = Position(column: numbers[1] - 1, row: numbers[2] - 1)
    guard position.column >= 0, position.row >= 0 else { return nil }
    if let key = wheel(numbers[0]) { return .mouse(MouseEvent(.wheel(key), position)) }
    // Shift, alt and control are bits 2 to 4, and bit 5 says that the mouse moved.
    switch numbers[0] & ~0b11100 {
    case 0: return .mouse(MouseEvent(.press, position))
    case 32: return .mouse(MouseEvent(.drag, position))
    default: return nil
    }
  }

  private static func key(parameters: String, final: UInt8) -> Key? {
    let numbers = numbers(parameters[...])
    let modifiers = modifiers(numbers.count > 1 ? numbers[1] : 1)
    switch final {
    case UInt8(ascii: "~"):
      // xterm's modifyOtherKeys writes 27;modifiers;code.
      if numbers.first == 27, numbers.count == 3 { return coded(numbers[2], modifiers) }
      return numbers.first.flatMap { numberKeys[$0] }.map { Key($0, modifiers) }
    case UInt8(ascii: "u"):
      return numbers.first.flatMap { coded($0, modifiers) }
    case UInt8(ascii: "Z"):
      return Key(.tab, .shift)
    default:
      return letterKeys[final].map { Key($0, modifiers) }
    }
  }

  /// Numbers between semicolons; sub-parameters after a colon and nonsense count as 0.
  private static func numbers(_ parameters: Substring) -> [Int] {
    parameters.split(separator: ";", omittingEmptySubsequences: false).map { part in
      let number = part.prefix { $0 != ":" }
      return number.count <= 7 ? Int(number) ?? 0 : 0
    }
  }

  private static func modifiers(_ number: Int) -> Key.Modifiers {
    // One more than a bit set of shift, alt and control.
    Key.Modifiers(rawValue: UInt8(truncatingIfNeeded: max(0, number - 1) & 7))
  }

  /// A key given by its Unicode code.
  private static func coded(_ code: Int, _ modifiers: Key.Modifiers) -> Key? {
    switch code {
    case 13: return Key(.enter, modifiers)
    case 9: return Key(.tab, modifiers)
    case 27: return Key(.escape, modifiers)
    case 8, 127: return Key(.backspace, modifiers)
    default:
      guard code >= 32, let scalar = UInt32(exactly: code).flatMap(Unicode.Scalar.init) else {
        return nil
      }
      return Key(.character(Character(scalar)), modifiers.subtracting(.shift))
    }
  }

  private static func wheel(_ button: Int) -> Key? {
    // Shift, alt and control with the wheel are bits 2 to 4.
    switch button & ~0b11100 {
    case 64: Key(.wheelUp)
    case 65: Key(.wheelDown)
    default: nil
    }
  }

  private static let letterKeys: [UInt8: Key.Code] = [
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
}
