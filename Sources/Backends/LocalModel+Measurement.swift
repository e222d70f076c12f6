import Inference
import Reasoning
import Traces

extension LocalModel {
  /// Median seconds per decoded token, sampling included, at a context of up to 256 tokens; nil if
  /// the context is too small. Takes about half a second if the model is slow.
  func measureDecoding() throws -> Double? {
    let clock = ContinuousClock()
    let start = clock.now
    let filler = try tokens(of: Prefix(messages: [ChatMessage(.user, "1 + 1 = ?")]))
    guard filler.count < session.contextLength else { return nil }
    var prompt = filler
    // The context grows only as far as prefilling it costs little.
    repeat {
      try session.prepare(for: prompt)
      prompt += filler
    } while prompt.count < min(256, session.contextLength - 32)
      && clock.now - start < .seconds(0.15)
    var sampler = Sampler(Sampler.Options(Sampling()), seed: 0)
    var seconds: [Double] = []
    while session.position < session.contextLength, seconds.count < 24,
      seconds.count < 3 || clock.now - start < .seconds(0.4)
    {
      let begin = clock.now
      let choice = try sampler.next(after: session)
      try session.append(choice.token)
      seconds.append((clock.now - begin) / .seconds(1))
    }
    return seconds.sorted()[seconds.count / 2]
  }
}
