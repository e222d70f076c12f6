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
    switch subject {
    case .branches(let left, let right):
      guard let turn = state.run.turns.last,
        let old = turn.branches.first(where: { $0.number == left }),
        let new = turn.branches.first(where: { $0.number == right })
      else { return nil }
      return SideBySide(
        title: "Branch \(left) and branch \(right)", Self.side(old, of: turn),
        Self.side(new, of: turn))
    case .runs:
      guard let (turn, other) = Self.turns(in: state) else { return nil }
      let isSame = other.prompt == turn.prompt
      let parting =
        switch Parting(turn, other) {
        case .step(let step)?: ", which part at step \(step)"
        case .answer?: ", which part at the answer"
        case nil: ", the same to the end"
        }
      let title =
        isSame ? "Two runs of one problem\(parting)" : "Two runs of different problems"
      guard let names = state.opponents.names else {
        return SideBySide(
          title: title, SideBySide.Side(other, "Recorded: \(other.mode.rawValue)"),
          SideBySide.Side(turn, "This run: \(turn.mode.rawValue)"))
      }
      return SideBySide(
        title: title, SideBySide.Side(turn, "A \(names.own): \(turn.mode.rawValue)"),
        SideBySide.Side(other, "B \(names.recorded): \(other.mode.rawValue)"))
    }
  }

  /// The shown turn and the recorded one that was asked the same, else the last of both.
  private static func turns(in state: ViewerState) -> (own: TurnState, other: TurnState)? {
    guard let recorded = state.opponents.recorded else { return nil }
    let pairs = state.run.turnsAskedAlso(in: recorded)
    let shown = pairs.last { $0.own == state.shownTurn?.index } ?? pairs.last
    return shown.map { (state.run.turns[$0.own], recorded.turns[$0.other]) }
  }

  private static func side(_ branch: TurnState.Branch, of turn: TurnState) -> SideBySide.Side {
    let state = branch.number == turn.branch ? "which goes on" : "which was left"
    let answer = branch.answer.flatMap { $0.isLast(of: branch.steps) ? nil : $0.text }
    return SideBySide.Side(
      title: "Branch \(branch.number), \(state)", steps: branch.steps.map { SideBySide.Step($0) },
      answer: answer ?? "", summary: branch.steps.summary)
  }
}

extension ViewerState {
  /// Shows a recorded run, and over it how another one differs; the questions of both can be walked
  /// through below.
  public mutating func show(
    _ events: [Event], named name: String, beside other: RunState, named otherName: String
  ) {
    replay(events, speed: .infinity)
    showReplayToItsEnd()
    compare(with: other)
    opponents.names = (name, otherName)
  }

  mutating func compare(with other: RunState) {
    guard !other.turns.isEmpty, !run.turns.isEmpty else {
      say("There are no two turns to compare.", .warning)
      return
    }
    opponents.recorded = other
    overlay = ComparisonOverlay(.runs)
  }
}
