/// A list that typing filters and Enter chooses from.
struct Chooser: Sendable, Equatable {
  /// What is chosen, and what choosing does.
  enum Kind: Sendable, Equatable {
    case examples, palette, themes, runs
    case models(ModelRole)
  }

  /// One line of the list.
  struct Item: Sendable, Equatable {
    /// What choosing it means to the list's kind.
    let id: String
    /// What is read and filtered.
    let title: String
    /// Set at the right edge, such as keys or a date.
    var detail = ""
    /// Shown below the list while it is the chosen one.
    var preview = ""
    /// Is searched when the line itself does not match.
    var text = ""
    /// Why it cannot be chosen now; nil when it can.
    var obstacle: String?
  }

  let kind: Kind
  let title: String
  var items: [Item]
  /// What is typed to filter the list.
  var filter = Composer() {
    didSet { if filter.text != oldValue.text { chosen = 0 } }
  }
  /// Index into `matches`.
  private(set) var chosen = 0

  init(_ kind: Kind, title: String, items: [Item]) {
    self.kind = kind
    self.title = title
    self.items = items
  }

  /// The items that every word of the filter matches, the best first.
  var matches: [Item] {
    let filter = Filter(filter.text)
    guard !filter.isEmpty else { return items }
    return items.enumerated().compactMap { index, item in
      filter.rank(of: item).map { (rank: $0, index: index, item: item) }
    }
    .sorted { ($0.rank, $0.index) < ($1.rank, $1.index) }
    .map(\.item)
  }

  var chosenItem: Item? {
    let matches = matches
    return matches.indices.contains(chosen) ? matches[chosen] : nil
  }

  /// Moves the choice by `count` lines, as far as there are lines.
  mutating func move(by count: Int) {
    chosen = max(0, min(matches.count - 1, chosen + count))
  }
}

/// One line that is asked for.
struct Prompt: Sendable, Equatable {
  /// What the line is for.
  enum Purpose: Sendable, Equatable {
    /// What follows an action's command.
    case argument(of: Action)
    case search
    /// What a saved run is called.
    case runTitle(of: String)
    /// The value of a setting.
    case setting(SettingRow)
    /// A note of the person's own, after a step of the last turn (0 for its beginning).
    case note(after: Int)
  }

  let purpose: Purpose
  /// What is asked for, for people.
  let label: String
  var line = Composer()
}
