import Traces

/// How a step's status is told: by glyph, word and color together, on the screen, in exports and in
/// plain printing alike.
package struct StepLook: Equatable, Sendable {
  /// One character, one column wide.
  package let glyph: String
  /// The word beside the glyph.
  package let word: String
  /// The scope that themes color.
  package let scope: Scope

  package static let drafting = StepLook(glyph: "…", word: "drafting", scope: .stepDrafting)
  package static let judging = StepLook(glyph: "?", word: "judging", scope: .stepJudging)
  package static let accepted = StepLook(glyph: "✓", word: "draft-accepted", scope: .stepAccepted)
  package static let unasked = StepLook(glyph: "○", word: "draft-unasked", scope: .stepDraft)
  package static let rejected = StepLook(glyph: "✗", word: "draft-rejected", scope: .stepRejected)
  package static let regenerating = StepLook(
    glyph: "↻", word: "regenerating", scope: .stepRegenerated)
  package static let regenerated = StepLook(
    glyph: "↻", word: "base-regenerated", scope: .stepRegenerated)
  package static let baseWriting = StepLook(glyph: "■", word: "base writing", scope: .stepBase)
  package static let baseWritten = StepLook(glyph: "■", word: "base-written", scope: .stepBase)
  package static let stitched = StepLook(glyph: "≈", word: "stitched", scope: .stepBase)
  package static let draftWritten = StepLook(glyph: "·", word: "draft-written", scope: .stepDraft)
  /// A step that the base model was given without a judge's opinion of a draft.
  package static let handedOver = StepLook(glyph: "→", word: "handed-over", scope: .stepBase)
  package static let edited = StepLook(glyph: "!", word: "edited", scope: .stepBase)
  package static let note = StepLook(glyph: "!", word: "note", scope: .stepBase)

  /// A step of a recorded run that ended before the step did.
  package static let unfinished = StepLook(glyph: "…", word: "unfinished", scope: .stepDrafting)

  /// Marks a step that another threshold would have decided the other way.
  package static let flip = StepLook(glyph: "⇄", word: "would flip", scope: .stepFlip)
}

extension StepStatus {
  /// How a committed step of this status is told.
  package var look: StepLook {
    switch self {
    case .draftAccepted: .accepted
    case .draftUnasked: .unasked
    case .baseRegenerated: .regenerated
    case .baseWritten: .baseWritten
    case .stitched: .stitched
    case .draftWritten: .draftWritten
    case .edited: .edited
    case .note: .note
    }
  }
}

extension StepDecided {
  /// How a decision is told.
  package var look: StepLook {
    switch verdict {
    case .accepted: unasked == true ? .unasked : .accepted
    case .rejected: .rejected
    }
  }
}

extension StepState {
  /// How the step is told: its kept text, or the text that is being generated.
  package var look: StepLook {
    switch phase {
    case .drafting: .drafting
    case .judging: .judging
    case .regenerating: .regenerating
    case .baseWriting: .baseWriting
    case .committed(let status): status.look
    }
  }

  /// How the step is told in `turn`, which may have ended before the step did.
  package func look(in turn: TurnState) -> StepLook {
    turn.isOver && committed == nil ? .unfinished : look
  }

  /// The draft that was wasted; nil when none was.
  package var rejectedDraft: String? {
    decided?.verdict == .rejected ? drafted?.text ?? draftText : nil
  }

  /// The text that is kept, or as much of it as has been generated.
  package var keptText: String {
    if let committed { return committed.text }
    return switch phase {
    case .regenerating, .baseWriting: baseText
    default: drafted?.text ?? draftText
    }
  }

  /// Whether a model is generating the step's text right now.
  var isBeingWritten: Bool {
    committed == nil && phase != .judging
  }
}

/// A judge score in three columns.
struct ShownScore {
  let text: String
  let scope: Scope
}

extension StepState {
  /// The deciding judge's score, or that of a cheap judge that decided; nil where there is none.
  var shownScore: ShownScore? {
    if let judged { return ShownScore(text: judged.shortScore, scope: judged.scope) }
    return screened.map { ShownScore(text: $0.score.map(Format.score) ?? " ? ", scope: .dim) }
  }
}

extension StepScreened {
  /// The score with one decimal, or that there is none.
  package var shownScore: String { score.map(Format.score) ?? "unreadable" }

  /// What the score was asked for, as the end of a line that begins with it.
  package var remark: String {
    "first; it asks on between \(Format.fixed(low, 1)) and \(Format.fixed(high, 1))"
  }
}

extension StepJudged {
  /// The score in three columns, such as `8.7`; `?` for an unreadable judgement.
  var shortScore: String {
    score.map(Format.score) ?? " ? "
  }

  /// How good the score is, whatever the threshold.
  var scope: Scope {
    guard let score else { return .warning }
    return score < 4 ? .judgeLow : score < 7 ? .judgeMid : .judgeHigh
  }
}

extension StopReason {
  /// Why a turn ended, in words, and what `answer` is where a budget did.
  package func sentence(_ answer: Answer?) -> String {
    guard isOfBudget, let answer else { return sentence }
    if answer.forced == nil { return sentence + "; the answer is cut" }
    return sentence + (answer.tokens == 0 ? "; the text is cut" : "; the answer was asked for")
  }

  /// Why a turn ended, in words.
  package var sentence: String {
    switch self {
    case .answer: "answered"
    case .finished: "finished"
    case .endOfText: "ended without an answer"
    case .budget: "stopped: the token budget is used up"
    case .workBudget: "stopped: the work budget is used up"
    case .contextFull: "stopped: the context is full"
    case .repetition: "stopped: it repeated itself"
    case .cancelled: "cancelled; what was written is kept"
    case .brokenOff: "broken off; what was written is kept"
    case .error: "stopped by an error"
    }
  }
}
