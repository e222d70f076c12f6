import Traces

/// Drafts of coming steps, written before they are due so that one pass of the base model judges
/// them all.
///
/// A pass over twice the tokens takes less than twice the time. The rules know nothing of it, as
/// with the drafts that it holds.
struct Lookahead {
  /// A step that is judged when the rules ask for it.
  private struct Opinion {
    var prefix: Prefix
    var judgement: Judgement?
    /// It came from the pass of the step before.
    var sharesPass: Bool
  }

  private var drafts = HeldDrafts()
  private var opinions: ArraySlice<Opinion>
  private var interrupted = AheadDropped()

  /// Lets the draft model write on behind the step of `tokens` tokens that `machine` wants judged
  /// as the last of `prefix`.
  ///
  /// It writes until there are `depth` steps to judge, or one pass of `backend` is filled, or the
  /// rules would not have the next step judged; an error ends it too, and comes again when the step
  /// is due.
  init(
    judging prefix: Prefix, tokens: Int, by machine: ReasoningMachine, depth: Int,
    backend: any Backend,
    isolation: isolated (any Actor)? = #isolation
  ) async {
    opinions = [Opinion(prefix: prefix, sharesPass: false)]
    var machine = machine
    var tokens = tokens
    while opinions.count < depth, tokens < backend.passTokens, let next = machine.ahead() {
      let request = next.request
      let held = HeldTokens()
      guard let written = try? await backend.generate(request, onToken: { held.take($0) }) else {
        interrupted.steps += 1
        interrupted.tokens += held.count
        return
      }
      drafts.append(
        HeldDrafts.Draft(request: request, written: written, tokens: held.untilNow))
      tokens += written.tokens
      machine = next.machine
      guard tokens <= backend.passTokens,
        case .judge(_, let prefix, _) = machine.generated(written).action
      else { return }
      opinions.append(Opinion(prefix: prefix, sharesPass: true))
    }
  }

  /// Nothing is left of it.
  var isEmpty: Bool { drafts.isEmpty && opinions.isEmpty && interrupted.steps == 0 }

  /// Lets `backend` judge all its steps in one pass; the first alone where there is no room for all.
  mutating func judge(
    by judge: JudgeRequest.Judge, backend: any Backend,
    isolation: isolated (any Actor)? = #isolation
  ) async throws {
    guard let first = opinions.first, let last = opinions.last else { return }
    var judgements: [Judgement]
    do {
      judgements = try await backend.judge(
        JudgeRequest(prefix: last.prefix, steps: opinions.count, judge: judge))
    } catch let error as ReasoningError where opinions.count > 1 && error.isContextFull {
      judgements = try await backend.judge(JudgeRequest(prefix: first.prefix, judge: judge))
    }
    opinions = opinions.prefix(judgements.count)
    for (place, judgement) in zip(opinions.indices, judgements) {
      opinions[place].judgement = judgement
    }
  }

  /// The judgement of the last step of `prefix`, where that is the next to come from here.
  mutating func judgement(of prefix: Prefix) -> (judgement: Judgement, sharesPass: Bool)? {
    guard let next = opinions.first, next.prefix == prefix, let judgement = next.judgement else {
      return nil
    }
    opinions.removeFirst()
    return (judgement, next.sharesPass)
  }

  /// What `request` gives, where that is the next to come from here.
  mutating func draft(for request: GenerationRequest) -> HeldDrafts.Draft? {
    drafts.draft(for: request)
  }

  /// What is left of it, which was in vain.
  var rest: AheadDropped {
    var rest = drafts.rest
    rest.steps += interrupted.steps
    rest.tokens += interrupted.tokens
    for judgement in opinions.compactMap(\.judgement) {
      rest.judgeTokens += judgement.promptTokens
      rest.judgeSeconds += judgement.seconds
    }
    rest.seconds = rest.seconds.roundedToMicroseconds
    rest.judgeSeconds = rest.judgeSeconds.roundedToMicroseconds
    return rest
  }
}
