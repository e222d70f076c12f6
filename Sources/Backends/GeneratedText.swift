import Inference
import Reasoning
import Traces

/// A step or an answer while it is generated, token by token.
struct GeneratedText {
  private let model: LocalModel
  private let maxTokens: Int
  private let prefixTokens: Int
  /// What hands it over while it begins; nil once its beginning is behind.
  private var handover: Handover?
  private var firstEntropy: Double?
  private var text: StepText
  private(set) var tokens: [Token] = []
  /// The log-probability of each token, and of the most probable one in its place.
  private var scores: [TokenScore] = []
  /// Why generation stopped; nil while it goes on.
  private(set) var stop: Generation.Stop?

  /// An empty text after a prefix of `prefixTokens` tokens.
  init(_ request: GenerationRequest, by model: LocalModel, after prefixTokens: Int) {
    self.model = model
    self.prefixTokens = prefixTokens
    maxTokens = request.maxTokens
    handover = request.handover
    text = StepText(
      after: request.prefix, tokenizer: model.tokenizer, marks: model.template.marks)
    if prefixTokens > model.session.contextLength { stop = .contextFull }
    if stop == nil, maxTokens <= 0 { stop = .limit }
  }

  /// Tokens that may still be added.
  var room: Int { maxTokens - tokens.count }

  /// Adds a token; `author` wrote it where both models write the text.
  mutating func append(
    _ choice: Sampler.Choice, writtenBy author: LocalModel? = nil,
    _ onToken: (GeneratedToken) -> Void
  ) {
    tokens.append(choice.token)
    if tokens.count == 1 { firstEntropy = choice.entropy }
    scores.append(
      TokenScore(
        logProbability: choice.logProbability, bestLogProbability: choice.bestLogProbability))
    if (author ?? model).tokenizer.endOfText.contains(choice.token),
      !text.isClosed(by: choice.token)
    {
      stop = .endOfText
      return
    }
    let piece = text.append(choice.token)
    var token = GeneratedToken(
      text: piece, id: Int(choice.token), logprob: choice.logProbability)
    if author?.role == .draft { token.from = .draft }
    onToken(token)
    stop = text.stop
    if stop == nil, handsOver { stop = .handover }
    if stop == nil, room <= 0 { stop = .limit }
  }

  /// Whether its beginning, with the token just added, hands it over.
  private var handsOver: Bool {
    mutating get {
      guard let handover else { return false }
      if tokens.count == 1, handover.isUnsure(firstEntropy) { return true }
      let text = text.text
      // The last word may go on.
      let last = text.reversed().prefix { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "'" }
      if handover.word(opening: String(text.dropLast(last.count))) != nil { return true }
      if StepTriggers.hasOpening(text) { self.handover = nil }
      return false
    }
  }

  /// Stops it for `stop`, unless it has stopped already.
  mutating func end(_ stop: Generation.Stop) { self.stop = self.stop ?? stop }

  /// The finished generation, which took `seconds`.
  mutating func finish(seconds: Double, _ onToken: (GeneratedToken) -> Void) -> Generation {
    let rest = text.finish()
    if !rest.isEmpty { onToken(GeneratedToken(text: rest)) }
    let isRemembered = stop == .stepEnd && model.remember(step: text.text, as: tokens)
    var generation = Generation(
      text: text.text, tokens: tokens.count, stop: stop ?? .limit, seconds: seconds,
      decodeSeconds: seconds)
    generation.contextTokens = prefixTokens + tokens.count
    generation.firstEntropy = firstEntropy
    if isRemembered {
      let own = model.ownTokens(ofStep: text.text).count
      generation.likelihood = .likelihood(Array(scores.prefix(own)))
    }
    return generation
  }
}
