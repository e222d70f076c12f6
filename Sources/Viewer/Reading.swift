import Traces

/// How the conversation is displayed: what is folded, opened and filtered.
struct Reading: Sendable, Equatable {
  /// Turns whose steps are folded into the summary line.
  var foldedTurns: Set<Int> = []
  /// Steps that show the rejected draft in full, as a word diff with the kept text.
  var openSteps: Set<ViewerState.StepID> = []
  /// Show texts without rendering their markup.
  var isRaw = false
  /// The step pane shows the tokens with their probabilities.
  var showsTokens = false
  /// The steps that are shown; nil for all.
  var filter: StepFilter?
}

extension Reading {
  /// A model's text, which begins in `context`, as it is read: with its markup as looks, or as it
  /// was written.
  func pieces(
    _ text: String, _ scope: Scope, in context: MarkupContext = MarkupContext()
  ) -> [Block.Piece] {
    [Block.Piece(text, scope, markup: isRaw ? nil : context)]
  }
}

/// Which steps are shown.
enum StepFilter: Sendable, Equatable {
  case accepted, rejected, base, flagged
  /// Judged below this score, 0 to 9.
  case below(Double)

  /// As the person writes it: `accepted`, `rejected`, `base`, `flagged` or `<7`.
  init?(_ text: String) {
    switch text {
    case "accepted": self = .accepted
    case "rejected": self = .rejected
    case "base": self = .base
    case "flagged": self = .flagged
    default:
      let number = text.hasPrefix("score<") ? text.dropFirst(6) : text.dropFirst(1)
      guard text.contains("<"), let score = Double(number), (0...9).contains(score) else {
        return nil
      }
      self = .below(score)
    }
  }

  /// What is shown, in words.
  var name: String {
    switch self {
    case .accepted: "accepted steps of the draft model"
    case .rejected: "draft-rejected steps"
    case .base: "steps of the base model"
    case .flagged: "steps near the threshold, cut or unreadable"
    case .below(let score): "steps with a score below \(Format.fixed(score, 1))"
    }
  }

  func shows(_ step: StepState) -> Bool {
    switch self {
    case .accepted: step.committed?.isAcceptedDraft ?? false
    case .rejected: step.rejectedDraft != nil
    case .base: step.committed?.by == .base
    case .flagged: step.isNearThreshold || step.isCut || step.judged?.readable == false
    case .below(let limit): step.judged?.score.map { $0 < limit } ?? false
    }
  }
}

extension StepState {
  /// A score this close to the threshold could easily have fallen the other way.
  private static let nearness = 0.5

  /// The score stood near the threshold that decided.
  var isNearThreshold: Bool {
    guard let score = judged?.score, let threshold = decided?.threshold else { return false }
    return abs(score - threshold) <= Self.nearness
  }

  /// The step did not end by itself.
  var isCut: Bool { committed?.cut ?? drafted?.cut ?? false }
}
