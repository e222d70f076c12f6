import Foundation
import Inference
import Reasoning
import Traces

/// One model of the engine, with its session: encodes prefixes as tokens, continues and judges
/// them.
///
/// Not `Sendable`: it lives inside the engine's actor.
final class LocalModel {
  /// Which model of the pair it is.
  let role: Role
  let model: Model
  let session: Session
  let tokenizer: Tokenizer
  /// The chat format that the model was trained on.
  let template: ChatTemplate
  /// Learns how many draft tokens are worth their cost when this model decodes.
  var draftLength = DraftLength()
  /// What this model's passes cost, learnt from all of them.
  private(set) var costs = CostModel()
  /// Tokens of a step and the blank line after it, by the step's text: as this model generated
  /// them, so that its KV cache stays valid, or as the tokenizer splits the text.
  private var stepTokens: [String: [Token]] = [:]
  private var promptTokens: (messages: [ChatMessage], thinking: Thinking, tokens: [Token])?
  private var judgeTurn: (judge: JudgeRequest.Judge, tokens: [Token])?
  private static let blankLine = "\n\n"

  /// Loads the model at `path`, which is the pair's `role`.
  ///
  /// - Parameters:
  ///   - source: A chat template in Jinja; nil for the one in the file.
  ///   - contextLength: Positions of context; nil for the model's own, up to 16,384.
  ///   - onProgress: Gets the share of the weights that has been read, 0 to 1; what it throws ends
  ///     the loading.
  init(
    _ role: Role, path: String, template source: ChatTemplate.Source? = nil, contextLength: Int?,
    cacheFormat: KVCacheFormat = .f16, pool: ComputePool,
    onProgress: (Double) throws -> Void = { _ in }
  ) throws {
    self.role = role
    let file = try GGUFFile(path: path)
    tokenizer = try Tokenizer(file)
    template =
      if let source { try ChatTemplate(source, for: tokenizer) } else {
        ChatTemplate(tokenizer, file: path)
      }
    model = try Model.load(
      file, contextLength: contextLength ?? LocalEngine.mostDefaultContext,
      cacheFormat: cacheFormat,
      pool: pool, onProgress: onProgress)
    session = try Session(model)
  }

  /// The model's name, for people.
  var name: String { model.name }

  /// The model as traces record it.
  var description: ModelDescription {
    ModelDescription(
      name: model.name, source: model.file.path, quantization: model.file.quantization,
      parameters: model.file.parameterCount)
  }

  // MARK: Passes

  /// The passes since the last call, of which the cost model learns.
  @discardableResult
  func takePasses() -> [PassGroup] {
    let groups = [PassGroup](
      session.takePasses(), by: role, promptTokens: promptTokens?.tokens.count ?? 0)
    costs.add(groups)
    return groups
  }

  /// Whether `count` tokens are so many that they are better read in pieces.
  func isLong(reading count: Int) -> Bool { count > 2 * session.batchCapacity }

  /// Whether so many of `tokens` are not in the KV cache.
  func hasLongReading(of tokens: [Token]) -> Bool {
    isLong(reading: tokens.count - session.cached(of: tokens))
  }

  /// Lets the account of draft tokens know that the part of `tokens` that is not in the KV cache is
  /// read now.
  func countReading(of tokens: [Token]) {
    let cached = session.cached(of: tokens)
    draftLength.read(costs.prefill(tokens.count - cached, from: cached) ?? 0)
  }

  /// Learns from `passes`, which were measured before a run.
  func learn(fromProbe passes: [PassGroup]) { costs.add(passes, isProbe: true) }

  // MARK: Prefixes

