/// A filter of a list by words.
struct Filter {
  private let words: [String]

  init(_ text: String) {
    words = text.lowercased().split(whereSeparator: \.isWhitespace).map(String.init)
  }

  var isEmpty: Bool { words.isEmpty }

  /// The rank of `item`, 0 for the best; nil if a word does not match.
  ///
  /// A prefix of the name ranks first, then a part of the name, then a part of the rest. Last come
  /// abbreviations: `rth` finds `raise-threshold`.
  func rank(of item: Chooser.Item) -> Int? {
    let name = item.id.lowercased()
    let text = "\(item.title) \(item.detail)".lowercased()
    var worst = 0
    for word in words {
      guard
        let rank = Self.rank(of: word, name: name, text: text)
          ?? (item.text.lowercased().contains(word) ? 4 : nil)
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
