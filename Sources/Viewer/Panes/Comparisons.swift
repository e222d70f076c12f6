import Traces

extension ViewerState {
  /// The pair's turn beside the base model's own run, both up to the same second of their clocks.
  func raceComparison() -> ComparisonPane? {
    guard let pair = run.turns.last, let opponent = race?.turns.last else { return nil }
    let clock =
      opponent.ended == nil ? max(0, (race?.time ?? 0) - opponent.startedAt) : Double.infinity
    let title =
      opponent.ended == nil
      ? "Race at \(Format.seconds(clock)): the base model runs, the pair is replayed"
      : "Race: \(pair.race.map { Format.speedup($0.speedup) + " (measured)" } ?? "no result")"
    return ComparisonPane(
      self, title: title, side(pair, "The pair, \(pair.mode.rawValue)", until: clock),
      side(opponent, "The base model alone", until: .infinity))
  }

  /// A branch that the last turn left, beside the one that went on.
  func branchComparison(_ number: Int) -> ComparisonPane? {
    guard let turn = run.turns.last,
      let left = turn.leftBranches.first(where: { $0.number == number })
    else { return nil }
    let kept = turn.steps.filter { $0.number <= left.keeps }
    let old = ComparisonPane.Side(
      title: "Branch \(number), left after step \(left.keeps)",
      steps: (kept + left.steps).map { ($0.look, $0.number, $0.keptText) },
      answer: left.answer?.text ?? "", summary: summary(of: kept + left.steps))
    return ComparisonPane(
      self, title: "Branch \(number) and branch \(turn.branch)", old,
      side(turn, "Branch \(turn.branch), which went on", until: .infinity))
  }

  private func side(
    _ turn: TurnState, _ title: String, until clock: Double
  ) -> ComparisonPane.Side {
    let steps = turn.steps.filter {
      clock == .infinity || $0.moments.committed ?? .infinity <= clock
    }
    let isOver = (turn.ended?.seconds).map { $0 <= clock } ?? false
    let time = isOver ? turn.ended.map { Format.seconds($0.seconds) } : nil
    return ComparisonPane.Side(
      title: title, steps: steps.map { ($0.look, $0.number, $0.keptText) },
      answer: turn.answered ?? .infinity <= clock || clock == .infinity ? turn.answerText : "",
      summary: summary(of: steps) + (time.map { " · done in \($0)" } ?? " · running"))
  }

  private func summary(of steps: [StepState]) -> String {
    let scores = steps.compactMap { $0.judged?.score }
    var facts = [Format.count(steps.count, "step", "steps")]
    if !scores.isEmpty {
      facts.append(
        "mean score " + Format.fixed(scores.reduce(0, +) / Double(scores.count), 1))
    }
    return facts.joined(separator: " · ")
  }

  /// The branches of the last turn, the one that goes on last.
  var branchItems: [Chooser.Item] {
    guard let turn = run.turns.last else { return [] }
    return turn.leftBranches.map { branch in
      Chooser.Item(
        id: String(branch.number),
        title: "├─ branch \(branch.number)  left after step \(branch.keeps)",
        detail: summary(of: branch.steps),
        preview: branch.answer?.text ?? branch.steps.last?.keptText ?? "no steps of its own")
    } + [
      Chooser.Item(
        id: String(turn.branch), title: "└─ branch \(turn.branch)  goes on",
        detail: summary(of: turn.steps), preview: turn.answerText,
        obstacle: "This is the branch that goes on; choose another to compare it with this one.")
    ]
  }
}
