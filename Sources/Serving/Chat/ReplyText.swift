import Reasoning
import Traces

/// Tells a turn's events as the text that a client gets: only what is kept, each part once, in order.
///
/// What the base model writes goes out token by token, and so does a draft that nobody judges; a draft
/// that may be rejected waits until it is kept. Where the model that answers has no tags around its
/// reasoning, all text is the answer.
struct ReplyText {
  private let isAllAnswer: Bool
  private let tellsDrafts: Bool
  /// What was told of the step at hand.
  private var step: (number: Int, told: String)?
  private var hasSteps = false
  private var answer = ""

  /// The text of a turn in `mode` by the pair `pair`.
  init(mode: Mode, untagged: Set<Role>) {
    isAllAnswer = untagged.contains(mode == .draft ? .draft : .base)
    tellsDrafts = mode == .draft
  }

  /// What `event` adds.
  mutating func pieces(of event: Event.Kind) -> [ChatReply.Piece] {
    switch event {
    case .token(let token):
      guard !token.text.isEmpty else { return [] }
      guard let number = token.step else { return tellAnswer(token.text) }
      return token.by == .base || tellsDrafts ? tell(token.text, ofStep: number) : []
    case .stepCommitted(let kept):
      let told = step?.number == kept.step ? step?.told ?? "" : ""
      guard let rest = Self.rest(of: kept.text, after: told) else { return [] }
      return tell(rest, ofStep: kept.step)
    case .answer(let whole):
      // It stands in the last step; a client looks for it in the answer.
      if whole.tokens == 0, isAllAnswer { return [] }
      return Self.rest(of: whole.text, after: answer).map { tellAnswer($0) } ?? []
    default:
      return []
    }
  }

  /// What `text` has after what was `told` of it; nil for nothing. By bytes: a token may end within a
  /// character.
  private static func rest(of text: String, after told: String) -> String? {
    guard text.utf8.starts(with: told.utf8) else { return nil }
    let rest = text.utf8.dropFirst(told.utf8.count)
    return rest.isEmpty ? nil : String(decoding: rest, as: UTF8.self)
  }

  private mutating func tell(_ text: String, ofStep number: Int) -> [ChatReply.Piece] {
    var text = text
    if step?.number == number {
      step?.told += text
    } else {
      step = (number, text)
      if hasSteps { text = "\n\n" + text }
      hasSteps = true
    }
    return [isAllAnswer ? .content(text) : .reasoning(text)]
  }

  private mutating func tellAnswer(_ text: String) -> [ChatReply.Piece] {
    let gap = answer.isEmpty && isAllAnswer && hasSteps ? "\n\n" : ""
    answer += text
    return [.content(gap + text)]
  }
}
