/// The sums of a turn that `turn.ended` records.
public struct TurnTotals: Sendable, Equatable {
  /// Tokens by purpose.
  public var tokens = TokenCounts()
  /// Drafted steps that were accepted.
  public var accepted = 0
  /// Drafted steps that were rejected.
  public var rejected = 0
  /// Regenerated steps that equal the rejected draft, word for word.
  public var identicalRewrites = 0
  /// Seconds in which a model worked, without the opinions of a second judge.
  public var seconds = 0.0

  static func += (sum: inout TurnTotals, more: TurnTotals) {
    sum.tokens += more.tokens
    sum.accepted += more.accepted
    sum.rejected += more.rejected
    sum.identicalRewrites += more.identicalRewrites
    sum.seconds += more.seconds
  }

  static func -= (sum: inout TurnTotals, less: TurnTotals) {
    sum.tokens -= less.tokens
    sum.accepted -= less.accepted
    sum.rejected -= less.rejected
    sum.identicalRewrites -= less.identicalRewrites
    sum.seconds -= less.seconds
  }
}

extension TurnState {
  /// The turn's sums so far, all its branches included; once it has ended, as `turn.ended` says.
  public var totals: TurnTotals {
    var totals = branchTotals
    totals += elsewhere
    if let ended {
      totals.tokens = ended.tokens
      totals.accepted = ended.accepted
      totals.rejected = ended.rejected
      totals.identicalRewrites = ended.identicalRewrites ?? totals.identicalRewrites
    }
    return totals
  }

  /// The sums of the present branch alone.
  var branchTotals: TurnTotals {
    let (ledger, sums) = (ledger, sums)
    var totals = TurnTotals()
    totals.tokens.draft = ledger.drafting.tokens
    totals.tokens.judge = ledger.judging.tokens + ledger.selfJudging.tokens
    totals.tokens.base = ledger.regenerating.tokens + ledger.writing.tokens
    totals.tokens.discarded = ledger.discarded.tokens
    totals.tokens.proposed = ledger.proposing.tokens
    totals.tokens.proposedKept =
      sums.proposedKept + (answer?.speculation?.accepted ?? 0)
    totals.accepted = sums.accepted
    totals.rejected = sums.rejected
    totals.identicalRewrites = ledger.identicalRewrites
    totals.seconds = ledger.seconds - ledger.secondJudging.seconds
    return totals
  }

  /// Tokens that count against the work budget: all that were generated, but for those generated
  /// ahead in vain.
  package var countedTokens: Int {
    let tokens = totals.tokens
    return tokens.draft + tokens.base - droppedAhead.tokens
  }

  /// Tokens of the kept steps.
  package var keptTokens: Int { sums.keptTokens }
}

extension TokenCounts {
  static func -= (sum: inout TokenCounts, less: TokenCounts) {
    sum.draft -= less.draft
    sum.judge -= less.judge
    sum.base -= less.base
    sum.discarded -= less.discarded
    sum.proposed -= less.proposed
    sum.proposedKept -= less.proposedKept
  }
}
