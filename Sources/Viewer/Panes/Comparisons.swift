import Traces

/// What stands side by side.
enum Comparison: Sendable, Equatable {
  /// Two branches of the last turn, by their numbers.
  case branches(Int, Int)
  /// The last turn of a recorded run, and this run's.
  case runs
}

extension ViewerState {
  /// The pair's turn beside the base model's own run, both up to the same second of their clocks.
  func raceComparison() -> ComparisonPane? {
    guard let pair = run.turns.last, let opponent = race?.turns.last ?? pair.racedTurn else {
      return nil
    }
    let clock =
      opponent.ended == nil ? max(0, (race?.time ?? 0) - opponent.startedAt) : Double.infinity
    let title =
      opponent.ended == nil
      ? "Race at \(Format.seconds(clock)): the base model runs, the pair is replayed"
      : "Race: \(pair.race.map { Format.speedup($0.speedup) + " (measured)" } ?? "no result")"
    return ComparisonPane(
      self, title: title,
      side(pair, "The pair, \(pair.mode.rawValue)", until: clock, hasMoments: true),
      side(opponent, "The base model alone", until: .infinity, hasMoments: true))
  }

  /// The two that `comparison` names; nil where one is not there any more.
  func pane(of comparison: Comparison) -> ComparisonPane? {
    guard let turn = run.turns.last else { return nil }
    switch comparison {
    case .branches(let left, let right):
      guard let old = turn.branches.first(where: { $0.number == left }),
        let new = turn.branches.first(where: { $0.number == right })
      else { return nil }
      return ComparisonPane(
        self, title: "Branch \(left) and branch \(right)", side(old, of: turn),
        side(new, of: turn))
    case .runs:
      guard let other = otherRun?.turns.last else { return nil }
      let isSame = other.prompt == turn.prompt
      return ComparisonPane(
        self, title: isSame ? "Two runs of one problem" : "Two runs of different problems",
        side(other, "Recorded: \(other.mode.rawValue)", until: .infinity),
        side(turn, "This run: \(turn.mode.rawValue)", until: .infinity))
    }
  }

  private func side(_ branch: TurnState.Branch, of turn: TurnState) -> ComparisonPane.Side {
    let state = branch.number == turn.branch ? "which goes on" : "which was left"
    return ComparisonPane.Side(
      title: "Branch \(branch.number), \(state)",
      steps: branch.steps.map { ComparisonPane.Step($0) },
      answer: branch.answer?.text ?? "", summary: summary(of: branch.steps))
  }

  private func side(
    _ turn: TurnState, _ title: String, until clock: Double, hasMoments: Bool = false
  ) -> ComparisonPane.Side {
    let steps = turn.steps.filter {
      clock == .infinity || $0.moments.committed ?? .infinity <= clock
    }
    let isOver = (turn.ended?.seconds).map { $0 <= clock } ?? false
    let time = isOver ? turn.ended.map { Format.seconds($0.seconds) } : nil
    return ComparisonPane.Side(
      title: title, steps: steps.map { ComparisonPane.Step($0, hasMoment: hasMoments) },
      answer: turn.answered ?? .infinity <= clock || clock == .infinity ? turn.answerText : "",
      summary: summary(of: steps) + (time.map { " · done in \($0)" } ?? " · running"))
  }

  /// How many steps, and what the judge said of them on the whole.
  func summary(of steps: [StepState]) -> String {
    let scores = steps.compactMap { $0.judged?.score }
    var facts = [Format.count(steps.count, "step", "steps")]
    if !scores.isEmpty {
      facts.append(
        "mean score " + Format.fixed(scores.reduce(0, +) / Double(scores.count), 1))
    }
    return facts.joined(separator: " · ")
  }
}
