import Traces

/// The branches of the last turn as a tree that one moves in.
struct BranchTree: Sendable, Equatable {
  /// One line of the tree.
  struct Row: Equatable {
    /// What joins it to the branch that it went on from.
    let stem: String
    let branch: TurnState.Branch
  }

  /// The chosen branch's number.
  private(set) var chosen: Int
  /// The branch that another is to be compared with; nil for the one that goes on.
  private(set) var marked: Int?

  /// The tree of `turn`, its present branch chosen.
  init(_ turn: TurnState) {
    chosen = turn.branch
  }

  /// The branches of `turn`, each below the one that it went on from.
  static func rows(of turn: TurnState) -> [Row] {
    let children = Dictionary(grouping: turn.branches) { $0.parent }
    func rows(below parent: Int?, indent: String) -> [Row] {
      let siblings = children[parent] ?? []
      return siblings.enumerated().flatMap { index, branch -> [Row] in
        let isLast = index == siblings.count - 1
        let stem = parent == nil ? "" : isLast ? "└─" : "├─"
        let next = parent == nil ? "" : isLast ? "  " : "│ "
        return [Row(stem: indent + stem, branch: branch)]
          + rows(below: branch.number, indent: indent + next)
      }
    }
    return rows(below: nil, indent: "")
  }

  /// Moves the choice by `count` lines, as far as there are lines.
  mutating func move(by count: Int, in turn: TurnState) {
    let numbers = Self.rows(of: turn).map(\.branch.number)
    guard let place = numbers.firstIndex(of: chosen) else { return }
    chosen = numbers[max(0, min(numbers.count - 1, place + count))]
  }

  /// Marks the chosen branch for comparison, or takes the mark away.
  mutating func toggleMark() {
    marked = marked == chosen ? nil : chosen
  }
}
