import Traces

extension ViewerState {
  /// What the judge's scores say, and what was told of it.
  ///
  /// It takes the longer the more steps there are, and several panes show it: it is made anew only after
  /// something that it goes by changed.
  struct Coaching: Sendable {
    /// Nil before there are enough scores.
    private(set) var coach: Coach?
    /// The threshold that `coach` is about, 0 to 9; nil where it has to be made anew.
    private var threshold: Double?
    /// What was told last.
    var told: Coach.Advice?

    mutating func markStale() { threshold = nil }

    mutating func settle(_ run: RunState, at threshold: Double) {
      guard threshold != self.threshold else { return }
      coach = Coach(run, threshold: threshold)
      self.threshold = threshold
    }
  }

  /// What the judge's scores of the run say about the threshold in force, as it was settled last.
  var coach: Coach? { coaching.coach }

  /// Takes in what came since the coach was asked last.
  mutating func settleCoach() { coaching.settle(run, at: thresholdInForce) }

  /// The coach's line in at most `columns`; nil where there is nothing to say.
  func coachLine(columns: Int) -> String? {
    let key = terminal.keys.entries.first { $0.action == .takeSuggestion }?.keys.first
    let way = key.map { Coach.Way.viewer(key: $0.name) } ?? .viewer(key: "/suggested")
    return coach?.line(replay == nil ? way : .none, columns: columns)
  }

  /// Says what the coach has to say, when that is new, and again when the turn is over; a word about
  /// something else stays.
  mutating func tellCoach(isAtEnd: Bool) {
    settleCoach()
    let advice = coach?.advice
    defer { coaching.told = advice }
    guard let advice, isAtEnd || coaching.told.map({ !$0.isLike(advice) }) ?? true,
      notice == nil || notice?.scope == .threshold,
      let line = coachLine(columns: noticeColumns)
    else { return }
    say(line, .threshold)
  }

  /// Why the suggested threshold cannot be taken; nil if it can.
  var obstacleToSuggestion: String? {
    guard let coach else {
      return "No suggestion yet: the coach needs \(Coach.fewestScores) judged steps."
    }
    if coach.suggestion != nil { return nil }
    if run.options.adapt != nil || run.options.thresholdShare != nil {
      return "The threshold moves by itself, towards its target."
    }
    return coachLine(columns: noticeColumns)
      ?? "No suggestion: nothing speaks for another threshold."
  }
}

extension Coach.Advice {
  /// Whether both say the same, but for their numbers.
  fileprivate func isLike(_ other: Self) -> Bool {
    switch (self, other) {
    case (.flat, .flat), (.evidence, .evidence): true
    case (.nothingPasses(let one), .nothingPasses(let other)): (one == nil) == (other == nil)
    default: false
    }
  }
}
