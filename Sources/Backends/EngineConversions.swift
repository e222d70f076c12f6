import Inference
import Reasoning
import Traces

extension Sampler.Options {
  /// The engine's form of what the trace tells.
  init(_ sampling: Sampling) {
    self.init(
      temperature: sampling.temperature, topK: sampling.topK, topP: sampling.topP,
      minP: sampling.minP)
  }
}

extension TokenSpeculation {
  /// What the trace tells of the engine's counts; nil where nothing was proposed.
  init?(_ counts: SpeculationCounts) {
    guard counts.proposed > 0 else { return nil }
    self.init(
      proposed: counts.proposed, accepted: counts.accepted, passes: counts.passes,
      draftSeconds: counts.draftSeconds)
  }
}