  /// The tokens of `prefix`, as far as this model sees it.
  func tokens(of prefix: Prefix) throws -> [Token] {
    let prefix = prefix.seen(by: role)
    var tokens = try prompt(of: prefix.messagesWithRubric, prefix.thinking)
    guard prefix.thinkingClosed else {
      for step in prefix.steps { tokens += self.tokens(ofStep: step) }
      return tokens
    }
    for step in prefix.steps.dropLast() { tokens += self.tokens(ofStep: step) }
    if let last = prefix.steps.last {
      tokens += tokenizer.encode(last, parseSpecial: false)
    }
    let closing =
      prefix.thinking == .off
      ? ChatTemplate.Segment(Self.blankLine, isControl: false)
      : ChatTemplate.Segment(template.marks.closing, isControl: true)
    tokens += tokenizer.encode([closing])
    if !prefix.answer.isEmpty {
      tokens += tokenizer.encode(prefix.answer, parseSpecial: false)
    }
    return tokens
  }

  /// The tokens of a step within a prefix, including the blank line after it.
  func tokens(ofStep step: String) -> [Token] {
    if let known = stepTokens[step] { return known }
    let tokens = tokenizer.encode(step + Self.blankLine, parseSpecial: false)
    stepTokens[step] = tokens
    return tokens
  }

  /// Remembers that `step` was generated as `tokens`, if these decode to exactly its text.
  ///
  /// - Returns: Whether they do.
  func remember(step: String, as tokens: [Token]) -> Bool {
    guard tokenizer.decode(tokens) == step + Self.blankLine else { return false }
    stepTokens[step] = tokens
    return true
  }

  /// The tokens that ask for the judge's digit after a prefix.
  func judgeTokens(_ judge: JudgeRequest.Judge) throws -> [Token] {
    if let judgeTurn, judgeTurn.judge == judge { return judgeTurn.tokens }
    let tokens =
      switch judge {
      case .wording(let question, let opening):
        tokenizer.encode(try template.judgeTurn(question: question, opening: opening))
      case .continuation(let opening):
        tokenizer.encode(opening, parseSpecial: false)
      case .likelihood:
        [Token]()
      }
    judgeTurn = (judge, tokens)
    return tokens
  }

  /// The tokens of each digit: alone, and with a space before it if that is one token.
  lazy var digitTokens: [[Token]] = (0...9).map { digit in
    ["\(digit)", " \(digit)"].compactMap { text in
      let tokens = tokenizer.encode(text, parseSpecial: false)
      return tokens.count == 1 ? tokens[0] : nil
    }
  }

  /// How this model's vocabulary differs from a draft model's, in words; nil if the two are the
  /// same.
  func vocabularyDifference(from draft: LocalModel) -> String? {
    guard let token = tokenizer.firstDifference(from: draft.tokenizer) else { return nil }
    let pieces = [tokenizer, draft.tokenizer].map {
      String(decoding: $0.piece(of: token), as: UTF8.self).debugDescription
    }
    return "token \(token) is \(pieces[0]) to \(name) and \(pieces[1]) to \(draft.name)"
  }

  /// The share of a text's tokens that are single letters.
  func unfamiliarShare(of text: String) -> Double {
    let tokens = tokenizer.encode(text, parseSpecial: false)
    guard !tokens.isEmpty else { return 0 }
    let letters = tokens.count { token in
      let piece = tokenizer.piece(of: token)
      // Bytes from 0x80 on are parts of letters beyond ASCII.
      return piece.count == 1
        && piece.allSatisfy { $0 >= 0x80 || Character(Unicode.Scalar($0)).isLetter }
    }
    return Double(letters) / Double(tokens.count)
  }

  private func prompt(of messages: [ChatMessage], _ thinking: Thinking) throws -> [Token] {
    if let promptTokens, promptTokens.messages == messages, promptTokens.thinking == thinking {
      return promptTokens.tokens
    }
    let chat = messages.map(ChatTemplate.Message.init)
    let tokens = tokenizer.encode(
      prompt: try template.thinkingPrompt(for: chat, ChatTemplate.ReasoningWish(thinking)))
    promptTokens = (messages, thinking, tokens)
    stepTokens = [:]
    draftLength.begin()
    return tokens
  }
}
