import Viewer

/// Decodes the bytes that a terminal sends into keys, mouse events and pastes.
///
/// Input may be split anywhere; incomplete sequences wait for the rest. Some cases only time can
/// decide: an escape byte is a key or starts a sequence, and the end of a paste or reply may be
/// lost. Call `timeOut` when no input has arrived for `patience` seconds.
struct KeyDecoder {
  /// The most bytes kept of a paste; the rest is dropped.
  static let pasteLimit = 1 << 20
  /// The longest terminal reply that is skipped, in bytes; what follows counts as typed.
  static let replyLimit = 1 << 16
  /// How long input that is a key by itself waits for the rest of a longer sequence.
  static let keySeconds = 0.025
  /// How long the first two bytes of a reply, which may be a key, wait for the rest.
  static let replySeconds = 0.25
  /// How long an incomplete sequence, paste or reply waits for the rest.
  static let quietSeconds = 1.0

  private var pending: [UInt8] = []
  private var unfinished: Unfinished?
  /// The bytes of the open paste so far.
  private var paste: [UInt8] = []
  private var lines = UnbracketedPaste()
  /// The beginning of the open reply.
  private var reply: [UInt8] = []

  /// Input that runs until an end marker.
  private enum Unfinished {
    case paste
    /// A terminal's reply or another control string, with its length so far in bytes.
    case reply(Int)
  }

  /// Seconds without input after which `timeOut` must be called; nil when nothing is incomplete.
  var patience: Double? {
    if unfinished != nil { return Self.quietSeconds }
    if pending.isEmpty { return lines.isWaiting ? Self.keySeconds : nil }
    // Nobody types a longer part of a sequence.
    guard pending.first == 0x1B, pending.count <= 2 else { return Self.quietSeconds }
    // A colour's or a setting's reply is likelier than these keys, which nothing is bound to.
    let mayBeReply = pending.last.map("]P".utf8.contains) ?? false
    return mayBeReply ? Self.replySeconds : Self.keySeconds
  }

  /// Decodes `bytes` and returns the messages they complete.
  mutating func feed(_ bytes: some Sequence<UInt8>) -> [Message] {
    let before = pending.count
    pending += bytes
    // Ctrl-C by itself was typed: somebody waits for a paste's end that may be lost.
    if case .paste = unfinished, pending.count == before + 1, pending.last == Self.interrupt {
      pending.removeLast()
      return timeOut() + [.key(Self.control(Self.interrupt))]
    }
    return lines.joined(decodePending(isFinal: false))
  }

  private static let interrupt: UInt8 = 0x03

  /// Decodes what was typed before raw mode, when the terminal turned Enter into a line feed.
  mutating func feedTypedAhead(_ bytes: [UInt8]) -> [Message] {
    pending += bytes.map { $0 == 0x0A ? 0x0D : $0 }
    return decodePending(isFinal: true)
  }

  /// Settles incomplete input when nothing more arrives. An open paste ends and keeps its text.
  mutating func timeOut() -> [Message] {
    var messages: [Message] = []
    if case .paste = unfinished {
      messages.append(endPaste())
      pending = []
    }
    unfinished = nil
    messages += decodePending(isFinal: true)
    return lines.joined(messages) + lines.end()
  }

  private enum Step {
    /// `count` bytes mean this message, or nothing.
    case done(Int, Message?)
    /// After `count` bytes, input begins that runs until an end marker.
    case begins(Int, Unfinished)
    case incomplete
  }

  private mutating func decodePending(isFinal: Bool) -> [Message] {
    var messages: [Message] = []
    var start = 0
    while start < pending.count {
      if let unfinished {
        let next =
          switch unfinished {
          case .paste: continuePaste(from: start, into: &messages)
          case .reply(let count): continueReply(count, from: start, into: &messages)
          }
        guard let next else { return messages }
        start = next
        continue
      }
      switch step(pending[start...], isFinal: isFinal) {
      case .done(let count, let message):
        if let message { messages.append(message) }
        start += max(1, count)
      case .begins(let count, let beginning):
        unfinished = beginning
        start += count
      case .incomplete:
        pending.removeFirst(start)
        return messages
      }
    }
    pending = []
    return messages
  }

  // MARK: Pastes and replies

  private static let pasteEnd = Array("\u{1B}[201~".utf8)

