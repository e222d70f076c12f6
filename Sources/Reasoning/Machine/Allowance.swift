import Traces

/// What the budgets of a turn leave, in tokens.
struct Allowance: Sendable, Equatable {
  /// The most that is kept back for an answer.
  private static let largestReserve = 256

  /// Tokens that may still be kept.
  var kept: Int
  /// Tokens that may still be written, kept or not.
  var written: Int
  /// Tokens of reasoning that may still be kept; nil without a budget of its own.
  var thinking: Int?
  /// Tokens that are kept back for the answer.
  var reserve: Int

  /// What `turn` has left of `options`; as much again for each time it was let go on.
  ///
  /// - Parameter keepsReserve: Whether the answer is written apart from the reasoning.
  init(_ options: RunOptions, turn: TurnState, keepsReserve: Bool) {
    let times = 1 + turn.extensions
    let keptSteps = turn.keptTokens
    kept = options.budget * times - keptSteps - (turn.answer?.tokens ?? 0)
    // A branch begins with as much again.
    written = options.workLimit - (turn.countedTokens - turn.tokensBeforeBranch)
    thinking = options.thinkingBudget.map { $0 - keptSteps }
    reserve =
      keepsReserve
      ? max(1, min(Self.largestReserve, min(options.budget, options.workLimit) / 4)) : 0
  }

  /// Tokens that a step may take.
  var forReasoning: Int { min(min(kept, written) - reserve, thinking ?? .max) }

  /// Tokens that the answer may take. One that a budget forces gets what was kept back for it, even
  /// if the budget was lowered meanwhile.
  func forAnswer(forced: Answer.Force?) -> Int {
    max(min(kept, written), forced?.stop == nil ? 0 : reserve)
  }

  /// The budget that ends the reasoning first.
  var first: Answer.Force {
    if let thinking, thinking < min(kept, written) - reserve { return .thinkingBudget }
    return written < kept ? .workBudget : .budget
  }

  /// Why a turn ends that may write nothing more.
  var stop: StopReason { written < kept ? .workBudget : .budget }
}

extension Answer.Force {
  /// Why a turn ends whose answer was forced so; nil where the answer ends it as any other.
  var stop: StopReason? {
    switch self {
    case .budget: .budget
    case .workBudget: .workBudget
    case .thinkingBudget, .person: nil
    }
  }
}

extension ReasoningMachine {
  /// What the turn may still take.
  var allowance: Allowance {
    Allowance(options, turn: turn, keepsReserve: !untagged.contains(answerRole))
  }

  /// Whether another draft may be generated.
  var hasRoomForDraft: Bool { allowance.forReasoning > 0 }

  /// Ends a reasoning that a budget cuts off. A model without tags cannot be told to close it: its
  /// text so far is the answer.
  mutating func endReasoning(because force: Answer.Force) -> Transition {
    guard untagged.contains(answerRole) else { return closeReasoning(because: force) }
    giveLastStepAsAnswer(by: lastAuthor, forced: force)
    return finish(force.stop ?? .finished)
  }
}
