import Foundation
import Inference
import Reasoning
import Traces

/// Runs the base model and the draft model in this process, on a queue of their own.
///
/// Steps pass between the models as text. Each model keeps the tokens that it generated itself, so
/// that its KV cache stays valid. Judging leaves the step's keys and values in the base model's
/// cache: an accepted step costs the base model nothing more.
public actor LocalEngine: PairEngine {
  /// The most positions of context that a model gets by default.
  public static let mostDefaultContext = 16_384

  /// Where the two models are: files, or servers for ``ServerPair``.
  public struct Files: Sendable, Equatable {
    /// Path of the base model, or the address of its server.
    public var base: String
    /// Path of the draft model, or the address of its server; nil where the base model works alone.
    public var draft: String?
    /// The base model's chat template; nil for the one in its file.
    public var baseTemplate: ChatTemplate.Source?
    /// The draft model's chat template; nil for the one in its file.
    public var draftTemplate: ChatTemplate.Source?
    /// Whether keys go to the servers: not where a recorded run alone names them, which may be anybody's.
    public var sendsKeys = true

    /// The models at these paths, with the chat templates in their files.
    public init(base: String, draft: String?) {
      self.base = base
      self.draft = draft
    }
  }

  private let queue = QueueExecutor(label: "specreason.engine")
  /// The queue on which all calls run.
  public nonisolated var unownedExecutor: UnownedSerialExecutor {
    queue.asUnownedSerialExecutor()
  }
  /// The same queue. Other work gets a turn between the pieces of a call, which take some
  /// milliseconds each.
  public nonisolated var executor: QueueExecutor? { queue }

  private let files: Files
  private let soleRole: Role
  private let contextLength: Int?
  private let cacheFormat: KVCacheFormat
  private let pool: ComputePool
  private var models: (base: LocalModel, draft: LocalModel?)?
  private var description: PairDescription?
  private let specialty: String?
  private let onProgress: (@Sendable (EngineProgress?) -> Void)?
  private var hasWarned = false

  /// Creates an engine for `files`, which are read on the first call.
  ///
  /// - Parameters:
  ///   - soleRole: Which model of a pair it is that `files` names alone.
  ///   - contextLength: Tokens of context; nil for each model's own, up to 16,384.
  ///   - cacheFormat: What keys and values are stored as.
  ///   - threads: Compute threads; nil for one per core.
  ///   - specialty: For models that know only one kind of problem: the advice to give when a prompt
  ///     is of another kind, which shows in a vocabulary that has to spell it out.
  ///   - onProgress: Gets the progress of long work, and nil when it is over.
  public init(
    files: Files, soleRole: Role = .base, contextLength: Int? = nil,
    cacheFormat: KVCacheFormat = .f16,
    threads: Int? = nil, specialty: String? = nil,
    onProgress: (@Sendable (EngineProgress?) -> Void)? = nil
  ) {
    self.specialty = specialty
    self.onProgress = onProgress
    self.files = files
    self.soleRole = soleRole
    self.contextLength = contextLength
    self.cacheFormat = cacheFormat
    pool = ComputePool(threads: threads ?? ProcessInfo.processInfo.activeProcessorCount)
  }

  // MARK: Backend

  /// Describes the models, and measures some passes of both once.
  public func describe() throws -> PairDescription {
    if let description { return description }
    let (base, draft) = try load()
    let passes = try base.measurePasses() + (draft?.measurePasses() ?? [])
    var described = PairDescription(
      base: base.description, draft: draft?.description,
      machine: Machine.description(threads: pool.threads),
      baseSecondsPerToken: base.costs.secondsPerToken(at: 0),
      vocabularyDifference: draft.flatMap(base.vocabularyDifference))
    described.passes = passes.isEmpty ? nil : passes
    described.baseContext = base.session.contextLength
    described.draftContext = draft?.session.contextLength
    described.untagged = Set(
      [(base.role, base), (.draft, draft ?? base)].filter { !$0.1.template.marks.isOwn }.map(\.0))
    description = described
    return described
  }

  /// Continues a prefix with the draft or the base model.
  public func generate(
    _ request: GenerationRequest, onToken: @escaping @Sendable (GeneratedToken) -> Void
  ) async throws -> Generation {
    let (base, draft) = try load()
    guard let model = request.role == base.role ? base : draft else {
      throw LocalEngineError.noDraftModel
    }
    if let stitching = request.stitching {
      guard let draft else { throw LocalEngineError.noDraftModel }
      return try await stitch(request, stitching, base, draft, onToken)
    }
    let start = clock.now
    takePasses()
    model.countReading(of: try model.tokens(of: request.prefix))
    try await prefill(try model.tokens(of: request.prefix), on: model)
    let proposer = request.role == .base && request.isSpeculative ? draft : nil
    var writer = try StepWriter(request, by: model, draft: proposer)
    while try writer.advance(until: clock.now + Self.piece, onToken: onToken) {
      await Task.yield()
    }
    var generation = writer.finish(onToken: onToken)
    generation.seconds = (clock.now - start) / .seconds(1)
    generation.passes = takePasses()
    return generation
  }

  /// Continues a prefix with both models in turn, token by token.
  private func stitch(
    _ request: GenerationRequest, _ stitching: Stitching, _ base: LocalModel, _ draft: LocalModel,
    _ onToken: (GeneratedToken) -> Void
  ) async throws -> Generation {
    let start = clock.now
    takePasses()
    var writer = try StitchWriter(request, stitching, base: base, draft: draft)
    while let pause = try writer.advance(until: clock.now + Self.piece, onToken: onToken) {
      switch pause {
      case .deadline:
        await Task.yield()
      case .reading(let text, let model):
        let began = clock.now
        try await prefill(text, on: model)
        writer.count(reading: (clock.now - began) / .seconds(1), by: model)
      }
    }
    var generation = writer.finish(onToken: onToken)
    generation.seconds = (clock.now - start) / .seconds(1)
    generation.passes = takePasses()
    return generation
  }

  /// Continues a prefix several times, side by side.
  public func generate(
    _ requests: [GenerationRequest], onToken: @escaping @Sendable (Int, GeneratedToken) -> Void
  ) async throws -> [Generation] {
    let (base, draft) = try load()
    guard let first = requests.first, let model = first.role == base.role ? base : draft else {
      throw LocalEngineError.noDraftModel
    }
    let start = clock.now
    takePasses()
    try await prefill(try model.tokens(of: requests[0].prefix), on: model)
    var writer = try SideBySideWriter(requests, by: model, onToken: onToken)
    while try writer.advance(until: clock.now + Self.piece, onToken: onToken) {
      await Task.yield()
    }
    var generations = writer.finish(onToken: onToken)
    // What all have in common is told of the first.
    let whole = (clock.now - start) / .seconds(1)
    generations[0].seconds += whole - generations.reduce(0) { $0 + $1.seconds }
    generations[0].passes = takePasses()
    return generations
  }

  /// Has a model judge the last steps of a prefix.
  public func judge(_ request: JudgeRequest) async throws -> [Judgement] {
    let models = try load()
    guard let model = request.role == models.base.role ? models.base : models.draft else {
      throw LocalEngineError.noDraftModel
    }
    let start = clock.now
    takePasses()
    let prefilled = try await prefill(try model.tokens(of: request.prefix), on: model)
    var judgements = try model.judge(request)
    judgements[0].promptTokens += prefilled
    let seconds = (clock.now - start) / .seconds(1)
    let tokens = judgements.reduce(0) { $0 + $1.promptTokens }
    for place in judgements.indices {
      judgements[place].seconds =
        seconds * Double(judgements[place].promptTokens) / Double(max(1, tokens))
    }
    // A step is counted in the base model's tokens, which a draft model alone does not have.
    if models.base.role == .base {
      for (place, step) in request.texts.enumerated() where place < judgements.count {
        judgements[place].stepTokens = models.base.tokens(ofStep: step).count
      }
    }
    judgements[0].passes = takePasses()
    return judgements
  }

  /// The longest that other work waits for the queue while tokens are generated.
  private static let piece = Duration.milliseconds(10)
  private let clock = ContinuousClock()

  /// The passes of both models since the last call.
  @discardableResult
  private func takePasses() -> [PassGroup] {
    [models?.base, models?.draft].compactMap(\.self).flatMap { $0.takePasses() }
  }

  /// Prefills the beginning of a long text in pieces, and returns how many tokens were computed.
  @discardableResult
  private func prefill(_ tokens: [Token], on model: LocalModel) async throws -> Int {
    let session = model.session
    guard tokens.count <= session.contextLength else { return 0 }
    let start = session.cached(of: tokens)
    var end = start
    var meter = ProgressMeter(.prefill(tokens: tokens.count - start), onProgress)
    defer { meter.end() }
    while model.isLong(reading: tokens.count - end) {
      end += session.batchCapacity
      try session.prepare(for: Array(tokens[..<end])) { try Task.checkCancellation() }
      meter.reached(Double(end - start) / Double(tokens.count - start))
      await Task.yield()
    }
    return end - start
  }

  /// Warnings about the models' files, once; and advice each time a prompt is of a kind that the
  /// models do not know.
  public func advice(on prompt: String) throws -> [String] {
    let (base, draft) = try load()
    var sentences: [String] = []
    if !hasWarned {
      hasWarned = true
      for model in [base, draft].compactMap(\.self) {
        let warnings = model.tokenizer.warnings + [model.template.warning].compactMap(\.self)
        sentences += warnings.map { "\(model.name): \($0)" }
      }
    }
    if let specialty, base.unfamiliarShare(of: prompt) > Self.unfamiliarLimit {
      sentences.append(specialty)
    }
    return sentences
  }

  /// The share of tokens spelt letter by letter above which a prompt is of another kind.
  private static let unfamiliarLimit = 0.2

  /// Tokens of the prompt as the base model reads it, and how many of them are in its KV cache.
  public func promptTokens(of messages: [ChatMessage]) throws -> (all: Int, cached: Int)? {
    let base = try load().base
    let tokens = try base.tokens(of: Prefix(messages: messages))
    return (tokens.count, base.session.cached(of: tokens))
  }

  /// Keeps at most the first `count` tokens of the prompt in the base model's KV cache.
  public func rewind(to count: Int, of messages: [ChatMessage]) throws {
    let base = try load().base
    base.session.keep(count, of: try base.tokens(of: Prefix(messages: messages)))
  }

  /// Empties both KV caches, so that the next run pays for its whole prompt.
  public func forget() {
    models?.base.session.forget()
    models?.draft?.session.forget()
  }

  /// Throws what is wrong with `files` as far as their headers tell; no weights are read, and no server
  /// is asked.
  public static func check(_ files: Files) throws {
    for path in [files.base, files.draft].compactMap(\.self)
    where !ServerAddress.isMeant(by: path) {
      _ = try Model.check(try GGUFFile(path: path))
    }
  }

  /// Loads the models now rather than on the first call, so that faults in their files show early.
  public func open() throws {
    _ = try load()
  }

  /// Frees the models' memory; the next call loads them again.
  public func unload() {
    models = nil
  }

  private func load() throws -> (base: LocalModel, draft: LocalModel?) {
    if let models { return models }
    func model(
      _ role: Role, _ path: String, _ template: ChatTemplate.Source?
    ) throws -> LocalModel {
      var meter = ProgressMeter(.loading(URL(filePath: path).lastPathComponent), onProgress)
      defer { meter.end() }
      return try LocalModel(
        role, path: path, template: template, contextLength: contextLength,
        cacheFormat: cacheFormat,
        pool: pool
      ) {
        // Large models take long, and nothing is lost of what is not there yet.
        try Task.checkCancellation()
        meter.reached($0)
      }
    }
    let base = try model(
      files.draft == nil ? soleRole : .base, files.base, files.baseTemplate)
    let draft = try files.draft.map { try model(.draft, $0, files.draftTemplate) }
    models = (base, draft)
    return (base, draft)
  }
}
