import Dispatch
import Foundation
import Reasoning
import Synchronization
import Traces

/// The pair of models that is served: answers one request after another, in the order in which they
/// came, each as a run of its own.
package final class ServedPair: Sendable {
  /// How the pair is served.
  package struct Settings: Sendable {
    /// The model's name for clients.
    package var name: String
    /// What a request is answered with where it asks for nothing else.
    package var options: RunOptions
    /// The seed in `options` holds for every request; else each gets a new one.
    package var isSeeded: Bool
    /// Judge scores of the base model's own steps, as a calibration found them.
    package var ownScores: [OwnScores]
    /// A pair that cannot do the mode does the next best.
    package var allowsOtherMode: Bool
    /// Requests that may wait.
    package var mostWaiting: Int
    /// The program's version, for traces.
    package var version: String

    /// Settings without a calibration.
    package init(
      name: String, options: RunOptions, isSeeded: Bool = false, ownScores: [OwnScores] = [],
      allowsOtherMode: Bool = true, mostWaiting: Int = 256, version: String
    ) {
      self.name = name
      self.options = options
      self.isSeeded = isSeeded
      self.ownScores = ownScores
      self.allowsOtherMode = allowsOtherMode
      self.mostWaiting = mostWaiting
      self.version = version
    }
  }

  /// How it is served.
  package let settings: Settings
  let metrics = ServerMetrics()
  private let backend: any Backend
  private let newWriter: @Sendable () -> RunWriter?
  private let turnstile: Turnstile
  private let described = Mutex<PairDescription?>(nil)
  /// The runs that are not saved yet.
  private let runs = DispatchGroup()
  /// Waiting for the disk must hold up neither a request nor a thread of the pool.
  private let disk = DispatchQueue(label: "specreason.served-runs", qos: .utility)

  /// Serves `backend`.
  ///
  /// - Parameter newWriter: Saves the next run; nil where it is not saved.
  package init(
    _ backend: any Backend, _ settings: Settings,
    newWriter: @escaping @Sendable () -> RunWriter? = { nil }
  ) {
    self.backend = backend
    self.settings = settings
    self.newWriter = newWriter
    turnstile = Turnstile(mostWaiting: settings.mostWaiting)
  }

  /// Requests that wait, and that are being answered.
  var load: (waiting: Int, inside: Int) { turnstile.counts }

  /// Blocks until the runs that still end are saved, at most `seconds`.
  package func finish(within seconds: Double) {
    _ = runs.wait(timeout: .now() + seconds)
  }

  /// The pair, as the backend told it first.
  private func description() async throws -> PairDescription {
    if let known = described.withLock({ $0 }) { return known }
    let pair = try await backend.describe()
    described.withLock { $0 = pair }
    return pair
  }

  /// Answers a request, when those before it are answered.
  ///
  /// Cancelling the surrounding task takes it out of the queue, or cancels its run.
  ///
  /// - Parameter onPiece: Gets the text as it comes; must not wait.
  /// - Throws: ``APIError``, or `CancellationError`.
  func answer(
    _ request: ChatRequest, onPiece: @escaping @Sendable (ChatReply.Piece) -> Void
  ) async throws -> ChatReply.End {
    var standard = settings.options
    if !settings.isSeeded { standard.seed = UInt64.random(in: 0...0xFFFF_FFFF) }
    let options = try request.options(over: standard)
    // What cannot fit does not wait for others, nor they for it.
    let pair = try await description()
    if let room = pair.baseContext,
      request.conversation.leastTokens(seeing: options.earlierTurns) > room
    {
      throw APIError.tooLong(room: room)
    }
    let began = ContinuousClock.now
    do {
      try await turnstile.enter()
    } catch is Turnstile.Full {
      throw APIError(
        429, "\(settings.mostWaiting) requests wait already; try again later.",
        code: "queue_full")
    }
    runs.enter()
    defer {
      turnstile.leave()
      runs.leave()
    }
    metrics.waited((ContinuousClock.now - began) / .seconds(1))
    try Task.checkCancellation()
    let earlier = request.conversation.earlierEvents
    let reasoner = Reasoner(
      backend: backend, options: options, allowsOtherMode: settings.allowsOtherMode,
      continuing: earlier.reduce(into: RunState()) { $0.apply(Event(time: 0, kind: $1)) },
      calibrated: settings.ownScores, version: settings.version)
    let run = RequestRun(
      reasoner, request, after: earlier, pair, writer: newWriter(), metrics: metrics)
    return try await withTaskCancellationHandler {
      // A task of its own: a cancelled one would stop hearing events before the turn's end.
      try await Task.detached { [disk, runs] in
        defer {
          if let writer = run.writer { disk.async(group: runs) { writer.close() } }
        }
        return try await run.answer(onPiece)
      }.value
    } onCancel: {
      run.cancel()
    }
  }
}
