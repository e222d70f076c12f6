import Traces

/// A search in the conversation.
struct Search: Sendable, Equatable {
  /// The text to find; case matters if it contains a capital letter.
  let query: String
  /// The last match.
  var current: ConversationLayout.Anchor?

  private var matchesCase: Bool { query.contains { $0.isUppercase } }

  /// The offsets of all matches in `text`, in characters.
  func places(in text: String) -> [Int] {
    guard !query.isEmpty else { return [] }
    let hay = matchesCase ? text : text.lowercased()
    let needle = matchesCase ? query : query.lowercased()
    var places: [Int] = []
    var rest = hay[...]
    var before = 0
    while let range = rest.firstRange(of: needle) {
      before += rest.distance(from: rest.startIndex, to: range.lowerBound)
      places.append(before)
      before += needle.count
      rest = rest[range.upperBound...]
    }
    return places
  }
}

extension ViewerState {
  // MARK: Steps by what became of them

  private var allSteps: [(id: StepID, step: StepState)] {
    shownRun.turns.enumerated().flatMap { index, turn in
      turn.steps.map { (StepID(turn: index, step: $0.number), $0) }
    }
  }

  mutating func goToRejectedStep(_ direction: Int) {
    goToStep(direction, to: "rejected step") { $0.rejectedDraft != nil }
  }

  mutating func goToStepNearThreshold(_ direction: Int) {
    goToStep(direction, to: "step near the threshold", \.isNearThreshold)
  }

  /// Goes to the next (1) or previous (-1) step for which `isWanted` holds.
  private mutating func goToStep(_ direction: Int, to what: String, _ isWanted: (StepState) -> Bool)
  {
    let steps = allSteps
    let place = shownStep.flatMap { shown in steps.firstIndex { $0.id == shown.id } } ?? 0
    let found =
      direction > 0
      ? steps[min(place + 1, steps.count)...].first { isWanted($0.step) }
      : steps[..<place].last { isWanted($0.step) }
    guard let found else {
      say("There is no \(direction > 0 ? "later" : "earlier") \(what).")
      return
    }
    show(found.id)
  }

  /// Goes to the step with the next higher judge score; from the highest, back to the lowest.
  mutating func goToStepByScore() {
    let scored = allSteps.compactMap { each in each.step.judged?.score.map { (each.id, $0) } }
    let byScore = scored.enumerated().sorted {
      ($0.element.1, $0.offset) < ($1.element.1, $1.offset)
    }.map(\.element)
    guard !byScore.isEmpty else {
      say("No step has a score yet.")
      return
    }
    let place = selection.step.flatMap { step in byScore.firstIndex { $0.0 == step } }
    let next = byScore[((place ?? -1) + 1) % byScore.count]
    show(next.0)
    say("Score \(Format.score(next.1)): the next higher one with the same key.")
  }

  /// Selects a step, unfolds it and scrolls to it.
  mutating func show(_ step: StepID) {
    selection.step = step
    focus = .conversation
    reading.foldedTurns.remove(step.turn)
    if let filter = reading.filter, let shown = shownStep, !filter.shows(shown.step) {
      reading.filter = nil
    }
    settle()
    reveal(step, rows: screen.conversation.rows)
  }

  // MARK: Text

  /// Searches for `query`, or prompts for it if it is empty.
  mutating func search(for query: String) {
    guard query.isEmpty else { return startSearch(query) }
    overlay = Prompt("Search") { text, state in
      state.startSearch(text)
      return .close()
    }
  }

  private mutating func startSearch(_ query: String) {
    selection.search = Search(query: query)
    // What is folded away would not be found.
    reading.foldedTurns = []
    goToMatch(1)
  }

  mutating func goToMatch(_ direction: Int) {
    guard var search = selection.search else {
      say("Nothing was searched for: / searches.")
      return
    }
    settle()
    let matches = layout.anchors { search.places(in: $0) }
    guard !matches.isEmpty else {
      say("\"\(search.query)\" does not occur.", .warning)
      return
    }
    let rows = screen.conversation.rows
    let here = search.current ?? layout.anchor(at: topRow(rows: rows))
    let index: Int
    if let here {
      let later = matches.firstIndex { here < $0 } ?? 0
      let earlier = matches.lastIndex { $0 < here } ?? matches.count - 1
      // The first match may stand in the first line seen.
      let isFirst = search.current == nil
      index = direction > 0 ? (isFirst ? matches.firstIndex { here <= $0 } ?? 0 : later) : earlier
    } else {
      index = 0
    }
    search.current = matches[index]
    selection.search = search
    let row = layout.row(of: matches[index])
    scroll(to: max(0, row - rows / 3), rows: rows)
    if matches[index].block.isStep {
      selection.step = StepID(turn: matches[index].block.turn, step: matches[index].block.step)
    }
    focus = .conversation
    say("Match \(index + 1) of \(matches.count) for \"\(search.query)\".")
  }

  mutating func setFilter(_ argument: String) -> [Command]? {
    if argument == "off" || argument.isEmpty {
      reading.filter = nil
      return []
    }
    guard let filter = StepFilter(argument) else {
      say("/filter needs one of accepted, rejected, base, flagged, score<7, off.", .warning)
      return nil
    }
    reading.filter = filter
    say("Shown: \(filter.name). /filter off shows all.")
    return []
  }

  // MARK: Copying

  /// The selected steps, from the start of the selection to the shown step.
  var selectedSteps: ClosedRange<StepID>? {
    guard let shown = shownStep?.id else { return nil }
    guard let start = selection.start else { return shown...shown }
    return min(start, shown)...max(start, shown)
  }

  mutating func copySteps() -> [Command] {
    guard let range = selectedSteps else { return [] }
    let texts = allSteps.filter { range.contains($0.id) }.map(\.step.keptText)
    selection.start = nil
    return [.screen(.copy(texts.joined(separator: "\n\n")))]
  }

  func copyAnswer() -> [Command] {
    let turn = shownStep?.turn ?? run.turns.last
    return turn.map { [.screen(.copy($0.answerText))] } ?? []
  }
}

extension ViewerState.StepID: Comparable {
  static func < (left: Self, right: Self) -> Bool {
    (left.turn, left.step) < (right.turn, right.step)
  }
}
