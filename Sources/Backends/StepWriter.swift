import Foundation
import Inference
import Reasoning
import Traces

/// Generates one step or answer with a model, in pieces.
struct StepWriter {
  private let model: LocalModel
  private let decodeStart: ContinuousClock.Instant
  private var decoder: SpeculativeDecoder
  private var text: GeneratedText
  private let clock = ContinuousClock()

  /// Prefills `model` for `request`; `draft`, if any, proposes tokens.
  init(_ request: GenerationRequest, by model: LocalModel, draft: LocalModel?) throws {
    self.model = model
    let session = model.session
    let prefix = try model.tokens(of: request.prefix)
    text = GeneratedText(request, by: model, after: prefix.count)
    let known = request.proposal.map(model.tokens(ofStep:)) ?? []
    if known.isEmpty, text.stop == nil {
      // With a proposal the pass that judged it is still at hand; preparing would drop it.
      try session.prepare(for: prefix) { try Task.checkCancellation() }
    }
    decodeStart = clock.now
    var length = model.draftLength
    length.costs = draft.flatMap { PassCosts(base: model.costs, draft: $0.costs) }
    var sampler = Sampler(Sampler.Options(request.sampling), seed: request.seed)
    if request.handover?.entropy != nil { sampler.drawsWithEntropy = 1 }
    decoder = SpeculativeDecoder(
      base: session, continuing: prefix, known: known,
      drafter: try draft?.drafter(continuing: request.prefix),
      sampler: sampler, length: length)
  }

  /// Generates until `deadline` or until it has stopped, and returns whether it goes on.
  mutating func advance(
    until deadline: ContinuousClock.Instant, onToken: (GeneratedToken) -> Void
  ) throws -> Bool {
    while text.stop == nil {
      try Task.checkCancellation()
      let mark = model.session.passCount
      let choices = try decoder.next(limit: text.room) { try Task.checkCancellation() }
      for choice in choices where text.stop == nil { text.append(choice, onToken) }
      // To tell of its tokens is part of what a pass costs.
      model.session.extendPass(after: mark)
      if decoder.isFull { text.end(.contextFull) }
      if text.stop == nil, clock.now >= deadline { return true }
    }
    return false
  }

  /// The finished generation.
  mutating func finish(onToken: (GeneratedToken) -> Void) -> Generation {
    model.draftLength = decoder.length
    var written = text.finish(seconds: (clock.now - decodeStart) / .seconds(1), onToken)
    written.speculation = TokenSpeculation(decoder.counts)
    return written
  }
}
