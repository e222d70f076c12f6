/// What differs between two texts: one run of words between a common start and a common end.
struct WordChange: Equatable {
  /// The words before the change, with the space after them.
  let start: String
  let removed: String
  let added: String
  /// The words after the change, with the space before them.
  let end: String

  init(from old: String, to new: String) {
    let oldWords = old.split(whereSeparator: \.isWhitespace)
    let newWords = new.split(whereSeparator: \.isWhitespace)
    let shorter = min(oldWords.count, newWords.count)
    var head = 0
    while head < shorter, oldWords[head] == newWords[head] { head += 1 }
    var tail = 0
    while tail < shorter - head,
      oldWords[oldWords.count - 1 - tail] == newWords[newWords.count - 1 - tail]
    { tail += 1 }
    start = head > 0 ? oldWords[..<head].joined(separator: " ") + " " : ""
    removed = oldWords[head..<(oldWords.count - tail)].joined(separator: " ")
    added = newWords[head..<(newWords.count - tail)].joined(separator: " ")
    end = tail > 0 ? " " + oldWords.suffix(tail).joined(separator: " ") : ""
  }

  var isNone: Bool { removed.isEmpty && added.isEmpty }
}
