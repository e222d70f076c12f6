/// One step: its drafts, their judgements, and the text that was kept.
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
  /// Earlier drafts of the step, in order.
  public private(set) var otherDrafts: [StepState] = []
  /// Why the base model was given the step without a judge; nil where it was not.
  public internal(set) var routed: StepRouted?
  /// The opinion of a cascade's cheap judge; nil before, and where none was asked.
  public internal(set) var screened: StepScreened?
  /// The finished draft; nil before, and if the draft model was not asked.
  public internal(set) var drafted: StepDrafted?
  /// The judgement; nil before, and if the draft was not judged.
  public internal(set) var judged: StepJudged?
  /// The decision about the draft; nil before, and if there was no draft.
  public internal(set) var decided: StepDecided?
  /// The step as it was kept; nil before.
  public internal(set) var committed: StepCommitted?
  /// The score of the step as the base model wrote it; nil where it has none.
  public internal(set) var scored: StepScored?

  /// The models whose unfinished text of the step, or undecided draft, was wasted. Of unfinished
  /// texts, `generation.dropped` has told the tokens.
  var dropped: Set<Author> = []

  /// Tokens of a draft that is being generated, which no event tells yet.
  var pendingDraftTokens: Int { dropped.contains(.draft) ? 0 : draftTokens }
  /// Tokens of a base model's text that is being generated, which no event tells yet.
  var pendingBaseTokens: Int { dropped.contains(.base) ? 0 : baseTokens }

  /// When things happened, in seconds of the turn's wall time; nil before they did.
  public struct Moments: Sendable, Equatable {
    /// The draft was finished.
    public var drafted: Double?
    /// A cheap judge gave its opinion of the draft.
    public var screened: Double?
    /// The draft was judged.
    public var judged: Double?
    /// The step was kept.
    public var committed: Double?
    /// The step, of the base model, was judged as its own.
    public var scored: Double?
  }

  /// When the step was drafted, judged, kept and scored.
  public internal(set) var moments = Moments()

  init(number: Int) {
    self.number = number
  }

  mutating func append(_ token: TokenEvent) {
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

  /// Makes a finished draft the step's.
  mutating func apply(_ drafted: StepDrafted, at moment: Double) {
    if let other = self.drafted, other.candidate != drafted.candidate, committed == nil {
      setDraftAside()
    }
    self.drafted = drafted
    moments.drafted = moment
  }

  /// Keeps a text as the step; an unjudged draft may be another than the one at hand.
  mutating func apply(_ committed: StepCommitted, at moment: Double) {
    if committed.status == .draftWritten, let drafted, drafted.text != committed.text {
      if let place = otherDrafts.firstIndex(where: { $0.drafted?.text == committed.text }) {
        exchangeDraft(with: place)
      } else {
        setDraftAside()
      }
    }
    // A person's own text is not what the base model was given the step for.
    if committed.by == .person { routed = nil }
    self.committed = committed
    moments.committed = moment
  }

  /// Marks a draft or an unfinished text as wasted.
  ///
  /// - Returns: Whether `step.drafted` has told its tokens.
  mutating func apply(_ dropped: GenerationDropped) -> Bool {
    let isDrafted =
      dropped.by == .draft && drafted != nil
      && (drafted?.candidate == dropped.candidate || otherDraft(dropped.candidate) != nil)
    if dropped.by == .draft, drafted != nil, !isDrafted { setDraftAside() }
    self.dropped.insert(dropped.by)
    return isDrafted
  }

  /// Attaches the judgement to the draft of the step that it is about.
  mutating func apply(_ judged: StepJudged, at moment: Double) {
    guard let place = otherDraft(judged.candidate) else {
      self.judged = judged
      moments.judged = moment
      return
    }
    otherDrafts[place].judged = judged
    otherDrafts[place].moments.judged = moment
  }

  /// Decides about a draft, which is the step's from here on.
  mutating func apply(_ decided: StepDecided) {
    if let place = otherDraft(decided.candidate) { exchangeDraft(with: place) }
    self.decided = decided
  }

  /// Puts the draft set aside at `place` in the place of the one at hand.
  private mutating func exchangeDraft(with place: Int) {
    var present = self
    present.otherDrafts = []
    let others = otherDrafts
    self = others[place]
    otherDrafts = others
    otherDrafts[place] = present
  }

  /// Index of draft `candidate` among the other drafts; nil if it is the step's present draft.
  private func otherDraft(_ candidate: Int?) -> Int? {
    guard let candidate, drafted?.candidate != candidate else { return nil }
    return otherDrafts.firstIndex { $0.drafted?.candidate == candidate }
  }

  /// Copies the draft of the same step in another branch, and its judgement.
  mutating func copyDraft(of other: StepState) {
    draftText = other.draftText
    draftTokens = other.draftTokens
    draftMarks = other.draftMarks
    drafted = other.drafted
    // An event has told the tokens of a beginning that was wasted.
    if drafted == nil, other.dropped.contains(.draft) { dropped.insert(.draft) }
    judged = other.judged
    screened = other.screened
    moments.drafted = other.moments.drafted
    moments.judged = other.moments.judged
    moments.screened = other.moments.screened
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
    return routed != nil || draftText.isEmpty && !baseText.isEmpty ? .baseWriting : .drafting
  }
}
