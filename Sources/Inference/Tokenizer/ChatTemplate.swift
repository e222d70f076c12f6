/// Writes a chat as its model was trained to read it.
///
/// The family is recognised in the text of the file's Jinja template, and rendered as that template
/// would: messages, default system prompt, reasoning stripped from past turns, generation prompt.
public struct ChatTemplate: Sendable {
  /// A stretch of prompt.
  public struct Segment: Sendable, Equatable {
    /// Characters as the model is to read them.
    public var text: String
    /// Written by the template: special tokens in it are meant. In other text they stay text.
    public var isControl: Bool

    /// `text`, from the template or not.
    public init(_ text: String, isControl: Bool) {
      self.text = text
      self.isControl = isControl
    }
  }

  /// Who speaks; raw values are the names that templates use.
  public enum Role: String, Sendable {
    case system, user, assistant
  }

  /// One message of a chat.
  public struct Message: Sendable, Equatable {
    /// Who says it.
    public var role: Role
    /// What is said; for a past assistant turn, reasoning and all.
    public var text: String

    /// `text` said by `role`.
    public init(_ role: Role, _ text: String) {
      self.role = role
      self.text = text
    }
  }

  /// Opens the reasoning, where the generation prompt does not.
  public static let thinkingStart = Segment("<think>\n", isControl: true)
  /// Closes the reasoning after its last step; the answer follows.
  public static let thinkingEnd = Segment("\n</think>\n\n", isControl: true)

  /// One sentence for the person where the template was not understood; nil where it was.
  public let warning: String?
  /// Whether the generation prompt already opens `<think>`.
  public var opensThinking: Bool { !family.thinkingOpening.isEmpty }

  private let family: ChatFamily

  /// The template of the file that `tokenizer` is from.
  public init(_ tokenizer: Tokenizer) {
    let hasChatML = tokenizer.specialToken("<|im_start|>") != nil
    let beginOfText = tokenizer.beginOfTextPiece
    if let source = tokenizer.chatTemplate,
      let family = ChatFamily(recognising: source, beginOfText: beginOfText)
    {
      self.family = family
      warning = nil
      return
    }
    family = hasChatML ? .chatML : .plain
    let problem =
      tokenizer.chatTemplate == nil
      ? "The model file has no chat template" : "The model's chat template is of no known family"
    let remedy =
      hasChatML
      ? "ChatML is used, which its vocabulary has" : "plain “User:” and “Assistant:” are used"
    warning = "\(problem); \(remedy), and its answers may suffer."
  }

  /// `messages`, and the generation prompt as the template has it.
  public func prompt(for messages: [Message]) -> [Segment] {
    render(messages) + [control(family.start(of: .assistant) + family.thinkingOpening)]
  }

  /// `messages`, and a generation prompt that opens the reasoning: its end is `<think>` and a
  /// newline, whether the template puts them there or not.
  public func thinkingPrompt(for messages: [Message]) -> [Segment] {
    render(messages) + [control(family.start(of: .assistant)), Self.thinkingStart]
  }

  /// `messages` alone.
  public func render(_ messages: [Message]) -> [Segment] {
    var messages = messages
    var segments: [Segment] = [control(family.beginOfText)]
    let system = messages.first?.role == .system ? messages[0].text : nil
    switch family.system {
    case .turn(let standard):
      if system == nil, let standard {
        segments += turn(control(standard), of: .system)
      }
    case .dated:
      if system != nil { messages.removeFirst() }
      segments.append(control(family.start(of: .system) + ChatFamily.llamaDates))
      segments.append(plain(family.trims ? trimmed(system ?? "") : system ?? ""))
      segments.append(control(family.end(of: .system)))
    case .lastAhead:
      segments.append(plain(messages.last { $0.role == .system }?.text ?? ""))
      messages.removeAll { $0.role == .system }
    }
    for message in messages { segments += turn(message) }
    return segments.filter { !$0.text.isEmpty }
  }

  /// One message after others, as when the judge is asked about a step.
  public func turn(_ message: Message) -> [Segment] {
    var text = message.text
    if message.role == .assistant { text = withoutReasoning(text) }
    if family.trims { text = trimmed(text) }
    return turn(plain(text), of: message.role).filter { !$0.text.isEmpty }
  }

  /// What stands before the text of an assistant's turn, without `<think>`.
  public var assistantStart: Segment { control(family.start(of: .assistant)) }

  /// What closes an assistant's turn.
  public var assistantEnd: Segment { control(family.end(of: .assistant)) }

  private func turn(_ text: Segment, of role: Role) -> [Segment] {
    [control(family.start(of: role)), text, control(family.end(of: role))]
  }

  private func control(_ text: String) -> Segment { Segment(text, isControl: true) }

  private func plain(_ text: String) -> Segment { Segment(text, isControl: false) }

  /// Views of bytes and scalars here, because a combining mark after `>` or a newline makes one
  /// `Character` of the two.
  private func withoutReasoning(_ text: String) -> String {
    guard family.pastReasoning != .kept,
      let tag = text.utf8.ranges(of: "</think>".utf8).last
    else { return text }
    let answer = text[tag.upperBound...].unicodeScalars
    return String(
      family.pastReasoning == .strippedWithNewlines ? answer.drop { $0 == "\n" } : answer)
  }

  /// As Python's `str.strip()`.
  private func trimmed(_ text: String) -> String {
    func isSpace(_ scalar: Unicode.Scalar) -> Bool {
      scalar.properties.isWhitespace || ("\u{1C}"..."\u{1F}").contains(scalar)
    }
    let scalars = text.unicodeScalars.drop(while: isSpace)
    guard let last = scalars.lastIndex(where: { !isSpace($0) }) else { return "" }
    return String(scalars[...last])
  }
}
