/// Runs of characters, and single ones.
extension WordScanner {
  /// The end of the characters of `set` from `start` on.
  func run(of set: ScalarClass, from start: Int) -> Int {
    var stop = start
    while stop < end, isA(set, stop) { stop += 1 }
    return stop
  }

  /// The end of the characters outside `set` from `start` on.
  func run(outside set: ScalarClass, from start: Int) -> Int {
    var stop = start
    while stop < end, !isA(set, stop) { stop += 1 }
    return stop
  }

  /// The end of at most `limit` characters that are members.
  func run(
    from start: Int, atMost limit: Int = .max, _ isMember: (Int) -> Bool
  ) -> Int {
    var stop = start
    var count = 0
    while count < limit, stop < end, isMember(stop) {
      stop = next(stop)
      count += 1
    }
    return stop
  }

  /// Whether the character at `index` is of a class in `set`.
  func isA(_ set: ScalarClass, _ index: Int) -> Bool {
    !classes[index - bytes.startIndex].isDisjoint(with: set)
  }

  /// Whether the character at `index` is one of `members`.
  func isMember(_ index: Int, of members: PreTokenizerStage.Members) -> Bool {
    switch members {
    case .classes(let set): isA(set, index)
    case .ranges(let ranges): ranges.contains(Self.decode(bytes, at: index).scalar)
    case .either(let set, let ranges):
      isA(set, index) || ranges.contains(Self.decode(bytes, at: index).scalar)
    }
  }

  func isLineBreak(_ index: Int) -> Bool {
    bytes[index] == UInt8(ascii: "\n") || bytes[index] == UInt8(ascii: "\r")
  }

  func isASCIILetter(_ index: Int) -> Bool {
    bytes[index] < 0x80 && isA(.letter, index)
  }

  func isASCIIPunctuation(_ index: Int) -> Bool {
    bytes[index] < 0x80 && isA([.punctuation, .symbol], index)
  }

  /// Where the character after the one at `index` begins.
  func next(_ index: Int) -> Int {
    var next = index + 1
    while next < end, isContinuation(next) { next += 1 }
    return next
  }

  /// Where the character before `index` begins.
  func previous(_ index: Int) -> Int {
    var previous = index - 1
    while previous > position, isContinuation(previous) { previous -= 1 }
    return previous
  }

  func isContinuation(_ index: Int) -> Bool { bytes[index] & 0xC0 == 0x80 }

  /// The character that begins at `index` of valid UTF-8, and its width in bytes.
  static func decode(
    _ bytes: ArraySlice<UInt8>, at index: Int
  ) -> (scalar: Unicode.Scalar, width: Int) {
    let lead = bytes[index]
    let width = max(1, (~lead).leadingZeroBitCount)
    var value = UInt32(width == 1 ? lead : lead & (0x7F >> UInt8(width)))
    for continuation in bytes[(index + 1)..<(index + width)] {
      value = value << 6 | UInt32(continuation & 0x3F)
    }
    return (Unicode.Scalar(value) ?? "\u{FFFD}", width)
  }
}
