import Traces

extension ViewerState {
  /// The run that the conversation shows: with the viewed branch in place of the present one.
  var shownRun: RunState { viewedBranch.map { run.showing(branch: $0) } ?? run }

  /// Shows branch `number` of the last turn for reading; nil shows the present branch.
  mutating func view(branch number: Int?) {
    guard number != viewedBranch else { return }
    viewedBranch = number
    selection.step = nil
    layout.markStale(from: run.turns.count - 1)
    if number != nil { focus = .conversation }
  }
}
