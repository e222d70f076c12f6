import Traces

extension ViewerState {
  /// The run that the conversation shows: with the viewed branch in place of the present one, and
  /// in a recording with the threshold that is tried out.
  var shownRun: RunState {
    var shown = viewedBranch.map { run.showing(branch: $0) } ?? run
    if replay != nil, case .score(let threshold)? = requested.threshold {
      shown.apply(Event(time: shown.time, kind: .control(.setThreshold(threshold))))
    }
    return shown
  }

  /// Shows branch `number` of the last turn for reading; nil shows the present branch.
  mutating func view(branch number: Int?) {
    guard number != viewedBranch else { return }
    viewedBranch = number
    selection.step = nil
    layout.markStale(from: run.turns.count - 1)
    if number != nil { focus = .conversation }
  }
}
