/// Sums over steps, kept so that figures of a long turn need not visit each step again.
struct StepSums: Sendable, Equatable {
  /// Tokens, passes and times by model and purpose.
  var ledger = Ledger()
  /// Tokens of kept steps, and those that the base model is generating.
  var keptTokens = 0
  /// Drafted steps that were accepted.
  var accepted = 0
  /// Drafted steps that were rejected.
  var rejected = 0
  /// Judgements.
  var judgements = 0
  /// Tokens of judged drafts, one draft a step.
  var judgedTokens = 0
  /// Seconds of generating all judged drafts.
  var judgedDraftSeconds = 0.0
  /// Draft tokens that the base model kept.
  var proposedKept = 0
  /// Tokens that the base model decoded one by one.
  var decodedTokens = 0
  /// Seconds of that.
  var decodeSeconds = 0.0

  /// Adds a step.
  mutating func add(_ step: StepState) {
    ledger += step.ledger
    keptTokens += step.committed?.tokens ?? step.pendingBaseTokens
    if step.judged != nil, let drafted = step.drafted { judgedTokens += drafted.tokens }
    for draft in step.otherDrafts + [step] {
      if draft.judged != nil {
        judgements += 1
        judgedDraftSeconds += draft.drafted?.seconds ?? 0
      }
      switch draft.decided?.verdict {
      case .accepted: accepted += 1
      case .rejected: rejected += 1
      case nil: break
      }
    }
    proposedKept += step.committed?.speculation?.accepted ?? 0
    if let committed = step.committed, committed.by == .base, let decode = committed.decodeSeconds {
      decodedTokens += committed.tokens
      decodeSeconds += decode
    }
  }
}
