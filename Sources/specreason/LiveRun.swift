import Backends
import Foundation
import Reasoning
import Terminal
import Traces
import Viewer

/// The run that the viewer shows: the reasoner that goes on with it, and the file it is saved in.
actor LiveRun {
  private var pair: PairOptions
  private var engine: any PairEngine
  private let options: RunOptions
  private let calibration: CalibrationOptions
  /// Scores of the base model's own steps that are kept for the pair.
  private var ownScores: [OwnScores] = []
  private let folder: RunFolder
  private let isSaving: Bool
  private let inbox: Inbox
  private var reasoner: Reasoner
  private var writer: RunWriter?
  private var telling: Task<Void, Never>?

  /// A run by `engine`, which `pair` made; it is told to `inbox`.
  ///
  /// - Parameters:
  ///   - writer: The file of the run; nil where it is not saved.
  ///   - ownScores: The base model's own steps, as a calibration scored them.
  ///   - earlier: What happened in it before.
  init(
    pair: PairOptions, engine: any PairEngine, options: RunOptions, calibration: CalibrationOptions,
    ownScores: [OwnScores], allowsOtherMode: Bool, folder: RunFolder, isSaving: Bool,
    writer: RunWriter?, earlier: RunState, inbox: Inbox
  ) {
    self.pair = pair
    self.engine = engine
    self.options = options
    self.calibration = calibration
    self.ownScores = ownScores
    self.folder = folder
    self.isSaving = isSaving
    self.inbox = inbox
    self.writer = writer
    reasoner = Reasoner(
      backend: engine, options: options, allowsOtherMode: allowsOtherMode, continuing: earlier,
      calibrated: ownScores, version: SpecReason.version)
  }

  /// Starts the models, then does what the viewer asks, in order.
  func serve(_ commands: AsyncStream<RunCommand>) async {
    await start()
    for await command in commands {
      switch command {
      case .submit(let problem):
        PromptHistory.add(problem)
        // A turn runs beside the controls that steer it.
        Task { [reasoner] in await reasoner.run(prompt: problem) }
      case .control(let control):
        await reasoner.apply(control)
      case .load(let path):
        FileQueue.run { [inbox, folder] in inbox.post(Self.recorded(at: path, folder)) }
      case .runs(let request):
        await serve(request)
      case .models(let role):
        // Looking takes its time, and nothing else should wait for it.
        Task { await list(role) }
      case .changeModel(let role, let path):
        await change(role, to: path)
      case .demo: break
      case .race:
        Task { [reasoner, inbox] in
          await reasoner.race { inbox.post(.race($0)) }
          inbox.post(.race(nil))
        }
      }
    }
  }

  /// Ends what runs, and writes what is left to be saved.
  func finish() async {
    await reasoner.finish()
    await telling?.value
    writer?.close()
  }

  /// The run in the file at `path`, or the saved one of that name, or why there is none.
  static func recorded(at path: String, _ folder: RunFolder) -> Message {
    do {
      return .loaded(try TraceArgument.file(path, in: folder).run)
    } catch {
      return .told(
        "\(path) cannot be compared with: \(Failure.sentence(about: error))", isWarning: true)
    }
  }

  /// Shows what is saved.
  static func showing(on inbox: Inbox) -> @Sendable ([Event]) -> Void {
    { for event in $0 { inbox.post(.event(event)) } }
  }

  /// Tells that a run cannot be saved any more.
  static func warning(to inbox: Inbox) -> @Sendable (RunStoreError) -> Void {
    { inbox.post(.told("\($0) The run goes on and is not saved.", isWarning: true)) }
  }

  /// Tells how far work has come that takes long.
  static func progress(to inbox: Inbox) -> @Sendable (EngineProgress?) -> Void {
    { inbox.post(.progress($0.map { WorkProgress(label: $0.label, share: $0.share) })) }
  }

  @discardableResult
  private func start() async -> Bool {
    telling = Task.detached { [reasoner, writer, inbox] in
      for await event in reasoner.events {
        if let writer { writer.append(event) } else { inbox.post(.event(event)) }
      }
    }
    do {
      try await reasoner.start()
      inbox.post(.engine(.ready))
      return true
    } catch {
      inbox.post(.engine(.failed(Failure.sentence(about: error))))
      return false
    }
  }

  private func serve(_ request: RunRequest) async {
    do {
      switch request {
      case .list: await list()
      case .open(let id): try await open(id)
      case .view(let id):
        let trace = try await onQueue { try $0.trace(id) }
        inbox.post(.recorded(trace.events))
        if let warning = trace.warning { inbox.post(.told(warning, isWarning: true)) }
      case .rename(let id, let title):
        try await onQueue { try $0.rename(id, to: title) }
        await list()
      case .delete(let id):
        try await onQueue { try $0.delete(id) }
        inbox.post(.deleted(id))
      case .restore(let id):
        try await onQueue { try $0.restore(id) }
        await list()
      }
    } catch {
      inbox.post(.told(Failure.sentence(about: error), isWarning: true))
    }
  }

  private func list() async {
    let runs = try? await onQueue { $0.runs() }
    inbox.post(.runs(runs ?? []))
  }

  /// Leaves this run and goes on with a saved one, by the same models.
  private func open(_ id: String) async throws {
    guard id != writer?.id else {
      inbox.post(.told("This is the run at hand.", isWarning: false))
      return
    }
    let (show, warn) = (Self.showing(on: inbox), Self.warning(to: inbox))
    let (writer, trace) = try await onQueue {
      try $0.reopen(id, onSaved: show, onFailure: warn)
    }
    await finish()
    self.writer = isSaving ? writer : nil
    if !isSaving { writer.close() }
    let run = trace.run
    inbox.post(.opened(run))
    reasoner = Reasoner(
      backend: engine, options: options(for: run),
      allowsOtherMode: true, continuing: run, calibrated: ownScores,
      version: SpecReason.version)
    if await start(), !run.turns.isEmpty {
      inbox.post(.told(trace.warning ?? Self.resumed, isWarning: trace.warning != nil))
    }
  }

  /// The options that `run` goes on with: its own, where it has begun.
  private func options(for run: RunState) -> RunOptions {
    guard run.started != nil else { return options }
    var continued = run.options
    // Earlier versions did not record it.
    continued.earlierTurns = continued.earlierTurns ?? options.earlierTurns
    return continued
  }

  /// What a person should know who goes on with a run.
  static let resumed = "The run goes on where it was."

  // MARK: Models

  private func list(_ role: ModelRole) async {
    let files = [pair.base, pair.draft].compactMap(\.self).filter {
      $0 != "demo" && !ServerAddress.isMeant(by: $0)
    }
    let models = try? await FileQueue.value { ModelShelf().beside(files).models() }
    inbox.post(
      .models(
        role,
        (models ?? []).map { model in
          let size = model.bytes.map(Format.bytes)
          let detail = [model.architecture, model.quantization, size].compactMap(\.self)
          return ModelChoice(
            path: model.path, name: model.name, detail: detail.joined(separator: " · "),
            obstacle: model.problem)
        }))
  }

  /// Goes on with another model; where that fails, with those at hand. The memory holds one pair at
  /// a time.
  private func change(_ role: ModelRole, to path: String) async {
    inbox.post(.engine(.loading(URL(filePath: path).lastPathComponent)))
    var pair = pair
    switch role {
    case .base:
      // The demo base brings its draft model along; another base keeps it.
      if pair.isDemo { pair.draft = pair.draft ?? "demo" }
      pair.base = path
    case .draft: pair.draft = path
    }
    await reasoner.apply(.cancel)
    await reasoner.idle()
    do {
      let files = try pair.files()
      let engine = try pair.engine(files, onProgress: Self.progress(to: inbox))
      await self.engine.unload()
      try await engine.open()
      let run = await reasoner.state
      await reasoner.finish()
      await telling?.value
      self.pair = pair
      self.engine = engine
      ownScores = calibration.found(for: files).ownScores
      reasoner = Reasoner(
        backend: engine, options: options(for: run),
        allowsOtherMode: true, continuing: run, calibrated: ownScores,
        version: SpecReason.version)
      await start()
    } catch {
      do {
        try await self.engine.open()
        inbox.post(.engine(.ready))
        inbox.post(
          .told("The models stay as they are. \(Failure.sentence(about: error))", isWarning: true))
      } catch {
        inbox.post(.engine(.failed(Failure.sentence(about: error))))
      }
    }
  }

  private func onQueue<Value: Sendable>(
    _ work: @escaping @Sendable (RunFolder) throws -> Value
  ) async throws -> Value {
    try await FileQueue.value { [folder] in try work(folder) }
  }
}
