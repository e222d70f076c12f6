/// What steps amount to, so that a number about a long turn need not look at each of them again.
struct StepSums: Sendable, Equatable {
  /// Tokens, passes and times by model and purpose.
  var ledger = Ledger()
  /// Tokens of kept steps, and those the base model is writing now.
  var keptTokens = 0
  /// Drafted steps that were accepted.
  var accepted = 0
  /// Drafted steps that were rejected.
  var rejected = 0
  /// Judgements.
  var judgements = 0
  /// Tokens of judged drafts.
  var judgedTokens = 0
  /// Seconds of writing those.
  var judgedDraftSeconds = 0.0
  /// Tokens that the base model decoded one by one.
  var decodedTokens = 0
  /// Seconds of that.
  var decodeSeconds = 0.0

  /// Adds a step.
  mutating func add(_ step: StepState) {
    ledger += step.ledger
    keptTokens += step.committed?.tokens ?? step.baseTokens
    if step.judged != nil { judgements += 1 }
    if step.judged != nil, let drafted = step.drafted {
      judgedTokens += drafted.tokens
      judgedDraftSeconds += drafted.seconds
    }
    switch step.decided?.verdict {
    case .accepted: accepted += 1
    case .rejected: rejected += 1
    case nil: break
    }
    if let committed = step.committed, committed.by == .base, let decode = committed.decodeSeconds {
      decodedTokens += committed.tokens
      decodeSeconds += decode
    }
  }
}
