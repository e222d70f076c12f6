import Inference
import Reasoning
import Traces

extension Sampler.Options {
  /// The engine's options for the sampling that a trace records.
  init(_ sampling: Sampling) {
    self.init(
      temperature: sampling.temperature, topK: sampling.topK, topP: sampling.topP,
      minP: sampling.minP)
  }
}

extension TokenSpeculation {
  /// The trace's record of the engine's counts; nil if no draft token was proposed.
  init?(_ counts: SpeculationCounts) {
    guard counts.proposed > 0 else { return nil }
    self.init(
      proposed: counts.proposed, accepted: counts.accepted, passes: counts.passes,
      draftSeconds: counts.draftSeconds)
  }
}
