import Foundation
import Inference
import Reasoning
import Traces

extension PairMember {
  /// Continues a prefix until the step, the answer or the room ends.
  func write(
    _ request: WriteRequest, onToken: (WrittenToken) -> Void
  ) throws -> Written {
    let clock = ContinuousClock()
    let start = clock.now
    let prefix = tokens(of: request.prefix)
    guard prefix.count <= session.contextLength else {
      return Written(text: "", tokens: 0, stop: .contextFull, seconds: 0, decodeSeconds: 0)
    }
    try session.prepare(for: prefix) { try Task.checkCancellation() }
    let decodeStart = clock.now
    var text = WritingText(isStep: !request.prefix.thinkingClosed, tokenizer: tokenizer)
    var sampler = Sampler(Sampler.Options(request.sampling), seed: request.seed)
    var written: [Token] = []
    var stop: Written.Stop?
    while stop == nil {
      if written.count == request.maxTokens {
        stop = .limit
        break
      }
      try Task.checkCancellation()
      let choice = try sampler.next(after: session)
      written.append(choice.token)
      if tokenizer.endOfText.contains(choice.token) {
        stop = .endOfText
        break
      }
      let piece = text.append(choice.token)
      onToken(
        WrittenToken(
          text: piece, id: Int(choice.token), logProbability: choice.logProbability))
      stop = text.stop ?? (session.position == session.contextLength ? .contextFull : nil)
      if stop == nil { try session.append(choice.token) }
    }
    let rest = text.finish()
    if !rest.isEmpty { onToken(WrittenToken(text: rest)) }
    let end = clock.now
    if stop == .stepEnd { remember(step: text.text, as: written) }
    return Written(
      text: text.text, tokens: written.count, stop: stop ?? .limit,
      seconds: (end - start) / .seconds(1), decodeSeconds: (end - decodeStart) / .seconds(1))
  }

  /// Median seconds of one decoded token, drawn as a write draws it, at a context of up to 256
  /// tokens; takes about a second and a half at most where the model is slow. Nil where the
  /// context is too small for it.
  func measureDecoding() throws -> Double? {
    let clock = ContinuousClock()
    let start = clock.now
    let filler = tokens(of: Prefix(messages: [ChatMessage(.user, "1 + 1 = ?")]))
    guard filler.count < session.contextLength else { return nil }
    var prompt = filler
    // The context grows only as far as prefilling it costs little.
    repeat {
      try session.prepare(for: prompt)
      prompt += filler
    } while prompt.count < min(256, session.contextLength - 32) && clock.now - start < .seconds(0.3)
    var sampler = Sampler(Sampler.Options(Sampling()), seed: 0)
    var seconds: [Double] = []
    while session.position < session.contextLength, seconds.count < 24,
      seconds.count < 3 || clock.now - start < .seconds(1.5)
    {
      let begin = clock.now
      let choice = try sampler.next(after: session)
      try session.append(choice.token)
      seconds.append((clock.now - begin) / .seconds(1))
    }
    return seconds.sorted()[seconds.count / 2]
  }
}

extension Sampler.Options {
  /// The engine's form of what the trace tells.
  fileprivate init(_ sampling: Sampling) {
    self.init(
      temperature: sampling.temperature, topK: sampling.topK, topP: sampling.topP,
      minP: sampling.minP)
  }
}

/// The text of one write, token by token: a step that ends at a blank line or `</think>`, or an
/// answer that goes on to the end of the text.
private struct WritingText {
  private var decoder: StreamingDecoder
  private var splitter: StepSplitter?
  private var answer = ""

  init(isStep: Bool, tokenizer: Tokenizer) {
    decoder = StreamingDecoder(tokenizer)
    splitter = isStep ? StepSplitter() : nil
  }

  /// The text so far, without what ended it.
  var text: String { splitter?.text ?? answer }

  /// What the text itself says of its end.
  var stop: Written.Stop? {
    switch splitter?.end {
    case .blankLine: .stepEnd
    case .thinkingTag: .thinkingEnd
    case nil: nil
    }
  }

  /// Adds a token; gives the text that is certain since then.
  mutating func append(_ token: Token) -> String {
    add(decoder.append(token))
  }

  /// Ends the text; gives what was held back.
  mutating func finish() -> String {
    let rest = add(decoder.finish())
    return rest + (splitter?.finish() ?? "")
  }

  private mutating func add(_ piece: String) -> String {
    guard splitter == nil else { return splitter?.append(piece) ?? "" }
    // The blank line after the reasoning belongs to neither.
    let kept = answer.isEmpty ? String(piece.drop { $0.isNewline }) : piece
    answer += kept
    return kept
  }
}
