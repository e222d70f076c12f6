/// How the assistant's turns of a chat begin, whoever renders them, and how a reasoning in them is told
/// from the answer.
public struct TurnForm: Sendable {
  /// How the reasoning is told from the answer.
  public internal(set) var marks: ReasoningMarks
  /// What generation prompts have behind the point where an answer may begin: an open reasoning, or
  /// an empty one.
  private(set) var promptEnd = TemplateText("", isControl: true)
  /// What a turn without reasoning has there before its answer.
  private(set) var answerOpening = TemplateText("", isControl: true)

  /// Turns that begin as the generation prompt says.
  public init(_ marks: ReasoningMarks = .usual) {
    self.marks = marks
  }

  /// Turns of which one was rendered that is to be written, and one that was.
  ///
  /// - Parameters:
  ///   - now: What a generation prompt has after a person's words.
  ///   - earlier: What an earlier turn, without its reasoning, has there before its answer.
  init(now: TemplateText, earlier: TemplateText) {
    self.init()
    var same = TemplateText(
      zip(now.characters, earlier.characters).prefix { $0.scalar == $1.scalar }.map(\.0))
    if same.count < now.count { same.removeReasoning(between: marks) }
    let shared = same.count == now.count ? same.count : same.wholeTags
    guard shared > 0 else { return }
    promptEnd = TemplateText(now.characters.dropFirst(shared))
    answerOpening = TemplateText(earlier.characters.dropFirst(shared))
  }

  /// Turns that something else renders, with `marks`; see `init(now:earlier:)`.
  public init(now: String, earlier: String, _ marks: ReasoningMarks) {
    self.init(
      now: TemplateText(now, isControl: true), earlier: TemplateText(earlier, isControl: true))
    self.marks = marks
    if !isOfOnePiece { self = TurnForm(marks) }
  }

  /// Whether prompts end with what the marks begin with; where not, an answer begins otherwise than the
  /// prompt says, and the prompt is right.
  var isOfOnePiece: Bool { marks.begin(promptEnd.string) }

  /// `prompt` up to the point where an answer or a reasoning may begin.
  func proper(_ prompt: TemplateText) -> TemplateText {
    var prompt = prompt
    let opening = TemplateText(marks.opening, isControl: true)
    if prompt.characters.last?.isControl == true,
      let end = [promptEnd, opening].first(where: { $0.count > 0 && prompt.hasSuffix($0) })
    {
      prompt.characters.removeLast(end.count)
    }
    prompt.removeReasoning(between: marks)
    return prompt
  }

  /// `prompt`, which something else rendered, up to the point where a reasoning is opened.
  public func beforeReasoning(_ prompt: String) -> String {
    proper(TemplateText(prompt, isControl: true)).string
  }

  /// `prompt`, which something else rendered, up to the point where an answer without a reasoning begins.
  public func beforeAnswer(_ prompt: String) -> String {
    beforeReasoning(prompt) + answerOpening.string
  }
}

extension TemplateText {
  /// How many of the characters are outside a tag that is not whole at the end.
  fileprivate var wholeTags: Int {
    for (open, close) in [("<", ">"), ("[", "]")] as [(Unicode.Scalar, Unicode.Scalar)] {
      if let place = characters.lastIndex(where: { $0.scalar == open || $0.scalar == close }),
        characters[place].scalar == open
      {
        return place
      }
    }
    return count
  }

  /// Takes an open reasoning, or an empty one, off the end of a generation prompt.
  fileprivate mutating func removeReasoning(between marks: ReasoningMarks) {
    let start = TemplateText(marks.opening, isControl: true).stripped()
    let end = TemplateText(marks.end, isControl: true)
    var rest = stripped(left: false)
    if rest.hasSuffix(end) {
      rest = TemplateText(rest.characters.dropLast(end.count)).stripped(left: false)
    }
    guard start.count > 0, rest.hasSuffix(start), rest.characters.last?.isControl == true else {
      return
    }
    characters = Array(rest.characters.dropLast(start.count))
  }
}
