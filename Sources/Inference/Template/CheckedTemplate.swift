/// A template that was tried out, and what its model's tokenizer gives it.
struct CheckedTemplate: Sendable {
  private let statements: [TemplateStatement]
  private let beginOfText: String
  private let endOfText: String
  /// Whether a chat may begin with a system message; where not, a person's first words begin
  /// with it.
  private var takesSystem = true
  /// How an assistant's turns begin, and how the reasoning in them is told from the answer.
  var form = TurnForm()

  private static let answer = "the answer"

  /// Without a tokenizer the texts that begin and end a chat are empty.
  private init(_ statements: [TemplateStatement], _ tokenizer: Tokenizer?) {
    self.statements = statements
    beginOfText = tokenizer?.beginOfTextPiece ?? ""
    endOfText = tokenizer?.endOfTextPiece ?? ""
  }

  init(_ source: String, _ tokenizer: Tokenizer?) throws(TemplateError) {
    self.init(try TemplateParser.statements(of: source), tokenizer)
    let (system, question) = ("the rules", "the question")
    func holds(_ text: TemplateText, _ part: String) -> Bool {
      text.firstIndex(of: TemplateText(part, isControl: false)) != nil
    }
    let prompt = try render([.init(.user, question)])
    guard holds(prompt, question), holds(try followUp(question), question) else {
      throw TemplateError(line: 1, reason: .messagesMissing)
    }
    form = turnForm(after: prompt)
    form.marks = marksByRendering(prompt) ?? .known(in: source, tokenizer)
    if !form.isOfOnePiece {
      form = TurnForm(form.marks)
      form.marks = marksByRendering(prompt) ?? .known(in: source, tokenizer)
    }
    do throws(TemplateError) {
      takesSystem = holds(try render([.init(.system, system), .init(.user, question)]), system)
    } catch {
      takesSystem = false
    }
  }

  init(_ choice: BuiltInTemplate, _ tokenizer: Tokenizer) {
    // What is compiled in is read and rendered in the tests.
    self.init((try? TemplateParser.statements(of: choice.source)) ?? [], tokenizer)
    if let checked = try? CheckedTemplate(choice.source, tokenizer) { self = checked }
  }

  /// `messages` and a generation prompt.
  func render(
    _ messages: [ChatTemplate.Message],
    _ wish: ChatTemplate.ReasoningWish = ChatTemplate.ReasoningWish()
  ) throws(TemplateError) -> TemplateText {
    var messages = messages
    if !takesSystem, messages.count > 1, messages[0].role == .system {
      messages[1].text = messages[0].text + "\n\n" + messages[1].text
      messages.removeFirst()
    }
    return try render(messages.map(Self.value), wish, addsPrompt: true)
  }

  /// `messages` as templates see them, with a generation prompt or not.
  private func render(
    _ messages: [TemplateValue], _ wish: ChatTemplate.ReasoningWish, addsPrompt: Bool
  ) throws(TemplateError) -> TemplateText {
    var variables: [String: TemplateValue] = [
      "messages": .list(messages),
      "add_generation_prompt": .bool(addsPrompt),
      "bos_token": .own(beginOfText),
      "eos_token": .own(endOfText),
      "tools": .null,
      "documents": .null,
      // What templates call the wish for a reasoning.
      "enable_thinking": .bool(wish.isWanted),
      "thinking": .bool(wish.isWanted),
    ]
    if let effort = wish.effort { variables["reasoning_effort"] = .own(effort) }
    var renderer = TemplateRenderer(variables: variables)
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
    let rest = TemplateText(text.characters[(place + Self.answer.unicodeScalars.count)...])
    return form.proper(rest) + form.answerOpening
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
    return form.proper(TemplateText(both.characters[(end - shared)...])) + form.answerOpening
  }

  private static func value(of message: ChatTemplate.Message) -> TemplateValue {
    .mapping(
      TemplateMapping([
        "role": .own(message.role.rawValue),
        "content": .text(TemplateText(message.text, isControl: false)),
      ]))
  }

  // MARK: Reasoning

  /// How turns begin, by `prompt`, the generation prompt after a question, and an earlier turn without its
  /// reasoning; with the usual marks.
  private func turnForm(after prompt: TemplateText) -> TurnForm {
    let (question, answer) = (
      TemplateText("the question", isControl: false), TemplateText(Self.answer, isControl: false)
    )
    let chat: [ChatTemplate.Message] = [
      .init(.user, question.string), .init(.assistant, answer.string),
      .init(.user, "something else"),
    ]
    guard let text = try? render(chat), let asked = text.firstIndex(of: question),
      let answered = text.firstIndex(of: answer, from: asked + question.count),
      let last = prompt.lastIndex(of: question)
    else { return TurnForm() }
    return TurnForm(
      now: TemplateText(prompt.characters[(last + question.count)...]),
      earlier: TemplateText(text.characters[(asked + question.count)..<answered]))
  }

  /// The marks around a reasoning that the template is given, in the ways that templates take it;
  /// nil where it leaves it out.
  private func marksByRendering(_ prompt: TemplateText) -> ReasoningMarks? {
    let begin = form.proper(prompt)
    let (reasoning, answer) = (
      TemplateText("the assistant's thoughts", isControl: false),
      TemplateText("the assistant's reply", isControl: false)
    )
    func part(_ kind: String, _ text: TemplateText) -> TemplateValue {
      .mapping(TemplateMapping(["type": .own(kind), kind: .text(text)]))
    }
    let bodies: [TemplateMapping] = [
      TemplateMapping([
        "role": .own("assistant"), "content": .text(answer), "reasoning_content": .text(reasoning),
        "thinking": .text(reasoning), "reasoning": .text(reasoning),
      ]),
      TemplateMapping([
        "role": .own("assistant"),
        "content": .list([part("thinking", reasoning), part("text", answer)]),
      ]),
    ]
    let question = Self.value(of: .init(.user, "the question"))
    for body in bodies {
      guard
        let text = try? render(
          [question, .mapping(body)], ChatTemplate.ReasoningWish(), addsPrompt: false),
        text.hasPrefix(begin), let start = text.firstIndex(of: reasoning, from: begin.count),
        let end = text.firstIndex(of: answer, from: start + reasoning.count)
      else { continue }
      let opening = TemplateText(text.characters[begin.count..<start])
      let closing = TemplateText(text.characters[(start + reasoning.count)..<end])
      // What a prompt opens a reasoning with may be left out of a whole turn.
      if let marks = ReasoningMarks(
        opening: (opening.count > 0 ? opening : form.promptEnd).string, closing: closing.string)
      {
        return marks
      }
    }
    return nil
  }
}
