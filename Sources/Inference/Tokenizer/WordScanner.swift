/// Cuts one text into words, stage by stage.
///
/// Indices are those of the text's bytes; a class stands at each byte of a character, so that runs
/// of a class are found without decoding.
struct WordScanner {
  /// The text.
  let bytes: ArraySlice<UInt8>
  /// The class of the character at each byte.
  let classes: [ScalarClass]
  /// The pieces as they are now, in order and without gaps.
  private(set) var words: [Range<Int>]
  /// Where the scan of the current piece stands, and where the piece ends.
  private(set) var position: Int
  private(set) var end: Int
  /// Where the text that matched nothing so far begins; `position` where all before it matched.
  private var unmatched: Int

  /// - Parameter text: valid UTF-8.
  init(_ text: ArraySlice<UInt8>) {
    bytes = text
    position = text.startIndex
    end = text.endIndex
    unmatched = position
    words = text.isEmpty ? [] : [text.indices]
    var classes: [ScalarClass] = []
    classes.reserveCapacity(text.count)
    var index = text.startIndex
    while index < text.endIndex {
      let byte = text[index]
      if byte < 0x80 {
        classes.append(ScalarClass.ascii[Int(byte)])
        index += 1
      } else {
        let (scalar, width) = Self.decode(text, at: index)
        classes.append(contentsOf: repeatElement(ScalarClass(scalar), count: width))
        index += width
      }
    }
    self.classes = classes
  }

  /// Cuts every piece as `stage` does.
  mutating func apply(_ stage: PreTokenizerStage) {
    let pieces = words
    words = []
    words.reserveCapacity(pieces.count)
    for piece in pieces {
      position = piece.lowerBound
      unmatched = position
      end = piece.upperBound
      switch stage {
      case .gpt2: scanGPT2()
      case .tiktoken(let digits, let endsAtLineBreaks, let wordsHaveMarks):
        scanTiktoken(
          digits: digits, endsAtLineBreaks: endsAtLineBreaks,
          word: wordsHaveMarks ? [.letter, .mark] : .letter)
      case .cased(let digits, let contractions):
        scanCased(digits: digits, contractions: contractions)
      case .deepSeekV3: scanDeepSeekV3()
      case .trailingSpace: scanTrailingSpace()
      case .runs(let members, let afterSpace, let least, let limit):
        scanRuns(of: members, afterSpace: afterSpace, atLeast: least, atMost: limit)
      }
      if unmatched < end { words.append(unmatched..<end) }
    }
  }

  // MARK: Stages

  private mutating func scanGPT2() {
    while position < end {
      if let contraction = contraction(at: position, ignoringCase: false) {
        endWord(at: contraction)
        continue
      }
      var start = position
      if bytes[start] == UInt8(ascii: " "), start + 1 < end, !isA(.space, start + 1) { start += 1 }
      if isA(.space, start) {
        endSpaces()
      } else if isA(.letter, start) {
        endWord(at: run(of: .letter, from: start))
      } else if isA(.number, start) {
        endWord(at: run(of: .number, from: start))
      } else {
        endWord(at: run(outside: [.space, .letter, .number], from: start))
      }
    }
  }

  private mutating func scanTiktoken(digits: Int, endsAtLineBreaks: Bool, word: ScalarClass) {
    let noSymbol: ScalarClass = [.space, .number, word]
    while position < end {
      let after = next(position)
      if let contraction = contraction(at: position, ignoringCase: true) {
        endWord(at: contraction)
      } else if isA(.letter, position) {
        endWord(at: run(of: word, from: position))
      } else if isA(.number, position) {
        endWord(at: run(from: position, atMost: digits) { isA(.number, $0) })
      } else if !isLineBreak(position), after < end, isA(word, after) {
        endWord(at: run(of: word, from: after))
      } else if isA(word, position) {
        endWord(at: run(of: word, from: position))
      } else if let start = symbolStart(outside: noSymbol) {
        let stop = run(outside: noSymbol, from: start)
        endWord(at: endsAtLineBreaks ? stop : run(from: stop) { isLineBreak($0) })
      } else {
        endLinesOrSpaces()
      }
    }
  }

  private mutating func scanCased(digits: Int, contractions: Bool) {
    while position < end {
      if let stop = casedWord() {
        endWord(at: contractions ? contraction(at: stop, ignoringCase: true) ?? stop : stop)
      } else if isA(.number, position) {
        endWord(at: run(from: position, atMost: digits) { isA(.number, $0) })
      } else if let start = symbolStart(outside: [.space, .letter, .number]) {
        let stop = run(outside: [.space, .letter, .number], from: start)
        endWord(at: run(from: stop) { isLineBreak($0) || bytes[$0] == UInt8(ascii: "/") })
      } else {
        endLinesOrSpaces()
      }
    }
  }

