import Inference
import Reasoning
import Traces

/// A step or an answer while it is generated, token by token.
struct GeneratedText {
  private let model: LocalModel
  private let maxTokens: Int
  private let prefixTokens: Int
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
    text = StepText(
      after: request.prefix, tokenizer: model.tokenizer, marks: model.template.marks)
    if prefixTokens > model.session.contextLength { stop = .contextFull }
    if stop == nil, maxTokens <= 0 { stop = .limit }
  }

  /// Tokens that may still be added.
  var room: Int { maxTokens - tokens.count }

  mutating func append(_ choice: Sampler.Choice, _ onToken: (GeneratedToken) -> Void) {
    tokens.append(choice.token)
    scores.append(
      TokenScore(
        logProbability: choice.logProbability, bestLogProbability: choice.bestLogProbability))
    if model.tokenizer.endOfText.contains(choice.token), !text.isClosed(by: choice.token) {
      stop = .endOfText
      return
    }
    let piece = text.append(choice.token)
    onToken(
      GeneratedToken(text: piece, id: Int(choice.token), logprob: choice.logProbability))
    stop = text.stop
    if stop == nil, room <= 0 { stop = .limit }
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
    if isRemembered {
      let own = model.ownTokens(ofStep: text.text).count
      generation.likelihood = .likelihood(Array(scores.prefix(own)))
    }
    return generation
  }
}
