import Foundation
import Inference
import Reasoning
import Traces

/// Generates several continuations of one prefix side by side: each pass reads the weights once for
/// all.
struct SideBySideWriter {
  private let model: LocalModel
  private let decodeStart: ContinuousClock.Instant
  private var texts: [GeneratedText]
  private var samplers: [Sampler]
  /// Sampled tokens that are not computed yet, by continuation.
  private var pending: [Int: Token] = [:]
  private let clock = ContinuousClock()

  /// Prefills for `requests`, at least one, which differ only in their seeds, and samples the first
  /// tokens.
  init(
    _ requests: [GenerationRequest], by model: LocalModel, onToken: (Int, GeneratedToken) -> Void
  ) throws {
    self.model = model
    let prefix = try requests.first.map { try model.tokens(of: $0.prefix) } ?? []
    texts = requests.map { GeneratedText($0, by: model, after: prefix.count) }
    samplers = requests.map { Sampler(Sampler.Options($0.sampling), seed: $0.seed) }
    decodeStart = clock.now
    guard prefix.count <= model.session.contextLength else { return }
    try model.session.compute(
      requests.map { _ in prefix }, sharing: prefix.count
    ) {
      try Task.checkCancellation()
    } visit: { place, _ in
      try draw(place, onToken)
    }
  }

  /// Generates until `deadline` or until all have stopped, and returns whether any goes on.
  mutating func advance(
    until deadline: ContinuousClock.Instant, onToken: (Int, GeneratedToken) -> Void
  ) throws -> Bool {
    while !pending.isEmpty {
      try Task.checkCancellation()
      let drawn = pending
      pending = [:]
      try model.session.append(drawn) { try draw($0, onToken) }
      if clock.now >= deadline { return true }
    }
    return false
  }

  /// The finished generations; time is shared out by their tokens.
  mutating func finish(onToken: (Int, GeneratedToken) -> Void) -> [Generation] {
    let seconds = (clock.now - decodeStart) / .seconds(1)
    let all = texts.reduce(0) { $0 + $1.tokens.count }
    return texts.indices.map { place in
      let share = Double(texts[place].tokens.count) / Double(max(1, all))
      return texts[place].finish(seconds: seconds * share) { onToken(place, $0) }
    }
  }

  private mutating func draw(_ place: Int, _ onToken: (Int, GeneratedToken) -> Void) throws {
    let session = model.session
    let choice = try samplers[place].next(after: session)
    texts[place].append(choice) { onToken(place, $0) }
    if session.position == session.contextLength { texts[place].end(.contextFull) }
    if texts[place].stop == nil { pending[place] = choice.token }
  }
}
