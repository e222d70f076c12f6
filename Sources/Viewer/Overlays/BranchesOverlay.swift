import Traces

/// The branches of the last turn as a tree, and the chosen one's end.
struct BranchesOverlay: Overlay {
  /// One line of the tree.
  private struct Row {
    /// What joins it to the branch that it went on from.
    let stem: String
    let branch: TurnState.Branch
  }

  /// The chosen branch's number, because branches come while one looks.
  private var chosen: Int
  /// The branch that another is to be compared with; nil for the one that goes on.
  private var marked: Int?

  /// The tree of `turn`, its present branch chosen.
  init(_ turn: TurnState) {
    chosen = turn.branch
  }

  var contexts: Set<ActionEntry.Context> { [.reader, .branches] }

  mutating func handle(_ action: Action, in state: inout ViewerState) -> OverlayResponse {
    guard let turn = state.run.turns.last else { return .close() }
    let numbers = Self.rows(of: turn).map(\.branch.number)
    let page = Self.listRows(in: Self.frame(state.terminal.size, count: numbers.count))
    var cursor = ListCursor()
    cursor.move(to: numbers.firstIndex(of: chosen) ?? 0, count: numbers.count)
    if cursor.move(action, count: numbers.count, page: page) {
      if numbers.contains(chosen) { chosen = numbers[cursor.index] }
      return .stay()
    }
    switch action {
    case .markBranch:
      marked = marked == chosen ? nil : chosen
      return .stay()
    case .showBranch:
      state.view(branch: chosen == turn.branch ? nil : chosen)
      return .close()
    case .compareBranches:
      let other = marked ?? turn.branch
      guard other != chosen else {
        state.say("Choose another branch: this one is compared with itself otherwise.", .warning)
        return .stay()
      }
      state.overlay = ComparisonOverlay(.branches(min(other, chosen), max(other, chosen)))
      return .close()
    case .goOn:
      if let obstacle = state.obstacle(toGoingOnFrom: chosen, of: turn) {
        state.say(obstacle, .warning)
        return .stay()
      }
      return .close([.run(.control(.steer(.goOn(from: chosen))))])
    default:
      return .close()
    }
  }

  /// The branches of `turn`, each below the one that it went on from.
  private static func rows(of turn: TurnState) -> [Row] {
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
}

extension ViewerState {
  fileprivate func obstacle(toGoingOnFrom branch: Int, of turn: TurnState) -> String? {
    if replay != nil { return Self.recordingObstacle }
    guard case .ready = engine else { return "There are no models that could go on." }
    if isRacing { return "A race is running. Ctrl-C ends it." }
    return branch == turn.branch ? "This is the branch that goes on." : nil
  }
}

// MARK: Drawing

extension BranchesOverlay {
  private static let previewRows = 4

  private static func frame(_ size: Size, count: Int) -> OverlayFrame {
    OverlayFrame(size: size, wantedColumns: 96, wantedRows: count + previewRows + 1)
  }

  /// Branches that are visible at once.
  private static func listRows(in frame: OverlayFrame) -> Int {
    max(1, frame.inner.rows - min(previewRows + 1, frame.inner.rows / 2))
  }

  func draw(on canvas: inout Canvas, in state: ViewerState) {
    guard let turn = state.run.turns.last else { return }
    let theme = state.terminal.theme
    let rows = Self.rows(of: turn)
    let frame = Self.frame(state.terminal.size, count: rows.count)
    frame.draw(title: DisplayText(" Branches of turn \(turn.number) "), on: &canvas, theme: theme)
    var cursor = ListCursor()
    cursor.move(to: rows.firstIndex { $0.branch.number == chosen } ?? 0, count: rows.count)
    let listRows = Self.listRows(in: frame)
    let first = cursor.firstLine(count: rows.count, rows: listRows)
    frame.draw(
      rows.dropFirst(first).prefix(listRows).map { spans(of: $0, in: turn) }, on: &canvas,
      theme: theme)
    guard rows.indices.contains(cursor.index) else { return }
    let end = Self.end(of: rows[cursor.index].branch)
    let preview = TextLayout.lines(text: [end], width: frame.inner.columns)
    frame.draw(preview.map(\.spans), fromRow: listRows + 1, on: &canvas, theme: theme)
  }

  private func spans(of row: Row, in turn: TurnState) -> [Span] {
    let branch = row.branch
    let isChosen = branch.number == chosen
    let goesOn = branch.number == turn.branch
    var spans = [
      Span(isChosen ? "▶ " : "  ", .accent), Span(row.stem, .border),
      Span(goesOn ? "● " : "○ ", goesOn ? .stepAccepted : .dim),
      Span("branch \(branch.number)", isChosen ? .accent : .text),
      Span(goesOn ? " goes on" : " left", goesOn ? .stepAccepted : .dim),
    ]
    if branch.parent != nil { spans.append(Span("  from step \(branch.taken)", .dim)) }
    spans.append(Span("  " + branch.steps.summary, .text))
    if let answer = branch.answer {
      spans.append(Span("  ⇒ " + (answer.boxed.map(LatexText.formula) ?? answer.text), .accent))
    }
    if branch.number == marked { spans.append(Span("  ◆ marked", .warning)) }
    return spans.map { Span($0.text.onOneLine, $0.scope) }
  }

  private static func end(of branch: TurnState.Branch) -> Span {
    if let answer = branch.answer { return Span(answer.text, .answer) }
    return branch.steps.last.map { Span($0.keptText, $0.look.scope) } ?? Span("no steps yet", .dim)
  }
}

// MARK: Actions

extension ActionEntry.Context {
  static let branches = Self("branches", "In the branch tree")
}

extension Action {
  fileprivate static let showBranch: Action = "show-branch"
  fileprivate static let goOn: Action = "go-on"
  fileprivate static let compareBranches: Action = "compare-branches"
  fileprivate static let markBranch: Action = "mark-branch"
}

extension BranchesOverlay {
  static let actions: [ActionEntry] = [
    ActionEntry(
      .showBranch, "show the branch in the conversation", [Key(.enter)], .branches,
      footer: "show"),
    ActionEntry(.goOn, "go on from the branch", [.plain("g")], .branches, footer: "go on"),
    ActionEntry(
      .compareBranches, "compare with the marked branch, or with the one that goes on",
      [.plain("c")], .branches, footer: "compare"),
    ActionEntry(
      .markBranch, "mark the branch for a comparison", [.plain(" ")], .branches, footer: "mark"),
  ]
}
