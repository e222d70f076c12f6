/// One step: what the draft wrote, what the judge said, what was kept.
public struct StepState: Sendable, Equatable {
  /// Counts from 1 in its turn.
  public let number: Int
  /// Text as it streams from the draft model.
  public private(set) var draftText = ""
  /// Text as it streams from the base model.
  public private(set) var baseText = ""
  /// Tokens seen from the draft model.
  public private(set) var draftTokens = 0
  /// Tokens seen from the base model.
  public private(set) var baseTokens = 0
  private(set) var draftMarks: [TokenMark] = []
  private(set) var baseMarks: [TokenMark] = []
  /// The finished draft; nil before, and when the draft model was not asked.
  public internal(set) var drafted: StepDrafted?
  /// The judgement; nil before, and when the draft was not judged.
  public internal(set) var judged: StepJudged?
  /// The decision about the draft; nil before, and when there was no draft.
  public internal(set) var decided: StepDecided?
  /// The step as it was kept; nil before.
  public internal(set) var committed: StepCommitted?

  /// When it happened, in seconds of the turn's wall time; nil before it did.
  public struct Moments: Sendable, Equatable {
    /// The draft was whole.
    public var drafted: Double?
    /// The judge had spoken.
    public var judged: Double?
    /// The step was kept.
    public var committed: Double?
  }

  /// When its draft, judgement and text were there.
  public internal(set) var moments = Moments()

  init(number: Int) {
    self.number = number
  }

  mutating func write(_ token: TokenWritten) {
    // Another draft of a step whose first was rejected.
    if token.by == .draft, decided?.verdict == .rejected, baseText.isEmpty {
      draftText = ""
      draftTokens = 0
      draftMarks = []
      (drafted, judged, decided) = (nil, nil, nil)
      moments = Moments()
    }
    switch token.by {
    case .draft:
      draftText += token.text
      draftTokens += 1
      draftMarks.append(token.mark(endingAt: draftText))
    case .base:
      baseText += token.text
      baseTokens += 1
      baseMarks.append(token.mark(endingAt: baseText))
    case .person: break
    }
  }

  /// Takes over the draft of the same step in another branch, and what the judge said of it.
  mutating func takeDraft(of other: StepState) {
    draftText = other.draftText
    draftTokens = other.draftTokens
    draftMarks = other.draftMarks
    drafted = other.drafted
    judged = other.judged
    moments.drafted = other.moments.drafted
    moments.judged = other.moments.judged
  }

  /// Where a step stands.
  public enum Phase: Sendable, Equatable {
    case drafting, judging, regenerating, baseWriting
    case committed(StepStatus)
  }

  /// Where the step stands now.
  public var phase: Phase {
    if let committed { return .committed(committed.status) }
    if decided?.verdict == .rejected { return .regenerating }
    if drafted != nil { return .judging }
    return draftText.isEmpty && !baseText.isEmpty ? .baseWriting : .drafting
  }
}
