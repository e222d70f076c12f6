import Inference
import Reasoning
import Traces

extension LocalModel {
  /// Median seconds of one decoded token, drawn as a write draws it, at a context of up to 256
  /// tokens; takes about half a second where the model is slow. Nil where the
  /// context is too small for it.
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
