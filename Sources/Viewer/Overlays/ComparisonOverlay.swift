import Traces

/// Two branches, or two runs, side by side.
struct ComparisonOverlay: Overlay {
  /// What stands side by side.
  enum Subject: Sendable, Equatable {
    /// Two branches of the last turn, by their numbers.
    case branches(Int, Int)
    /// The last turn of a recorded run, and this run's.
    case runs
  }

  private let subject: Subject
  private var scroll = ListCursor()

  init(_ subject: Subject) {
    self.subject = subject
  }

  var contexts: Set<ActionEntry.Context> { [.reader] }

  mutating func handle(_ action: Action, in state: inout ViewerState) -> OverlayResponse {
    SideBySide.scroll(&scroll, action, over: sides(in: state), in: state.terminal.size)
  }

  func draw(on canvas: inout Canvas, in state: ViewerState) {
    sides(in: state)?.draw(on: &canvas, scroll: scroll, theme: state.terminal.theme)
  }

  /// The two that are compared; nil if one of them is gone.
  private func sides(in state: ViewerState) -> SideBySide? {
    guard let turn = state.run.turns.last else { return nil }
    switch subject {
    case .branches(let left, let right):
      guard let old = turn.branches.first(where: { $0.number == left }),
        let new = turn.branches.first(where: { $0.number == right })
      else { return nil }
      return SideBySide(
        title: "Branch \(left) and branch \(right)", Self.side(old, of: turn),
        Self.side(new, of: turn))
    case .runs:
      guard let other = state.opponents.recorded?.turns.last else { return nil }
      let isSame = other.prompt == turn.prompt
      return SideBySide(
        title: isSame ? "Two runs of one problem" : "Two runs of different problems",
        SideBySide.Side(other, "Recorded: \(other.mode.rawValue)"),
        SideBySide.Side(turn, "This run: \(turn.mode.rawValue)"))
    }
  }

  private static func side(_ branch: TurnState.Branch, of turn: TurnState) -> SideBySide.Side {
    let state = branch.number == turn.branch ? "which goes on" : "which was left"
    return SideBySide.Side(
      title: "Branch \(branch.number), \(state)", steps: branch.steps.map { SideBySide.Step($0) },
      answer: branch.answer?.text ?? "", summary: branch.steps.summary)
  }
}

extension ViewerState {
  mutating func compare(with other: RunState) {
    guard !other.turns.isEmpty, !run.turns.isEmpty else {
      say("There are no two turns to compare.", .warning)
      return
    }
    opponents.recorded = other
    overlay = ComparisonOverlay(.runs)
  }
}
