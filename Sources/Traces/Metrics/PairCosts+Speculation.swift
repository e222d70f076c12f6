/// What speculation can gain, by what passes cost.
extension PairCosts {
  /// Steps of `stepTokens` tokens that are judged with `wordingTokens` more, after `context` tokens; nil
  /// where passes do not tell.
  public func speculationLimit(
    stepTokens: Int, wordingTokens: Int, context: Int
  ) -> SpeculationLimit? {
    guard let decoding = base.secondsPerToken(at: context),
      let drafting = draft.secondsPerToken(at: context),
      let judging = base.prefill(stepTokens + wordingTokens, from: context),
      let catchingUp = draft.prefill(stepTokens, from: context)
    else { return nil }
    return SpeculationLimit(
      basePerToken: decoding, draftPerToken: drafting, judging: judging, catchingUp: catchingUp,
      stepTokens: stepTokens)
  }

  /// The best speedup of token-level speculative decoding in which each draft token is accepted with
  /// probability `acceptance` if those before it are, over all numbers of draft tokens from 1 to 15;
  /// nil where passes do not tell.
  ///
  /// A round of k draft tokens takes k draft passes and a base pass of k + 1 rows, and gives
  /// 1 + a + a² + … + aᵏ tokens (Leviathan, Kalman and Matias, arXiv 2211.17192).
  public func tokenSpeculationSpeedup(acceptance: Double, context: Int) -> Double? {
    guard let decoding = base.secondsPerToken(at: context),
      let drafting = draft.secondsPerToken(at: context)
    else { return nil }
    var (tokens, chance) = (1.0, 1.0)
    var best: Double?
    for count in 1...15 {
      chance *= acceptance
      tokens += chance
      guard let checking = base.seconds(rows: count + 1, context: context) else { return nil }
      let speedup = tokens * decoding / (Double(count) * drafting + checking)
      best = max(best ?? 0, speedup)
    }
    return best
  }

  /// Seconds that judging two steps of `tokens` tokens in one pass saves on average, less what
  /// drafting the second one costs in vain, if a step is accepted with probability `acceptance`; nil
  /// where passes do not tell.
  public func gainOfDraftingAhead(tokens: Int, acceptance: Double, context: Int) -> Double? {
    guard let one = base.prefill(tokens, from: context),
      let both = base.prefill(2 * tokens, from: context),
      let drafting = draft.decoding(tokens, from: context)
    else { return nil }
    return acceptance * (2 * one - both) - (1 - acceptance) * drafting
  }
}
