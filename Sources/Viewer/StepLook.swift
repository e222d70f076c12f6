import Traces

/// A status as the screen tells it: always by glyph, word and colour together.
struct StepLook: Equatable {
  let glyph: String
  let word: String
  let scope: Scope

  static let drafting = StepLook(glyph: "…", word: "drafting", scope: .stepDrafting)
  static let judging = StepLook(glyph: "?", word: "judging", scope: .stepJudging)
  static let accepted = StepLook(glyph: "✓", word: "draft-accepted", scope: .stepAccepted)
  static let rejected = StepLook(glyph: "✗", word: "draft-rejected", scope: .stepRejected)
  static let regenerating = StepLook(glyph: "↻", word: "regenerating", scope: .stepRegenerated)
  static let regenerated = StepLook(glyph: "↻", word: "base-regenerated", scope: .stepRegenerated)
  static let baseWriting = StepLook(glyph: "■", word: "base writing", scope: .stepBase)
  static let baseWritten = StepLook(glyph: "■", word: "base-written", scope: .stepBase)
  static let draftWritten = StepLook(glyph: "·", word: "draft-written", scope: .stepDraft)
  static let edited = StepLook(glyph: "!", word: "edited", scope: .stepBase)
  static let note = StepLook(glyph: "!", word: "note", scope: .stepBase)

  /// What marks a step that would have gone the other way.
  static let flip = StepLook(glyph: "⇄", word: "would flip", scope: .stepFlip)
}

extension StepState {
  /// How the kept text of the step, or the text being written, is shown.
  var look: StepLook {
    switch phase {
    case .drafting: .drafting
    case .judging: .judging
    case .regenerating: .regenerating
    case .baseWriting: .baseWriting
    case .committed(.draftAccepted): .accepted
    case .committed(.baseRegenerated): .regenerated
    case .committed(.baseWritten): .baseWritten
    case .committed(.draftWritten): .draftWritten
    case .committed(.edited): .edited
    case .committed(.note): .note
    }
  }

  /// The draft that was thrown away; nil when there is none.
  var rejectedDraft: String? {
    decided?.verdict == .rejected ? drafted?.text ?? draftText : nil
  }

  /// The text that is kept, or as much of it as is written.
  var keptText: String {
    if let committed { return committed.text }
    return switch phase {
    case .regenerating, .baseWriting: baseText
    default: drafted?.text ?? draftText
    }
  }

  /// A model is writing it at this moment.
  var isBeingWritten: Bool {
    committed == nil && phase != .judging
  }
}

extension StepJudged {
  /// The score in three columns, such as `8.7`; `?` for an unreadable judgement.
  var shortScore: String {
    score.map { Format.fixed($0, 1) } ?? " ? "
  }

  /// How good the score is, whatever the threshold.
  var scope: Scope {
    guard let score else { return .warning }
    return score < 4 ? .judgeLow : score < 7 ? .judgeMid : .judgeHigh
  }
}

extension StopReason {
  /// Why a turn ended, for people.
  var sentence: String {
    switch self {
    case .answer: "answered"
    case .endOfText: "ended without an answer"
    case .budget: "stopped: the token budget is used up"
    case .contextFull: "stopped: the context is full"
    case .repetition: "stopped: it repeated itself"
    case .cancelled: "cancelled; what was written is kept"
    case .error: "stopped by an error"
    }
  }
}
