import Traces

extension ViewerState {
  /// The run as the conversation shows it: with a branch that was left, while one is looked at.
  var shownRun: RunState { viewedBranch.map { run.showing(branch: $0) } ?? run }

  mutating func openBranches() {
    overlay = run.turns.last.map { .branches(BranchTree($0)) }
  }

  mutating func perform(_ action: Action, in tree: BranchTree) -> [Command] {
    guard let turn = run.turns.last else {
      overlay = nil
      return []
    }
    var tree = tree
    let page = BranchTreePane(self, tree)?.listRows ?? 1
    switch action {
    case .previousItem: tree.move(by: -1, in: turn)
    case .nextItem: tree.move(by: 1, in: turn)
    case .previousItems: tree.move(by: -page, in: turn)
    case .nextItems: tree.move(by: page, in: turn)
    case .markBranch: tree.toggleMark()
    case .showBranch:
      view(branch: tree.chosen == turn.branch ? nil : tree.chosen)
      overlay = nil
      return []
    case .compareBranches:
      let other = tree.marked ?? turn.branch
      guard other != tree.chosen else {
        say("Choose another branch: this one is compared with itself otherwise.", .warning)
        return []
      }
      overlay = .comparison(
        .branches(min(other, tree.chosen), max(other, tree.chosen)), firstLine: 0)
      return []
    case .goOn:
      if let obstacle = obstacle(toGoingOnFrom: tree.chosen, of: turn) {
        say(obstacle, .warning)
        return []
      }
      overlay = nil
      return [.run(.control(.goOn(from: tree.chosen)))]
    default:
      overlay = nil
      return []
    }
    overlay = .branches(tree)
    return []
  }

  private func obstacle(toGoingOnFrom branch: Int, of turn: TurnState) -> String? {
    guard case .ready = engine else { return "There are no models that could go on." }
    if isRacing { return "A race is running. Ctrl-C ends it." }
    return branch == turn.branch ? "This is the branch that goes on." : nil
  }

  /// Shows branch `number` in the conversation, to be read; nil shows the one that goes on.
  mutating func view(branch number: Int?) {
    guard number != viewedBranch else { return }
    viewedBranch = number
    selected = nil
    layout.markStale(from: run.turns.count - 1)
    if number != nil { focus = .conversation }
  }
}

extension ViewerState {
  func compareRun(_ argument: String) -> [Command]? {
    argument.isEmpty ? nil : [.run(.load(argument))]
  }

  mutating func compare(with other: RunState) {
    guard !other.turns.isEmpty, !run.turns.isEmpty else {
      say("There are no two turns to compare.", .warning)
      return
    }
    otherRun = other
    overlay = .comparison(.runs, firstLine: 0)
  }
}
