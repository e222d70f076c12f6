import Foundation
import Inference
import Reasoning
import Traces

/// One write of a model: piece by piece, until the step, the answer or the room ends.
struct StepWriter {
  private let model: LocalModel
  private let decodeStart: ContinuousClock.Instant
  private var decoder: SpeculativeDecoder
  private var text: GeneratedText
  private let clock = ContinuousClock()

  /// Prepares `model` for `request`; `draft` proposes tokens.
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
    decoder = SpeculativeDecoder(
      base: session, continuing: prefix, known: known,
      drafter: try draft?.drafter(continuing: request.prefix),
      sampler: Sampler(Sampler.Options(request.sampling), seed: request.seed),
      length: model.draftLength)
  }

  /// Writes until `deadline`, or until it is over; tells whether it goes on.
  mutating func advance(
    until deadline: ContinuousClock.Instant, onToken: (GeneratedToken) -> Void
  ) throws -> Bool {
    while text.stop == nil {
      try Task.checkCancellation()
      let choices = try decoder.next(limit: text.room) { try Task.checkCancellation() }
      for choice in choices where text.stop == nil { text.append(choice, onToken) }
      if decoder.isFull { text.end(.contextFull) }
      if text.stop == nil, clock.now >= deadline { return true }
    }
    return false
  }

  /// What was written in all.
  mutating func finish(onToken: (GeneratedToken) -> Void) -> Generation {
    model.draftLength = decoder.length
    var written = text.finish(seconds: (clock.now - decodeStart) / .seconds(1), onToken)
    written.speculation = TokenSpeculation(decoder.counts)
    return written
  }
}