  private mutating func scanDeepSeekV3() {
    while position < end {
      let after = next(position)
      if isASCIIPunctuation(position), after < end, isASCIILetter(after) {
        endWord(at: run(from: after) { isASCIILetter($0) })
      } else if !isLineBreak(position), !isA([.letter, .punctuation, .symbol], position),
        after < end, isA([.letter, .mark], after)
      {
        endWord(at: run(of: [.letter, .mark], from: after))
      } else if isA([.letter, .mark], position) {
        endWord(at: run(of: [.letter, .mark], from: position))
      } else if let start = symbolStart(of: [.punctuation, .symbol]) {
        let stop = run(of: [.punctuation, .symbol], from: start)
        endWord(at: run(from: stop) { isLineBreak($0) })
      } else if isA(.space, position) {
        endLinesOrSpaces()
      } else {
        position = after
      }
    }
  }

  private mutating func scanTrailingSpace() {
    var start = end
    while start > position, isA(.space, previous(start)) { start = previous(start) }
    position = start
    if start < end { endWord(at: end) }
  }

  private mutating func scanRuns(
    of members: PreTokenizerStage.Members, afterSpace: Bool, atLeast least: Int, atMost limit: Int
  ) {
    while position < end {
      let after = next(position)
      let start =
        afterSpace && isA(.space, position) && after < end && isMember(after, of: members)
        ? after : position
      guard isMember(start, of: members) else {
        position = after
        continue
      }
      let stop = run(from: start, atMost: limit) { isMember($0, of: members) }
      if stop - start >= least { endWord(at: stop) } else { position = after }
    }
  }

  // MARK: Parts of expressions

  /// The end of `[^\r\n\p{L}\p{N}]?U*L+`, or else of `[^\r\n\p{L}\p{N}]?U+L*`.
  private func casedWord() -> Int? {
    guard !isLineBreak(position), !isA([.letter, .number], position) else {
      return wordEndingInLower(from: position) ?? wordBeginningWithUpper(from: position)
    }
    // A mark may lead a word or be its first letter.
    let after = next(position)
    return wordEndingInLower(from: after) ?? wordEndingInLower(from: position)
      ?? wordBeginningWithUpper(from: after) ?? wordBeginningWithUpper(from: position)
  }

  private static let maybeUpper: ScalarClass = [.upper, .uncased, .mark]
  private static let maybeLower: ScalarClass = [.lower, .uncased, .mark]

  /// The end of `U*L+`.
  private func wordEndingInLower(from start: Int) -> Int? {
    var stop = run(of: Self.maybeUpper, from: start)
    if stop < end, isA(Self.maybeLower, stop) { return run(of: Self.maybeLower, from: stop) }
    while stop > start {
      let last = previous(stop)
      if isA(Self.maybeLower, last) { return stop }
      stop = last
    }
    return nil
  }

  /// The end of `U+L*`.
  private func wordBeginningWithUpper(from start: Int) -> Int? {
    let stop = run(of: Self.maybeUpper, from: start)
    return stop > start ? run(of: Self.maybeLower, from: stop) : nil
  }

  /// Where the symbols of ` ?[^set]+` begin.
  private func symbolStart(outside set: ScalarClass) -> Int? {
    if !isA(set, position) { return position }
    let after = position + 1
    return bytes[position] == UInt8(ascii: " ") && after < end && !isA(set, after) ? after : nil
  }

  /// Where the symbols of ` ?[set]+` begin.
  private func symbolStart(of set: ScalarClass) -> Int? {
    if isA(set, position) { return position }
    let after = position + 1
    return bytes[position] == UInt8(ascii: " ") && after < end && isA(set, after) ? after : nil
  }

  /// Ends a word of `\s*[\r\n]+|\s+(?!\S)|\s+`.
  private mutating func endLinesOrSpaces() {
    let stop = run(of: .space, from: position)
    if let lineBreak = (position..<stop).last(where: isLineBreak) {
      endWord(at: lineBreak + 1)
    } else {
      endSpaces()
    }
  }

  /// Ends a word of `\s+(?!\S)|\s+`: where a word follows, the last space is left to it.
  private mutating func endSpaces() {
    let stop = run(of: .space, from: position)
    let last = previous(stop)
    endWord(at: stop < end && last > position ? last : stop)
  }

  /// The end of the contraction that begins at `index`: `'s`, `'t`, `'re`, `'ve`, `'m`, `'ll`,
  /// `'d`. Case is ignored as Unicode folds it, so that U+017F is an `s` too.
  private func contraction(at index: Int, ignoringCase: Bool) -> Int? {
    guard index < end, bytes[index] == UInt8(ascii: "'") else { return nil }
    func letter(_ offset: Int) -> UInt8 {
      let place = index + offset
      guard place < end else { return 0 }
      return ignoringCase && bytes[place] < 0x80 ? bytes[place] | 0x20 : bytes[place]
    }
    switch (letter(1), letter(2)) {
    case (UInt8(ascii: "s"), _), (UInt8(ascii: "t"), _), (UInt8(ascii: "m"), _),
      (UInt8(ascii: "d"), _):
      return index + 2
    case (UInt8(ascii: "r"), UInt8(ascii: "e")), (UInt8(ascii: "v"), UInt8(ascii: "e")),
      (UInt8(ascii: "l"), UInt8(ascii: "l")):
      return index + 3
    case (0xC5, 0xBF) where ignoringCase:
      return index + 3
    default:
      return nil
    }
  }

  private mutating func endWord(at stop: Int) {
    if unmatched < position { words.append(unmatched..<position) }
    words.append(position..<stop)
    position = stop
    unmatched = stop
  }
}
