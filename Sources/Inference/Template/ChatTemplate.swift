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

  /// What a template is asked about the model's reasoning; it need not listen.
  public struct ReasoningWish: Sendable, Hashable {
    /// Whether the model is to reason before it answers: `enable_thinking` and `thinking`.
    public var isWanted: Bool
    /// How much: `reasoning_effort`; nil for what the template takes by itself.
    public var effort: String?

    /// A wish for a reasoning, or for none.
    public init(isWanted: Bool = true, effort: String? = nil) {
      self.isWanted = isWanted
      self.effort = effort
    }
  }

  /// One sentence for the person where the file's template cannot be used; nil where it is.
  public let warning: String?
  private var template: CheckedTemplate
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
      template = try CheckedTemplate(source.text, nil)
    } catch {
      throw TemplateError(file: source.name, line: error.line, reason: error.reason)
    }
  }

  /// How the model's reasoning is told from its answer.
  public var marks: ReasoningMarks { template.form.marks }

  /// The same for a model whose vocabulary or server tells `marks`; a template that has its own keeps them.
  public func with(_ marks: ReasoningMarks) -> ChatTemplate {
    guard !self.marks.isOwn else { return self }
    var copy = self
    copy.template.form.marks = marks
    return copy
  }

  /// `messages`, and the generation prompt as the template has it.
  public func prompt(for messages: [Message]) throws(TemplateError) -> [Segment] {
    try naming { () throws(TemplateError) in try template.render(messages) }.segments
  }

  /// `messages`, and a generation prompt after which the model reasons: it ends with the mark that
  /// opens the reasoning, whether the template puts it there or not. Without a wish for a reasoning
  /// it is the template's own, and what follows is the reply.
  public func thinkingPrompt(
    for messages: [Message], _ wish: ReasoningWish = ReasoningWish()
  ) throws(TemplateError) -> [Segment] {
    let prompt = try naming { () throws(TemplateError) in try template.render(messages, wish) }
    guard wish.isWanted else { return prompt.segments }
    return (template.form.proper(prompt) + TemplateText(marks.opening, isControl: true)).segments
  }

  /// What follows the text of an assistant's turn, up to where its next answer begins, when a person
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
