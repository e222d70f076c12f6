/// What a piece of the screen means; themes give each meaning its look.
public enum Scope: String, Sendable, CaseIterable {
  case text
  case dim
  case accent
  /// Strong words and headings of a model's text.
  case strong
  case emphasis
  /// A formula in a model's text.
  case formula
  /// A piece of code within a line.
  case code
  case codeKeyword = "code.keyword"
  case codeString = "code.string"
  case codeNumber = "code.number"
  case codeComment = "code.comment"
  case title
  case error
  case warning
  case border
  case borderFocused = "border.focused"
  /// The program's name and the frame of the header.
  case header
  /// A key's name in the footer and in the help.
  case key
  case selection
  /// What was searched for.
  case match
  /// Stands for a character that is not drawn.
  case marker
  case person
  case answer
  case cursor
  case busy
  case idle
  case threshold
  case stepDrafting = "step.drafting"
  case stepJudging = "step.judging"
  case stepAccepted = "step.accepted"
  case stepRejected = "step.rejected"
  case stepRegenerated = "step.regenerated"
  case stepBase = "step.base"
  case stepDraft = "step.draft"
  // The texts of steps: the colour of their state, softened to be read for long. What a theme does
  // not say of them follows from those colours.
  case stepDraftingText = "step.drafting.text"
  case stepJudgingText = "step.judging.text"
  case stepAcceptedText = "step.accepted.text"
  case stepRejectedText = "step.rejected.text"
  case stepRegeneratedText = "step.regenerated.text"
  case stepBaseText = "step.base.text"
  case stepDraftText = "step.draft.text"
  /// A step that would have gone the other way at the present threshold.
  case stepFlip = "step.flip"
  case judgeLow = "judge.low"
  case judgeMid = "judge.mid"
  case judgeHigh = "judge.high"
  case timeDraft = "time.draft"
  case timeJudge = "time.judge"
  case timeBase = "time.base"
  case timeWasted = "time.wasted"
}