  /// Reads on in the open paste. Returns where decoding continues; nil if the end is still missing.
  private mutating func continuePaste(from start: Int, into messages: inout [Message]) -> Int? {
    let bytes = pending[start...]
    var index = bytes.startIndex
    while let escape = bytes[index...].firstIndex(of: 0x1B) {
      let candidate = bytes[escape...].prefix(Self.pasteEnd.count)
      if candidate.elementsEqual(Self.pasteEnd) {
        keep(bytes[..<escape])
        messages.append(endPaste())
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
    paste += bytes.prefix(max(0, Self.pasteLimit - paste.count))
  }

  private mutating func endPaste() -> Message {
    defer {
      unfinished = nil
      paste = []
    }
    return .paste(String(decoding: paste, as: UTF8.self))
  }

  /// Reads on in the open reply, which ends in BEL or ST. Returns where decoding continues; nil if
  /// the end is still missing. A control character or another sequence ends a broken reply and is
  /// decoded itself.
  private mutating func continueReply(
    _ count: Int, from start: Int, into messages: inout [Message]
  ) -> Int? {
    if count == 0 { reply = [] }
    defer {
      if unfinished == nil {
        ColorReply.background(told: reply).map { messages.append(.background($0)) }
      }
    }
    for index in start..<pending.count {
      let isTooLong = count + index - start >= Self.replyLimit
      let byte = pending[index]
      guard byte < 0x20 || isTooLong else {
        if reply.count < ColorReply.lengthLimit { reply.append(byte) }
        continue
      }
      if byte == 0x1B, index + 1 == pending.count {
        unfinished = .reply(count + index - start)
        pending = [byte]
        return nil
      }
      unfinished = nil
      if byte == 0x07 { return index + 1 }
      let isStringTerminator = byte == 0x1B && pending[index + 1] == UInt8(ascii: "\\")
      return isStringTerminator ? index + 2 : index
    }
    unfinished = .reply(count + pending.count - start)
    pending = []
    return nil
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
    // OSC, DCS, APC, PM and SOS: replies, perhaps to a program that has ended.
    case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "_"), UInt8(ascii: "^"),
      UInt8(ascii: "X"):
      guard let third = rest.dropFirst().first ?? (isFinal ? 0 : nil) else { return .incomplete }
      if Self.isReply(second, third) { return .begins(2, .reply(0)) }
      return .done(2, .key(Key(.character(Character(Unicode.Scalar(second))), .alt)))
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

  /// Whether ESC, `second` and `third` begin a reply; else they are keys that were typed quickly.
  private static func isReply(_ second: UInt8, _ third: UInt8) -> Bool {
    switch (second, third) {
    // The number of a colour or of another setting, or a window's title.
    case (UInt8(ascii: "]"), UInt8(ascii: "0")...UInt8(ascii: "9")): true
    case (UInt8(ascii: "]"), _): "lLI".utf8.contains(third)
    case (UInt8(ascii: "P"), _): (0x20...0x3F).contains(third)
    default: third >= 0x20 && third != 0x7F
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
    return .done(3, ControlSequence.letterKeys[final].map { .key(Key($0)) })
  }

  private func controlSequence(_ bytes: ArraySlice<UInt8>, isFinal: Bool) -> Step {
    let body = bytes.dropFirst(2)
    guard let first = body.first else {
      return isFinal ? .done(2, .key(Key(.character("["), .alt))) : .incomplete
    }
    // The Linux console's F1 to F5 and the oldest mouse reports break the rules of the others.
    if first == UInt8(ascii: "[") { return consoleFunctionKey(body, isFinal: isFinal) }
    if first == UInt8(ascii: "M") { return oldMouse(body, isFinal: isFinal) }
    guard let end = body.firstIndex(where: { !(0x20...0x3F).contains($0) }) else {
      let isTooLong = bytes.count > ControlSequence.lengthLimit
      return isFinal || isTooLong ? .done(bytes.count, nil) : .incomplete
    }
    let count = end - bytes.startIndex + 1
    // A control character ends a broken sequence and still counts itself.
    guard (0x40...0x7E).contains(body[end]) else { return .done(count - 1, nil) }
    guard count <= ControlSequence.lengthLimit else { return .done(count, nil) }
    let sequence = ControlSequence(parameters: body[..<end], final: body[end])
    return sequence.isPasteStart ? .begins(count, .paste) : .done(count, sequence.message)
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
    return .done(6, ControlSequence.wheel(button).map { .key($0) })
  }
}
