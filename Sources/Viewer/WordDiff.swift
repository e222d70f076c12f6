/// Which words one text has and another has not: a word diff by the longest common subsequence.
package struct WordDiff: Equatable, Sendable {
  /// Words that stand together on one side.
  package struct Run: Equatable, Sendable {
    /// The space before the first word, as it was written: lines of code keep their breaks.
    package let gap: String
    /// The words with the space between them.
    package let text: String
    /// The other side does not have them here.
    package let isChanged: Bool
  }

  /// The old text in runs.
  package private(set) var old: [Run] = []
  /// The new text in runs.
  package private(set) var new: [Run] = []

  /// No word differs.
  var isNone: Bool { !(old + new).contains { $0.isChanged } }

  /// The table of the subsequence has this many cells at most; longer texts are only told apart at
  /// their ends.
  private static let cellLimit = 250_000

  /// The words of `oldText` and `newText`, told apart.
  package init(from oldText: String, to newText: String) {
    let oldWords = oldText.split(whereSeparator: \.isWhitespace)
    let newWords = newText.split(whereSeparator: \.isWhitespace)
    // Equal words get one number: long ones take long to compare.
    var numbers: [Substring: Int] = [:]
    func number(_ word: Substring) -> Int {
      let number = numbers[word] ?? numbers.count
      numbers[word] = number
      return number
    }
    let (old, new) = (oldWords.map(number), newWords.map(number))
    let shorter = min(old.count, new.count)
    var head = 0
    while head < shorter, old[head] == new[head] { head += 1 }
    var tail = 0
    while tail < shorter - head, old[old.count - 1 - tail] == new[new.count - 1 - tail] {
      tail += 1
    }
    let common = Self.common(old[head..<(old.count - tail)], new[head..<(new.count - tail)])
    let ends = (0..<head).map { ($0, $0) } + common
    let pairs = ends + (0..<tail).map { (old.count - tail + $0, new.count - tail + $0) }
    self.old = Self.runs(oldWords, of: oldText, kept: Set(pairs.map(\.0)))
    self.new = Self.runs(newWords, of: newText, kept: Set(pairs.map(\.1)))
  }

  /// Index pairs of the longest common subsequence of two rows of words' numbers.
  private static func common(
    _ old: ArraySlice<Int>, _ new: ArraySlice<Int>
  ) -> [(Int, Int)] {
    guard !old.isEmpty, !new.isEmpty, old.count * new.count <= cellLimit else { return [] }
    let width = new.count + 1
    var lengths = [Int32](repeating: 0, count: (old.count + 1) * width)
    for i in old.indices.reversed() {
      for j in new.indices.reversed() {
        let cell = (i - old.startIndex) * width + j - new.startIndex
        lengths[cell] =
          old[i] == new[j]
          ? lengths[cell + width + 1] + 1 : max(lengths[cell + width], lengths[cell + 1])
      }
    }
    var pairs: [(Int, Int)] = []
    var (i, j) = (old.startIndex, new.startIndex)
    while i < old.endIndex, j < new.endIndex {
      let cell = (i - old.startIndex) * width + j - new.startIndex
      if old[i] == new[j] {
        pairs.append((i, j))
        i += 1
        j += 1
      } else if lengths[cell + width] >= lengths[cell + 1] {
        i += 1
      } else {
        j += 1
      }
    }
    return pairs
  }

  private static func runs(_ words: [Substring], of text: String, kept: Set<Int>) -> [Run] {
    var runs: [(range: Range<String.Index>, gap: Substring, isChanged: Bool)] = []
    var end = text.startIndex
    for (index, word) in words.enumerated() {
      let isChanged = !kept.contains(index)
      if let last = runs.last, last.isChanged == isChanged {
        runs[runs.count - 1].range = last.range.lowerBound..<word.endIndex
      } else {
        runs.append((word.startIndex..<word.endIndex, text[end..<word.startIndex], isChanged))
      }
      end = word.endIndex
    }
    return runs.map {
      Run(gap: String($0.gap), text: String(text[$0.range]), isChanged: $0.isChanged)
    }
  }
}

extension WordDiff {
  /// The old text, its changed words between `[-` and `-]`.
  package var oldMarked: String { Self.marked(old, "[-", "-]") }

  /// The new text, its changed words between `{+` and `+}`.
  package var newMarked: String { Self.marked(new, "{+", "+}") }

  private static func marked(_ runs: [Run], _ opening: String, _ closing: String) -> String {
    runs.map { $0.gap + ($0.isChanged ? opening + $0.text + closing : $0.text) }.joined()
  }
}

extension [WordDiff.Run] {
  /// The runs as pieces, those that changed between `marks`, so that colour is not all that tells.
  func pieces(marks: (String, String), changed: Scope, same: Scope) -> [Block.Piece] {
    map { run in
      run.isChanged
        ? Block.Piece(run.gap + marks.0 + run.text + marks.1, changed)
        : Block.Piece(run.gap + run.text, same)
    }
  }

  /// A draft's words that the rewrite does not have.
  var removedPieces: [Block.Piece] {
    pieces(marks: ("[-", "-]"), changed: .stepRejected, same: .dim)
  }

  /// A rewrite's words that the draft did not have.
  var addedPieces: [Block.Piece] {
    pieces(marks: ("{+", "+}"), changed: .stepRegenerated, same: .text)
  }
}

extension ViewerState {
  /// What the rewrite of the shown step's draft changed, which takes long to find.
  struct Rewrite: Sendable {
    let draft: String
    let kept: String
    let diff: WordDiff
  }

  /// Finds it anew where another step is shown, or another text of it.
  mutating func settleRewrite() {
    guard screen.sidePane != nil, let step = shownStep?.step, let draft = step.rejectedDraft,
      let kept = step.committed?.text
    else {
      rewrite = nil
      return
    }
    guard rewrite?.draft != draft || rewrite?.kept != kept else { return }
    rewrite = Rewrite(draft: draft, kept: kept, diff: WordDiff(from: draft, to: kept))
  }
}
