/// Which known word somebody may have meant.
public enum Spelling {
  /// The word of `known` with the fewest edits from `word`, where they are few enough for a slip:
  /// at most a third of its letters.
  public static func nearest(to word: String, in known: some Sequence<String>) -> String? {
    let length = word.count
    let limit = max(1, length / 3)
    // Words of other lengths are as far apart as these, and a hostile one may be very long.
    return known.filter { abs($0.count - length) <= limit }.map { ($0, distance(word, $0)) }
      .filter { $0.1 <= limit }.min { $0.1 < $1.1 }?.0
  }

  /// `Did you mean "…"?` where there is such a word, with a space before it; else nothing.
  public static func hint(for word: String, in known: some Sequence<String>) -> String {
    nearest(to: word, in: known).map { " Did you mean \"\($0)\"?" } ?? ""
  }

  /// Insertions, deletions and replacements between two words (Levenshtein).
  private static func distance(_ left: String, _ right: String) -> Int {
    let right = Array(right)
    var row = Array(0...right.count)
    for (index, letter) in left.enumerated() {
      var diagonal = row[0]
      row[0] = index + 1
      for column in right.indices {
        let replaced = diagonal + (letter == right[column] ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = min(replaced, diagonal + 1, row[column] + 1)
      }
    }
    return row[right.count]
  }
}
