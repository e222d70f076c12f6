/// Writes a chat as its model was trained to read it: the model's own Jinja template, rendered.
///
/// Jinja is read as far as chat templates use it. What people and models said keeps its origin
/// through whatever the template does to it, so special tokens in it stay text.
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

  /// A template that was chosen for a model.
  public struct Source: Sendable, Equatable {
    /// What the person called it: a file, or a built-in template.
    public var name: String
    /// The template, in Jinja.
    public var text: String

    /// The template `text` by its name.
    public init(name: String, text: String) {
      self.name = name
      self.text = text
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

  /// One sentence for the person where the file's template cannot be used; nil where it is.
  public let warning: String?
  private let template: CheckedTemplate
  /// The file that the template is in, for errors.
  private let file: String?

  /// The template of the file that `tokenizer` is from, or another one that its vocabulary points
  /// to, with a warning; `file` is how errors name that file.
  public init(_ tokenizer: Tokenizer, file: String? = nil) {
    self.file = file
    var problem = "The model file has no chat template"
    if let source = tokenizer.chatTemplate {
      do throws(TemplateError) {
        template = try CheckedTemplate(source, tokenizer)
        warning = nil
        return
      } catch {
        problem = "The model's chat template cannot be used, because \(error.detail)"
      }
    }
    let choice = BuiltInTemplate.fitting(tokenizer)
    template = CheckedTemplate(choice, tokenizer)
    warning =
      "\(problem); \(choice.rawValue) is used instead, and answers may suffer "
      + "(choose another with --chat-template)."
  }

  /// The template `source` for the model that `tokenizer` is of; throws where it cannot be used.
  public init(_ source: Source, for tokenizer: Tokenizer) throws(TemplateError) {
    file = source.name
    warning = nil
    do throws(TemplateError) {
      template = try CheckedTemplate(source.text, tokenizer)
    } catch {
      throw TemplateError(file: source.name, line: error.line, reason: error.reason)
    }
  }

  /// The template `source` for a model of which no vocabulary is at hand; throws where it cannot be used.
  ///
  /// The texts that begin and end a chat are left out: whoever reads the prompt as tokens adds the
  /// first.
  public init(_ source: Source) throws(TemplateError) {
    file = source.name
    warning = nil
    do throws(TemplateError) {
      template = try CheckedTemplate(source.text, beginOfText: "", endOfText: "")
    } catch {
      throw TemplateError(file: source.name, line: error.line, reason: error.reason)
    }
  }

  /// Whether the generation prompt already opens `<think>`.
  public var opensThinking: Bool { template.opensThinking }

  /// `messages`, and the generation prompt as the template has it.
  public func prompt(for messages: [Message]) throws(TemplateError) -> [Segment] {
    try naming { () throws(TemplateError) in try template.render(messages) }.segments
  }

  /// `messages`, and a generation prompt that opens the reasoning: its end is `<think>` and a
  /// newline, whether the template puts them there or not.
  public func thinkingPrompt(for messages: [Message]) throws(TemplateError) -> [Segment] {
    var prompt = try naming { () throws(TemplateError) in try template.render(messages) }
    prompt.removeThinking()
    return (prompt + TemplateText(Self.thinkingStart.text, isControl: true)).segments
  }

  /// What follows the text of an assistant's turn, up to where the next one begins, when a person
  /// asks `question` in between; as when the judge is asked about a step.
  public func followUp(_ question: String) throws(TemplateError) -> [Segment] {
    try naming { () throws(TemplateError) in try template.followUp(question) }.segments
  }

  /// Does `work`, whose errors get the file's name.
  private func naming(
    _ work: () throws(TemplateError) -> TemplateText
  ) throws(TemplateError) -> TemplateText {
    do throws(TemplateError) {
      return try work()
    } catch {
      throw TemplateError(file: file, line: error.line, reason: error.reason)
    }
  }
}

/// A template that was tried out, and what its model's tokenizer gives it.
private struct CheckedTemplate: Sendable {
  private let statements: [TemplateStatement]
  private let beginOfText: String
  private let endOfText: String
  /// Whether a chat may begin with a system message; where not, a person's first words begin
  /// with it.
  private var takesSystem = true
  private(set) var opensThinking = false

  private static let answer = "the answer"

  private init(_ statements: [TemplateStatement], beginOfText: String, endOfText: String) {
    self.statements = statements
    self.beginOfText = beginOfText
    self.endOfText = endOfText
  }

  init(_ source: String, _ tokenizer: Tokenizer) throws(TemplateError) {
    try self.init(
      source, beginOfText: tokenizer.beginOfTextPiece, endOfText: tokenizer.endOfTextPiece)
  }

  init(_ source: String, beginOfText: String, endOfText: String) throws(TemplateError) {
    self.init(
      try TemplateParser.statements(of: source), beginOfText: beginOfText, endOfText: endOfText)
    let (system, question) = ("the rules", "the question")
    func holds(_ text: TemplateText, _ part: String) -> Bool {
      text.firstIndex(of: TemplateText(part, isControl: false)) != nil
    }
    var prompt = try render([.init(.user, question)])
    guard holds(prompt, question), holds(try followUp(question), question) else {
      throw TemplateError(line: 1, reason: .messagesMissing)
    }
    opensThinking = prompt.removeThinking() == .open
    do throws(TemplateError) {
      takesSystem = holds(try render([.init(.system, system), .init(.user, question)]), system)
    } catch {
      takesSystem = false
    }
  }

  init(_ choice: BuiltInTemplate, _ tokenizer: Tokenizer) {
    // What is compiled in is read and rendered in the tests.
    self.init(
      (try? TemplateParser.statements(of: choice.source)) ?? [],
      beginOfText: tokenizer.beginOfTextPiece, endOfText: tokenizer.endOfTextPiece)
    if let checked = try? CheckedTemplate(choice.source, tokenizer) { self = checked }
  }

  /// `messages` and a generation prompt.
  func render(_ messages: [ChatTemplate.Message]) throws(TemplateError) -> TemplateText {
    var messages = messages
    if !takesSystem, messages.count > 1, messages[0].role == .system {
      messages[1].text = messages[0].text + "\n\n" + messages[1].text
      messages.removeFirst()
    }
    var renderer = TemplateRenderer(variables: [
      "messages": .list(messages.map(Self.value)),
      "add_generation_prompt": .bool(true),
      "bos_token": .own(beginOfText),
      "eos_token": .own(endOfText),
      "tools": .null,
      "documents": .null,
      // What templates call the wish for a reasoning.
      "enable_thinking": .bool(true),
      "thinking": .bool(true),
    ])
    try renderer.render(statements)
    return renderer.output
  }

  func followUp(_ question: String) throws(TemplateError) -> TemplateText {
    let text = try render([
      .init(.user, "?"), .init(.assistant, Self.answer), .init(.user, question),
    ])
    guard let place = text.firstIndex(of: TemplateText(Self.answer, isControl: false)) else {
      return try turn(question)
    }
    var rest = TemplateText(text.characters[(place + Self.answer.unicodeScalars.count)...])
    rest.removeThinking()
    return rest
  }

  /// A person's turn and a generation prompt, for templates that leave out what a model said: how
  /// both a chat and its second question begin, and all from the question on.
  private func turn(_ question: String) throws(TemplateError) -> TemplateText {
    let (first, second) = (
      TemplateText("an earlier question", isControl: false),
      TemplateText(question, isControl: false)
    )
    let single = try render([.init(.user, question)])
    let both = try render([
      .init(.user, first.string), .init(.assistant, Self.answer), .init(.user, question),
    ])
    guard let start = both.firstIndex(of: first), let end = both.lastIndex(of: second),
      let place = single.lastIndex(of: second), start + first.count <= end
    else { throw TemplateError(line: 1, reason: .messagesMissing) }
    let between = both.characters[(start + first.count)..<end]
    let shared = zip(between.reversed(), single.characters[..<place].reversed())
      .prefix { $0.scalar == $1.scalar }.count
    var turn = TemplateText(both.characters[(end - shared)...])
    turn.removeThinking()
    return turn
  }

  private static func value(of message: ChatTemplate.Message) -> TemplateValue {
    .mapping(
      TemplateMapping([
        "role": .own(message.role.rawValue),
        "content": .text(TemplateText(message.text, isControl: false)),
      ]))
  }
}

extension TemplateText {
  /// What a generation prompt has of a reasoning.
  fileprivate enum Thinking {
    case none, open, closed
  }

  /// Takes an open `<think>`, or an empty reasoning, off the end of a generation prompt.
  @discardableResult
  fileprivate mutating func removeThinking() -> Thinking {
    let (start, end) = (
      TemplateText("<think>", isControl: true), TemplateText("</think>", isControl: true)
    )
    var rest = stripped(left: false)
    var found = Thinking.open
    if rest.hasSuffix(end) {
      found = .closed
      rest = TemplateText(rest.characters.dropLast(end.count)).stripped(left: false)
    }
    guard rest.hasSuffix(start), rest.characters.last?.isControl == true else { return .none }
    characters = rest.characters.dropLast(start.count)
    return found
  }
}
