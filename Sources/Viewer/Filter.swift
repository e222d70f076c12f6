/// A filter of a list by words.
struct Filter {
  private let words: [String]

  init(_ text: String) {
    words = text.lowercased().split(whereSeparator: \.isWhitespace).map(String.init)
  }

  /// What is searched of an item, in lower case: a list is searched at every key.
  struct Searched: Sendable {
    fileprivate let name: String
    fileprivate let line: String
    fileprivate let text: [UInt8]

    init(_ item: Chooser.Item) {
      name = item.id.lowercased()
      line = "\(item.title) \(item.detail)".lowercased()
      text = Array(item.text.lowercased().utf8)
    }

    /// Whether the text has the bytes of `word`: letter by letter it would take long.
    fileprivate func hasInText(_ word: [UInt8]) -> Bool {
      guard let first = word.first, word.count <= text.count else { return false }
      var rest = text[...]
      while let place = rest.firstIndex(of: first) {
        rest = rest[place...]
        if rest.starts(with: word) { return true }
        rest.removeFirst()
      }
      return false
    }
  }

  /// The items that every word matches, the best first; without words all of them.
  func matches(of items: [Chooser.Item], searching searched: [Searched]) -> [Chooser.Item] {
    guard !words.isEmpty else { return items }
    return zip(items, searched).enumerated().compactMap { index, pair in
      rank(of: pair.1).map { (rank: $0, index: index, item: pair.0) }
    }
    .sorted { ($0.rank, $0.index) < ($1.rank, $1.index) }
    .map(\.item)
  }

  /// The rank of an item, 0 for the best; nil if a word does not match.
  ///
  /// A prefix of the name ranks first, then a part of the name, then a part of the rest. Last come
  /// abbreviations: `rth` finds `raise-threshold`.
  private func rank(of item: Searched) -> Int? {
    var worst = 0
    for word in words {
      guard
        let rank = Self.rank(of: word, name: item.name, text: item.line)
          ?? (item.hasInText(Array(word.utf8)) ? 4 : nil)
      else { return nil }
      worst = max(worst, rank)
    }
    return worst
  }

  private static func rank(of word: String, name: String, text: String) -> Int? {
    if name.hasPrefix(word) { return 0 }
    if name.contains(word) { return 1 }
    if text.contains(word) { return 2 }
    return isAbbreviation(word, of: name) ? 3 : nil
  }

  /// Longer names are texts, in which almost any abbreviation would match.
  private static let longestName = 40

  private static func isAbbreviation(_ word: String, of name: String) -> Bool {
    guard name.count <= longestName, word.first == name.first else { return false }
    var rest = name[...]
    for letter in word {
      guard let place = rest.firstIndex(of: letter) else { return false }
      rest = rest[rest.index(after: place)...]
    }
    return true
  }
}
