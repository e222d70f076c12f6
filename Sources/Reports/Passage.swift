import Traces

/// A piece of a turn's reasoning as every export tells it: by glyph, word and colour together.
struct Passage: Equatable {
  /// What became of it.
  enum Fate: String {
    case draftAccepted = "draft-accepted"
    case draftRejected = "draft-rejected"
    case baseRegenerated = "base-regenerated"
    case baseWritten = "base-written"
    case draftWritten = "draft-written"
    case edited, note
    case unfinished

    /// The sign beside the word.
    var glyph: String {
      switch self {
      case .draftAccepted: "✓"
      case .draftRejected: "✗"
      case .baseRegenerated: "↻"
      case .baseWritten: "■"
      case .draftWritten: "·"
      case .edited, .note: "!"
      case .unfinished: "…"
      }
    }
  }

  /// The step it belongs to, counted from 1.
  var step: Int
  /// What became of it.
  var fate: Fate
  /// Its text as the model wrote it.
  var text: String
  /// What is to be said of it: the reason of a decision, that it was cut, what it took.
  var remarks: [String]
}

extension StepState {
  /// The draft where it was rejected, and then what was kept.
  var passages: [Passage] {
    var passages: [Passage] = []
    if let decided, decided.verdict == .rejected {
      passages.append(
        Passage(
          step: number, fate: .draftRejected, text: drafted?.text ?? draftText,
          remarks: [decided.reason]))
    }
    guard let committed else {
      let text = decided?.verdict == .rejected ? baseText : drafted?.text ?? draftText + baseText
      if !text.isEmpty {
        passages.append(Passage(step: number, fate: .unfinished, text: text, remarks: []))
      }
      return passages
    }
    var remarks: [String] = []
    if let decided, decided.verdict == .accepted { remarks.append(decided.reason) }
    if committed.cut { remarks.append("cut") }
    if isIdenticalRewrite { remarks.append("the same words again") }
    passages.append(
      Passage(
        step: number, fate: committed.status.fate, text: committed.text, remarks: remarks))
    return passages
  }
}

extension StepStatus {
  var fate: Passage.Fate {
    switch self {
    case .draftAccepted: .draftAccepted
    case .baseRegenerated: .baseRegenerated
    case .baseWritten: .baseWritten
    case .draftWritten: .draftWritten
    case .edited: .edited
    case .note: .note
    }
  }
}
