import Foundation
import Inference
import Reasoning
import Traces

/// One write of a model: piece by piece, until the step, the answer or the room ends.
struct StepWriter {
  private let member: LocalModel
  private let decodeStart: ContinuousClock.Instant
  private var decoder: SpeculativeDecoder
  private var text: GeneratedText
  private let clock = ContinuousClock()

  /// Prepares `member` for `request`; `draft` proposes tokens.
  init(_ request: GenerationRequest, by member: LocalModel, draft: LocalModel?) throws {
    self.member = member
    let session = member.session
    let prefix = try member.tokens(of: request.prefix)
    text = GeneratedText(request, by: member, after: prefix.count)
    let known = request.proposal.map(member.tokens(ofStep:)) ?? []
    if known.isEmpty, text.stop == nil {
      // With a proposal the pass that judged it is still at hand; preparing would drop it.
      try session.prepare(for: prefix) { try Task.checkCancellation() }
    }
    decodeStart = clock.now
    decoder = SpeculativeDecoder(
      base: session, continuing: prefix, known: known,
      drafter: try draft?.drafter(continuing: request.prefix),
      sampler: Sampler(Sampler.Options(request.sampling), seed: request.seed),
      length: member.draftLength)
  }

  /// Writes until `deadline`, or until it is over; tells whether it goes on.
  mutating func advance(
    until deadline: ContinuousClock.Instant, onToken: (GeneratedToken) -> Void
  ) throws -> Bool {
    while text.stop == nil {
      try Task.checkCancellation()
      let choices = try decoder.next(limit: text.room) { try Task.checkCancellation() }
      for choice in choices where text.stop == nil { text.take(choice, onToken) }
      if decoder.isFull { text.end(.contextFull) }
      if text.stop == nil, clock.now >= deadline { return true }
    }
    return false
  }

  /// What was written in all.
  mutating func finish(onToken: (GeneratedToken) -> Void) -> Generation {
    member.draftLength = decoder.length
    var written = text.finish(seconds: (clock.now - decodeStart) / .seconds(1), onToken)
    written.speculation = TokenSpeculation(decoder.counts)
    return written
  }
}

/// Several writes of a model after one prefix, side by side: a pass reads the weights once for all.
struct SideBySideWriter {
  private let member: LocalModel
  private let decodeStart: ContinuousClock.Instant
  private var texts: [GeneratedText]
  private var samplers: [Sampler]
  /// Tokens drawn that are not computed yet.
  private var pending: [Int: Token] = [:]
  private let clock = ContinuousClock()

  /// Prepares `member` for requests that differ in nothing but their seeds, at least one, and draws
  /// the first tokens.
  init(
    _ requests: [GenerationRequest], by member: LocalModel, onToken: (Int, GeneratedToken) -> Void
  ) throws {
    self.member = member
    let prefix = try requests.first.map { try member.tokens(of: $0.prefix) } ?? []
    texts = requests.map { GeneratedText($0, by: member, after: prefix.count) }
    samplers = requests.map { Sampler(Sampler.Options($0.sampling), seed: $0.seed) }
    decodeStart = clock.now
    guard prefix.count <= member.session.contextLength else { return }
    try member.session.compute(
      requests.map { _ in prefix }, sharing: prefix.count
    ) {
      try Task.checkCancellation()
    } visit: { place, _ in
      try draw(place, onToken)
    }
  }

  /// Writes until `deadline`, or until all are over; tells whether any goes on.
  mutating func advance(
    until deadline: ContinuousClock.Instant, onToken: (Int, GeneratedToken) -> Void
  ) throws -> Bool {
    while !pending.isEmpty {
      try Task.checkCancellation()
      let drawn = pending
      pending = [:]
      try member.session.append(drawn) { try draw($0, onToken) }
      if clock.now >= deadline { return true }
    }
    return false
  }

  /// What was written in all, the time divided by tokens.
  mutating func finish(onToken: (Int, GeneratedToken) -> Void) -> [Generation] {
    let seconds = (clock.now - decodeStart) / .seconds(1)
    let all = texts.reduce(0) { $0 + $1.tokens.count }
    return texts.indices.map { place in
      let share = Double(texts[place].tokens.count) / Double(max(1, all))
      return texts[place].finish(seconds: seconds * share) { onToken(place, $0) }
    }
  }

  private mutating func draw(_ place: Int, _ onToken: (Int, GeneratedToken) -> Void) throws {
    let session = member.session
    let choice = try samplers[place].next(after: session)
    texts[place].take(choice) { onToken(place, $0) }
    if session.position == session.contextLength { texts[place].end(.contextFull) }
    if texts[place].stop == nil { pending[place] = choice.token }
  }
}

/// A step or an answer as it is written, token by token.
private struct GeneratedText {
  private let member: LocalModel
  private let maxTokens: Int
  private let prefixTokens: Int
  private var text: StepText
  private(set) var tokens: [Token] = []
  /// Why it is over; nil while it goes on.
  private(set) var stop: Generation.Stop?

  /// Nothing yet, behind a prefix of so many tokens.
  init(_ request: GenerationRequest, by member: LocalModel, after prefixTokens: Int) {
    self.member = member
    self.prefixTokens = prefixTokens
    maxTokens = request.maxTokens
    text = StepText(isStep: !request.prefix.thinkingClosed, tokenizer: member.tokenizer)
    if prefixTokens > member.session.contextLength { stop = .contextFull }
    if stop == nil, maxTokens <= 0 { stop = .limit }
  }

  /// Tokens that it may still take.
  var room: Int { maxTokens - tokens.count }

  mutating func take(_ choice: Sampler.Choice, _ onToken: (GeneratedToken) -> Void) {
    tokens.append(choice.token)
    if member.tokenizer.endOfText.contains(choice.token) {
      stop = .endOfText
      return
    }
    let piece = text.append(choice.token)
    onToken(
      GeneratedToken(text: piece, id: Int(choice.token), logProbability: choice.logProbability))
    stop = text.stop
    if stop == nil, room <= 0 { stop = .limit }
  }

  /// Ends it from outside, where it is not over.
  mutating func end(_ stop: Generation.Stop) { self.stop = self.stop ?? stop }

  /// What was written in all, in `seconds`.
  mutating func finish(seconds: Double, _ onToken: (GeneratedToken) -> Void) -> Generation {
    let rest = text.finish()
    if !rest.isEmpty { onToken(GeneratedToken(text: rest)) }
    if stop == .stepEnd { member.remember(step: text.text, as: tokens) }
    var written = Generation(
      text: text.text, tokens: tokens.count, stop: stop ?? .limit, seconds: seconds,
      decodeSeconds: seconds)
    written.contextTokens = prefixTokens + tokens.count
    return written
  }
}

extension LocalModel {
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
private struct StepText {
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
  var stop: Generation.Stop? {
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
