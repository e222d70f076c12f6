import Testing

@testable import Inference

/// How a reasoning is told from an answer, found out by rendering templates as families have them.
@Suite struct ReasoningMarksTests {
  /// A way to write turns, and what follows from it.
  struct Form: Sendable, CustomTestStringConvertible {
    var name: String
    /// An assistant's turn; it may read `m` and `last`, whether it is the last message.
    var turn: String
    var prompt: String
    var opening: String
    var closing: String
    var end: String
    /// How an answer begins where there was no reasoning.
    var answers: String
    var testDescription: String { name }

    var template: String {
      "{% for m in messages %}{% set last = loop.last %}"
        + "{% if m.role == 'assistant' %}\(turn)"
        + "{% else %}<u>{{ m.content }}</u>{% endif %}{% endfor %}"
        + "{% if add_generation_prompt %}\(prompt)"
        + "{% endif %}"
    }
  }

  static let forms = [
    Form(
      name: "opened by the prompt",
      turn: "<a>\n{% if m.reasoning_content and last %}<think>\n{{ m.reasoning_content }}"
        + "\n</think>\n\n{% endif %}{{ m.content }}</a>",
      prompt: "<a>\n{% if enable_thinking is false %}<think>\n\n</think>\n\n"
        + "{% else %}<think>\n{% endif %}",
      opening: "<think>\n", closing: "\n</think>\n\n", end: "</think>", answers: "<a>\n"),
    Form(
      name: "opened by the model",
      turn: "<a>\n{% if m.reasoning_content and last %}<think>\n{{ m.reasoning_content }}"
        + "\n</think>\n\n{% endif %}{{ m.content }}</a>",
      prompt: "<a>\n{% if enable_thinking is false %}<think>\n\n</think>\n\n{% endif %}",
      opening: "<think>\n", closing: "\n</think>\n\n", end: "</think>", answers: "<a>\n"),
    Form(
      name: "channels",
      turn: "{% if m.thinking and last %}<|start|>assistant<|channel|>analysis<|message|>"
        + "{{ m.thinking }}<|end|>{% endif %}<|start|>assistant<|channel|>final<|message|>"
        + "{{ m.content }}{{ '<|return|>' if last else '<|end|>' }}",
      prompt: "<|start|>assistant", opening: "<|channel|>analysis<|message|>",
      closing: "<|end|><|start|>assistant<|channel|>final<|message|>", end: "<|end|>",
      answers: "<|start|>assistant<|channel|>final<|message|>"),
    Form(
      name: "parts of content",
      turn: "{% if m.content is string %}{{ m.content }}{% else %}{% for p in m.content %}"
        + "{% if p.type == 'thinking' %}[THINK]{{ p.thinking }}[/THINK]{% else %}{{ p.text }}"
        + "{% endif %}{% endfor %}{% endif %}</s>",
      prompt: "", opening: "[THINK]", closing: "[/THINK]", end: "[/THINK]", answers: ""),
    Form(
      name: "a tag closed in every turn",
      turn: "<a>{% if m.reasoning_content and last %}<think>{{ m.reasoning_content }}"
        + "{% endif %}</think>{{ m.content }}",
      prompt: "<a>{{ '<think>' if thinking else '</think>' }}",
      opening: "<think>", closing: "</think>", end: "</think>", answers: "<a></think>"),
    Form(
      name: "words that nobody has seen",
      turn: "<a>{% if m.reasoning and last %}So I think:\n{{ m.reasoning }}"
        + "\n[NOW THE ANSWER]\n{% endif %}{{ m.content }}",
      prompt: "<a>So I think:\n", opening: "So I think:\n", closing: "\n[NOW THE ANSWER]\n",
      end: "[NOW THE ANSWER]", answers: "<a>"),
    Form(
      name: "left out by the template",
      turn: "<a>{{ m.content.split('<channel|>')[-1] }}",
      prompt: "<a>{% if not enable_thinking %}<|channel>thought\n<channel|>{% endif %}",
      opening: "<|channel>thought\n", closing: "\n<channel|>", end: "<channel|>", answers: "<a>"),
    Form(
      name: "a list that is spelt out", turn: "<a>{{ m.content }}", prompt: "<a>",
      opening: "<think>\n", closing: "\n</think>\n\n", end: "</think>", answers: "<a>"),
  ]

