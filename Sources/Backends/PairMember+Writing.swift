import Foundation
import Inference
import Reasoning
import Traces

/// One write of a model: piece by piece, until the step, the answer or the room ends.
struct StepWriting {
  private let member: PairMember
  private let maxTokens: Int
  private let prefixTokens: Int
  private let decodeStart: ContinuousClock.Instant
  private var decoder: SpeculativeDecoder
  private var text: WritingText
  private var written: [Token] = []
  private var stop: Written.Stop?
  private let clock = ContinuousClock()

  /// Prepares `member` for `request`; `draft` proposes tokens.
  init(_ request: WriteRequest, by member: PairMember, draft: PairMember?) throws {
    self.member = member
    maxTokens = request.maxTokens
    let session = member.session
    let prefix = try member.tokens(of: request.prefix)
    prefixTokens = prefix.count
    let known = request.proposal.map(member.tokens(ofStep:)) ?? []
    if prefix.count > session.contextLength {
      stop = .contextFull
    } else if known.isEmpty {
      // With a proposal the pass that judged it is still at hand; preparing would drop it.
      try session.prepare(for: prefix) { try Task.checkCancellation() }
    }
    decodeStart = clock.now
    decoder = SpeculativeDecoder(
      base: session, continuing: prefix, known: known,
      drafter: try draft?.drafter(continuing: request.prefix),
      sampler: Sampler(Sampler.Options(request.sampling), seed: request.seed),
      length: member.draftLength)
    text = WritingText(isStep: !request.prefix.thinkingClosed, tokenizer: member.tokenizer)
  }

  /// Writes until `deadline`, or until it is over; tells whether it goes on.
  mutating func advance(
    until deadline: ContinuousClock.Instant, onToken: (WrittenToken) -> Void
  ) throws -> Bool {
    while stop == nil {
      guard written.count < maxTokens else {
        stop = .limit
        break
      }
      try Task.checkCancellation()
      let choices = try decoder.next(limit: maxTokens - written.count) {
        try Task.checkCancellation()
      }
      for choice in choices where stop == nil { take(choice, onToken) }
      if stop == nil, decoder.isFull { stop = .contextFull }
      if stop == nil, clock.now >= deadline { return true }
    }
    return false
  }

  /// What was written in all.
  mutating func finish(onToken: (WrittenToken) -> Void) -> Written {
    let rest = text.finish()
    if !rest.isEmpty { onToken(WrittenToken(text: rest)) }
    if stop == .stepEnd { member.remember(step: text.text, as: written) }
    member.draftLength = decoder.length
    let seconds = (clock.now - decodeStart) / .seconds(1)
    var result = Written(
      text: text.text, tokens: written.count, stop: stop ?? .limit, seconds: seconds,
      decodeSeconds: seconds, speculation: TokenSpeculation(decoder.counts))
    result.contextTokens = prefixTokens + written.count
    return result
  }

  private mutating func take(_ choice: Sampler.Choice, _ onToken: (WrittenToken) -> Void) {
    written.append(choice.token)
    if member.tokenizer.endOfText.contains(choice.token) {
      stop = .endOfText
      return
    }
    let piece = text.append(choice.token)
    onToken(
      WrittenToken(text: piece, id: Int(choice.token), logProbability: choice.logProbability))
    stop = text.stop
  }
}

extension PairMember {
  /// This model as the one that proposes tokens to another, which continues `prefix`.
  fileprivate func drafter(continuing prefix: Prefix) throws -> Drafter? {
    var prefix = prefix
    prefix.rubric = nil
    let tokens = try tokens(of: prefix)
    guard tokens.count < session.contextLength else { return nil }
    let isStep = !prefix.thinkingClosed
    return Drafter(session, continuing: tokens) { [tokenizer] token in
      tokenizer.endOfText.contains(token) || isStep && tokenizer.endsStep(token)
    }
  }

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

extension Sampler.Options {
  /// The engine's form of what the trace tells.
  fileprivate init(_ sampling: Sampling) {
    self.init(
      temperature: sampling.temperature, topK: sampling.topK, topP: sampling.topP,
      minP: sampling.minP)
  }
}

extension TokenSpeculation {
  /// What the trace tells of the engine's counts; nil where nothing was proposed.
  fileprivate init?(_ counts: SpeculationCounts) {
    guard counts.proposed > 0 else { return nil }
    self.init(
      proposed: counts.proposed, accepted: counts.accepted, passes: counts.passes,
      draftSeconds: counts.draftSeconds)
  }
}

extension Tokenizer {
  /// Whether `token` holds a blank line as far as it goes, after which a step has no text.
  fileprivate func endsStep(_ token: Token) -> Bool {
    piece(of: token).suffix(2).elementsEqual("\n\n".utf8)
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
