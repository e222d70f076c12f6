/// The rule that cuts a text into words before byte-pair encoding; no token spans two words.
///
/// Each rule is the scanner of a published regular expression (given at its case), exact in every
/// Unicode class and linear in the text's length.
enum PreTokenizer: Equatable, Sendable {
  /// `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`
  ///
  /// With `isolatesDigits`, each `\p{N}` is a word of its own first, and the expression cuts what
  /// lies between them.
  case gpt2(isolatesDigits: Bool)
  /// `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,digits}|`
  /// ` ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`
  case tiktoken(digits: Int)

  /// Every value of `tokenizer.ggml.pre` that is understood.
  static let names: KeyValuePairs<String, PreTokenizer> = [
    "gpt-2": .gpt2(isolatesDigits: false),
    "smollm": .gpt2(isolatesDigits: true),
    "qwen2": .tiktoken(digits: 1),
    "deepseek-r1-qwen": .tiktoken(digits: 1),
    "llama-bpe": .tiktoken(digits: 3),
    "llama3": .tiktoken(digits: 3),
    "llama-v3": .tiktoken(digits: 3),
  ]

  /// The words of `text`, in order and without gaps, as ranges of its bytes.
  ///
  /// - Parameter text: valid UTF-8.
  func words(of text: ArraySlice<UInt8>) -> [Range<Int>] {
    var scanner = WordScanner(text)
    switch self {
    case .gpt2(isolatesDigits: false): scanner.scanGPT2(upTo: scanner.end)
    case .gpt2(isolatesDigits: true): scanner.scanGPT2BetweenDigits()
    case .tiktoken(let digits): scanner.scanTiktoken(digits: digits)
    }
    return scanner.words
  }
}

/// Cuts one text. Indices are those of the text's bytes; a class stands at each byte of a
/// character, so that runs of a class are found without decoding.
private struct WordScanner {
  private let bytes: ArraySlice<UInt8>
  private let classes: [ScalarClass]
  private var position: Int
  let end: Int
  private(set) var words: [Range<Int>] = []

  init(_ text: ArraySlice<UInt8>) {
    bytes = text
    position = text.startIndex
    end = text.endIndex
    var classes: [ScalarClass] = []
    classes.reserveCapacity(text.count)
    for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
      classes.append(contentsOf: repeatElement(ScalarClass(scalar), count: UTF8.width(scalar)))
    }
    self.classes = classes
  }

  mutating func scanGPT2(upTo limit: Int) {
    while position < limit {
      if let contraction = contraction(at: position, upTo: limit, ignoringCase: false) {
        take(upTo: contraction)
        continue
      }
      var start = position
      if bytes[start] == UInt8(ascii: " "), start + 1 < limit, classAt(start + 1) != .space {
        start += 1
      }
      if classAt(start) == .space {
        takeSpaces(upTo: run(of: .space, from: position, upTo: limit), limit: limit)
      } else {
        take(upTo: run(of: classAt(start), from: start, upTo: limit))
      }
    }
  }

  mutating func scanGPT2BetweenDigits() {
    while position < end {
      if classAt(position) == .number {
        take(upTo: next(position))
      } else {
        var limit = position
        while limit < end, classAt(limit) != .number { limit += 1 }
        scanGPT2(upTo: limit)
      }
    }
  }

  mutating func scanTiktoken(digits: Int) {
    while position < end {
      if let contraction = contraction(at: position, upTo: end, ignoringCase: true) {
        take(upTo: contraction)
        continue
      }
      let after = next(position)
      switch classAt(position) {
      case .letter:
        take(upTo: run(of: .letter, from: position, upTo: end))
      case .number:
        var stop = after
        var count = 1
        while count < digits, stop < end, classAt(stop) == .number {
          stop = next(stop)
          count += 1
        }
        take(upTo: stop)
      case _ where !isLineBreak(position) && after < end && classAt(after) == .letter:
        take(upTo: run(of: .letter, from: after, upTo: end))
      case .other:
        takeSymbols(from: position)
      case .space
      where bytes[position] == UInt8(ascii: " ") && after < end
        && classAt(after) == .other:
        takeSymbols(from: after)
      case .space:
        let stop = run(of: .space, from: position, upTo: end)
        if let lineBreak = (position..<stop).last(where: isLineBreak) {
          take(upTo: lineBreak + 1)
        } else {
          takeSpaces(upTo: stop, limit: end)
        }
      }
    }
  }

  /// ` ?[^\s\p{L}\p{N}]+[\r\n]*`, its symbols beginning at `start`.
  private mutating func takeSymbols(from start: Int) {
    var stop = run(of: .other, from: start, upTo: end)
    while stop < end, isLineBreak(stop) { stop += 1 }
    take(upTo: stop)
  }

  /// `\s+(?!\S)|\s+` over a run of spaces that ends at `stop`: where a word follows, the last
  /// space is left to it.
  private mutating func takeSpaces(upTo stop: Int, limit: Int) {
    guard stop < limit else { return take(upTo: stop) }
    let last = previous(stop)
    take(upTo: last > position ? last : stop)
  }

  private mutating func take(upTo stop: Int) {
    words.append(position..<stop)
    position = stop
  }

  /// The end of the contraction that begins at `index`: `'s`, `'t`, `'re`, `'ve`, `'m`, `'ll`,
  /// `'d`. Case is ignored as Unicode folds it, so that U+017F is an `s` too.
  private func contraction(at index: Int, upTo limit: Int, ignoringCase: Bool) -> Int? {
    guard bytes[index] == UInt8(ascii: "'") else { return nil }
    func letter(_ offset: Int) -> UInt8 {
      let place = index + offset
      guard place < limit else { return 0 }
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

  private func run(of kind: ScalarClass, from start: Int, upTo limit: Int) -> Int {
    var stop = start
    while stop < limit, classAt(stop) == kind { stop += 1 }
    return stop
  }

  private func classAt(_ index: Int) -> ScalarClass { classes[index - bytes.startIndex] }

  private func isLineBreak(_ index: Int) -> Bool {
    bytes[index] == UInt8(ascii: "\n") || bytes[index] == UInt8(ascii: "\r")
  }

  private func isContinuation(_ index: Int) -> Bool { bytes[index] & 0xC0 == 0x80 }

  private func next(_ index: Int) -> Int {
    var next = index + 1
    while next < end, isContinuation(next) { next += 1 }
    return next
  }

  private func previous(_ index: Int) -> Int {
    var previous = index - 1
    while previous > position, isContinuation(previous) { previous -= 1 }
    return previous
  }
}
