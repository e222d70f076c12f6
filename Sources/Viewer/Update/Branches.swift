import Traces

extension ViewerState {
  /// The run as the conversation shows it: with a branch that was left, while one is looked at.
  var shownRun: RunState { viewedBranch.map { run.showing(branch: $0) } ?? run }

  /// Shows branch `number` in the conversation, to be read; nil shows the one that goes on.
  mutating func view(branch number: Int?) {
    guard number != viewedBranch else { return }
    viewedBranch = number
    selected = nil
    layout.markStale(from: run.turns.count - 1)
    if number != nil { focus = .conversation }
  }
}
