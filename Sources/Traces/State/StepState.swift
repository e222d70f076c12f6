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
  /// Other drafts of the step, in order: set aside when the draft model wrote another.
  public private(set) var otherDrafts: [StepState] = []
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

  mutating func write(_ token: TokenEvent) {
    if token.by == .draft, drafted != nil, committed == nil, baseText.isEmpty { setDraftAside() }
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

  /// Makes room for another draft of the step.
  private mutating func setDraftAside() {
    var draft = self
    draft.otherDrafts = []
    let others = otherDrafts + [draft]
    self = StepState(number: number)
    otherDrafts = others
  }

  /// Takes the judgement of one of the step's drafts.
  mutating func take(_ judged: StepJudged, at moment: Double) {
    guard let place = otherDraft(judged.candidate) else {
      self.judged = judged
      moments.judged = moment
      return
    }
    otherDrafts[place].judged = judged
    otherDrafts[place].moments.judged = moment
  }

  /// Takes the decision; the draft that it is about is the step's from here on.
  mutating func take(_ decided: StepDecided) {
    if let place = otherDraft(decided.candidate) {
      var present = self
      present.otherDrafts = []
      let others = otherDrafts
      self = others[place]
      otherDrafts = others
      otherDrafts[place] = present
    }
    self.decided = decided
  }

  /// Where the draft of number `candidate` is among those set aside; nil for the one at hand.
  private func otherDraft(_ candidate: Int?) -> Int? {
    guard let candidate, drafted?.candidate != candidate else { return nil }
    return otherDrafts.firstIndex { $0.drafted?.candidate == candidate }
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
