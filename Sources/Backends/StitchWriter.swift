import Foundation
import Inference
import Reasoning
import Traces

/// Generates one step or answer with both models in turn, token by token: the draft model writes; a
/// token of which it is unsure comes from the base model, which goes on until it is sure itself.
///
/// After R-Stitch (arXiv 2507.17307). A model that takes over first computes in one pass what the
/// other one wrote since, so that both KV caches hold exactly the text. Each model draws with the
/// random numbers that it has where it works alone, one for each place of the text: at a bound of 0 the
/// text is the base model's, at a bound that no entropy reaches the draft model's.
struct StitchWriter {
  /// Why it stops in the middle.
  enum Pause {
    /// Its time is over.
    case deadline
    /// A model is to read so much of `text` first that it is better done in pieces.
    case reading(text: [Token], by: LocalModel)
  }

  private let base: LocalModel
  private let draft: LocalModel
  private let bound: Double
  private let basePrefix: [Token]
  private let draftPrefix: [Token]
  private let decodeStart: ContinuousClock.Instant
  private var baseSampler: Sampler
  private var draftSampler: Sampler
  private var text: GeneratedText
  /// Whether the draft model writes the next token, if it is sure of it.
  private var isDraftsTurn = true
  /// Whether the draft model has had its say about the next token, which the base model is to write.
  private var isBaseDue = false
  /// Seconds of reading in pieces.
  private var readingSeconds = 0.0
  private var counts = TokenSpeculation(proposed: 0, accepted: 0, passes: 0, draftSeconds: 0)
  private let clock = ContinuousClock()

  /// Prepares to write for `request`, which is to be stitched as `stitching` says.
  init(
    _ request: GenerationRequest, _ stitching: Stitching, base: LocalModel, draft: LocalModel
  ) throws {
    self.base = base
    self.draft = draft
    bound = stitching.bound
    basePrefix = try base.tokens(of: request.prefix)
    draftPrefix = try draft.tokens(of: request.prefix)
    text = GeneratedText(request, by: base, after: basePrefix.count)
    let options = Sampler.Options(request.sampling)
    baseSampler = Sampler(options, seed: request.seed)
    draftSampler = Sampler(options, seed: stitching.draftSeed)
    baseSampler.drawsWithEntropy = .max
    draftSampler.drawsWithEntropy = .max
    decodeStart = clock.now
  }

  /// Generates until `deadline`, until a model has much to read, or until it has stopped; returns why
  /// it is to go on, and nil where it has stopped.
  mutating func advance(
    until deadline: ContinuousClock.Instant, onToken: (GeneratedToken) -> Void
  ) throws -> Pause? {
    while text.stop == nil {
      try Task.checkCancellation()
      if let pause = try writeToken(onToken) { return pause }
      if text.stop == nil, clock.now >= deadline { return .deadline }
    }
    return nil
  }

  /// Counts `seconds` in which `model` read in pieces.
  mutating func count(reading seconds: Double, by model: LocalModel) {
    readingSeconds += seconds
    if model === draft { counts.draftSeconds += seconds }
  }

  /// Writes the next token, unless a model is to read first.
  private mutating func writeToken(_ onToken: (GeneratedToken) -> Void) throws -> Pause? {
    if !isBaseDue {
      if isDraftsTurn, draftPrefix.count + text.tokens.count <= draft.session.contextLength {
        let whole = draftPrefix + text.tokens
        if draft.hasLongReading(of: whole) { return .reading(text: whole, by: draft) }
        let start = clock.now
        let choice = try draw(from: draft, whole, &draftSampler)
        counts.draftSeconds += (clock.now - start) / .seconds(1)
        counts.proposed += 1
        if let entropy = choice.entropy, entropy < bound {
          counts.accepted += 1
          baseSampler.skip()
          text.append(choice, writtenBy: draft, onToken)
          return nil
        }
      } else {
        draftSampler.skip()
      }
      isBaseDue = true
    }
    guard basePrefix.count + text.tokens.count <= base.session.contextLength else {
      text.end(.contextFull)
      return nil
    }
    let whole = basePrefix + text.tokens
    if base.hasLongReading(of: whole) { return .reading(text: whole, by: base) }
    let choice = try draw(from: base, whole, &baseSampler)
    isBaseDue = false
    counts.passes += 1
    isDraftsTurn = choice.entropy.map { $0 < bound } ?? false
    text.append(choice, writtenBy: base, onToken)
    return nil
  }

  /// The token after `whole` by `model`, which first computes what it has not seen of it.
  private func draw(
    from model: LocalModel, _ whole: [Token], _ sampler: inout Sampler
  ) throws -> Sampler.Choice {
    try model.session.prepare(for: whole) { try Task.checkCancellation() }
    let mark = model.session.passCount
    let choice = try sampler.next(after: model.session)
    model.session.extendPass(after: mark - 1)
    return choice
  }

  /// The finished generation; what the draft model wrote of it counts as kept draft tokens.
  mutating func finish(onToken: (GeneratedToken) -> Void) -> Generation {
    let seconds = (clock.now - decodeStart) / .seconds(1)
    var written = text.finish(seconds: seconds - readingSeconds, onToken)
    if written.stop == .stepEnd { _ = draft.remember(step: written.text, as: text.tokens) }
    // The passes of two models do not say what one judge would.
    written.likelihood = nil
    written.speculation = counts
    return written
  }
}