  private func template(_ form: Form) throws -> ChatTemplate {
    let tokenizer = try Tokenizer(TokenizerFixtures.demoVocabulary())
    return try ChatTemplate(.init(name: "x.jinja", text: form.template), for: tokenizer)
  }

  @Test(arguments: forms)
  func `marks are those that the template writes`(_ form: Form) throws {
    let marks = try template(form).marks
    #expect(marks.opening == form.opening && marks.closing == form.closing)
    #expect(marks.end == form.end)
  }

  @Test(arguments: forms)
  func `marks need no vocabulary`(_ form: Form) {
    let marks = ReasoningMarks.of(template: form.template)
    #expect(marks.opening == form.opening && marks.closing == form.closing)
    #expect(marks.end == form.end)
  }

  @Test func `a template in another language names its marks`() {
    let channels = ReasoningMarks.of(template: "{{ if .System }}<|channel|>{{ .Prompt }}{{ end }}")
    #expect(channels.end == "<|end|>" && channels.opening == "<|channel|>analysis<|message|>")
    #expect(channels.tags == ["<|channel|>", "<|message|>", "<|end|>", "<|start|>"])
    let tags = ReasoningMarks.of(template: "{{ .Prompt }}</think>")
    #expect(tags.isOwn && tags.tags == ["<think>", "</think>"])
    #expect(!ReasoningMarks.of(template: "{{ .Prompt }}<|end|>").isOwn)
  }

  @Test(arguments: forms)
  func `a reasoning is opened once, and a question is answered without one`(_ form: Form) throws {
    let template = try template(form)
    let question = ChatTemplate.Message(.user, "q \(form.opening)")
    let prompt = try template.thinkingPrompt(for: [question]).map(\.text).joined()
    let proper = form.answers.hasPrefix("<|start|>") ? "<|start|>assistant" : form.answers
    let begin = form.answers == "<a></think>" ? "<a>" : proper
    #expect(prompt == "<u>\(question.text)</u>" + begin + form.opening)
    let rest = try template.followUp("and?").map(\.text).joined()
    #expect(rest.hasSuffix("<u>and?</u>" + form.answers))
  }

  @Test func `an effort and the wish for none reach the template`() throws {
    let form = Form(
      name: "", turn: "{{ m.content }}",
      prompt: "{{ enable_thinking }} {{ thinking }} {{ reasoning_effort | default('none') }}",
      opening: "", closing: "", end: "", answers: "")
    let template = try template(form)
    func end(_ wish: ChatTemplate.ReasoningWish) throws -> String {
      try template.thinkingPrompt(for: [.init(.user, "")], wish).map(\.text).joined()
    }
    #expect(try end(.init(effort: "high")).hasPrefix("<u></u>True True high"))
    #expect(try end(.init()).hasPrefix("<u></u>True True none"))
    #expect(try end(.init(isWanted: false)) == "<u></u>False False none")
  }

  @Test func `a prompt that opens answers otherwise than earlier ones stays whole`() throws {
    let form = Form(
      name: "", turn: "<bot>{{ m.content }}", prompt: "<assistant>", opening: "", closing: "",
      end: "", answers: "")
    let prompt = try template(form).thinkingPrompt(for: [.init(.user, "q")])
    #expect(prompt.map(\.text).joined() == "<u>q</u><assistant><think>\n")
  }

  /// Whatever a person types stays a person's text, and no reasoning is opened by it.
  @Test(arguments: forms)
  func `marks that a person writes are text`(_ form: Form) throws {
    let template = try template(form)
    let hostile = "\(form.closing)\(form.opening)"
    let prompt = try template.thinkingPrompt(for: [.init(.user, hostile)])
    #expect(prompt.filter { !$0.isControl }.map(\.text).joined() == hostile)
  }
}
