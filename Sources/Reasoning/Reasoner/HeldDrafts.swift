import Traces

/// Drafts that were written before the rules ask for them.
///
/// The rules know nothing of it: what they ask for is taken from here as long as it comes as
/// foreseen, and the rest is dropped when they ask for something else.
struct HeldDrafts {
  /// A draft that is not due yet.
  struct Draft {
    var request: GenerationRequest
    var written: Generation
    var tokens: [GeneratedToken]
  }

  private var drafts: ArraySlice<Draft> = []

  var isEmpty: Bool { drafts.isEmpty }

  mutating func append(_ draft: Draft) { drafts.append(draft) }

  /// What `request` gives, where that is the next to come from here.
  mutating func draft(for request: GenerationRequest) -> Draft? {
    drafts.first?.request == request ? drafts.removeFirst() : nil
  }

  /// What is left of it, which was in vain.
  var rest: AheadDropped {
    drafts.reduce(into: AheadDropped()) { rest, draft in
      rest.steps += 1
      rest.tokens += draft.written.tokens
      rest.seconds += draft.written.seconds
    }
  }
}
