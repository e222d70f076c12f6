/// Sums over steps, kept so that figures of a long turn need not visit each step again.
struct StepSums: Sendable, Equatable {
  /// Tokens, passes and times by model and purpose.
  var ledger = Ledger()
  /// Tokens of kept steps, and those that the base model is generating.
  var keptTokens = 0
  /// The same in the base model's vocabulary, where its judgement told.
  var keptBaseTokens = 0
  /// Drafted steps that were accepted.
  var accepted = 0
  /// Drafted steps that were rejected.
  var rejected = 0
  /// Judgements by the deciding judge, and opinions of a cheap one that asked a model.
  var judgements = 0
  /// Kept drafts of which the base model was not asked.
  var unasked = 0
  /// Judging steps of the base model's own, which is in the ledger's judging too.
  var scoring = Work()
  /// Tokens of judged drafts, one draft a step, in the base model's vocabulary where that is known.
  var judgedTokens = 0
  /// Seconds of generating all judged drafts, without those of the prompt.
  var judgedDraftSeconds = 0.0
  /// Draft tokens that the base model kept.
  var proposedKept = 0

  /// Adds a step.
  mutating func add(_ step: StepState) {
    ledger += step.ledger
    keptTokens += step.committed?.tokens ?? step.pendingBaseTokens
    keptBaseTokens += step.keptBaseTokens ?? step.pendingBaseTokens
    scoring += step.scoringWork
    if let drafted = step.drafted, step.judged != nil || step.screened != nil {
      judgedTokens += step.judged?.stepTokens ?? step.screened?.stepTokens ?? drafted.tokens
    }
    if step.committed?.status == .draftUnasked { unasked += 1 }
    for draft in step.otherDrafts + [step] {
      if draft.judged != nil { judgements += 1 }
      if let screened = draft.screened, screened.promptTokens > 0 { judgements += 1 }
      if draft.judged != nil || draft.screened != nil {
        judgedDraftSeconds += draft.draftWork.ownSeconds
      }
      switch draft.decided?.verdict {
      case .accepted: accepted += 1
      case .rejected: rejected += 1
      case nil: break
      }
    }
    proposedKept += step.committed?.speculation?.accepted ?? 0
  }
}
