import Foundation
import Synchronization

/// Saves a run while it happens, one line an event: what is shown of a run is in its file already.
///
/// ``save(_:)`` has the event in the file when it returns. ``append(_:)`` never waits: tokens and
/// steps wait a thirtieth of a second for others and are written together, on a queue of its own,
/// and `onSaved` gets the events that are in the file by then. Forcing them to the disk goes on
/// beside that, a tenth of a second after a step or turn at the latest.
///
/// The file comes to be with the first turn: a run in which nothing was asked leaves none. When the
/// disk fails, `onFailure` is called once, on some thread, and nothing more is saved; `onSaved` gets
/// the events all the same.
public final class RunWriter: Sendable {
  /// The run's name.
  public let id: String

  private enum State: Sendable {
    /// Events that came before anything was asked; a run that is gone on with has its file already.
    case waiting([Event], RunFile?)
    case open(RunFile)
    case closed(RunStoreError?)

    var openFile: RunFile? {
      if case .open(let file) = self { file } else { nil }
    }

    var failure: RunStoreError? {
      if case .closed(let error) = self { error } else { nil }
    }
  }

  /// Seconds that a token waits for others: writing takes a core from the engine, and it then waits
  /// with all of them. The screen takes in less often than that what the models generate.
  private static let patience = 1.0 / 30
  /// Seconds between a step and its being forced to the disk.
  private static let syncDelay = 0.1

  private let path: String
  private let queue = DispatchQueue(label: "specreason.run-writer", qos: .utility)
  private let syncQueue = DispatchQueue(label: "specreason.run-sync", qos: .utility)
  private let pending = Mutex<[Event]>([])
  private let syncIsDue = Mutex(false)
  private let state: Mutex<State>
  private let onSaved: @Sendable ([Event]) -> Void
  private let onFailure: @Sendable (RunStoreError) -> Void

  /// Saves a run at `path`: a new one, or that in `file`, which is gone on with.
  init(
    at path: String, _ file: RunFile?, onSaved: @escaping @Sendable ([Event]) -> Void,
    onFailure: @escaping @Sendable (RunStoreError) -> Void
  ) {
    self.path = path
    id = RunFolder.id(ofPath: path)
    state = Mutex(.waiting([], file))
    self.onSaved = onSaved
    self.onFailure = onFailure
  }

  deinit { close() }

  /// Why the run is not saved any more; nil while it is.
  public var failure: RunStoreError? { state.withLock { $0.failure } }

  /// Hands over the next event; never waits.
  public func append(_ event: Event) { append([event]) }

  /// Hands over the next events, to be written together; never waits.
  public func append(_ more: [Event]) {
    guard !more.isEmpty else { return }
    let isFirst = pending.withLock { events in
      events += more
      return events.count == more.count
    }
    if more.contains(where: { !$0.kind.isPatient }) {
      queue.async { [weak self] in self?.flush() }
    } else if isFirst {
      queue.asyncAfter(deadline: .now() + Self.patience) { [weak self] in self?.flush() }
    }
  }

  /// Writes the next event; it is in the file when this returns.
  public func save(_ event: Event) {
    pending.withLock { $0.append(event) }
    flush()
  }

  /// Writes everything handed over.
  public func flush() {
    state.withLock { state in
      let events = pending.withLock { pending in
        defer { pending = [] }
        return pending
      }
      guard !events.isEmpty else { return }
      do throws(RunStoreError) {
        try write(events, &state)
      } catch {
        fail(error, &state)
      }
      onSaved(events)
    }
  }

  /// Writes what is left and lets go of the file; what comes later is not saved.
  public func close() {
    flush()
    sync()
    state.withLock { state in
      if case .closed = state { return }
      state = .closed(nil)
    }
  }

  private func fail(_ error: RunStoreError, _ state: inout State) {
    if case .closed = state { return }
    state = .closed(error)
    onFailure(error)
  }

  private func write(_ events: [Event], _ state: inout State) throws(RunStoreError) {
    var events = events
    var file: RunFile
    switch state {
    case .closed: return
    case .waiting(let earlier, let opened):
      events = earlier + events
      guard events.contains(where: { $0.kind.isAsked }) else {
        state = .waiting(events, opened)
        return
      }
      if let opened { file = opened } else { file = try RunFile.create(at: path) }
    case .open(let opened): file = opened
    }
    try file.append(TraceCoding.lines(events))
    state = .open(file)
    if events.contains(where: { $0.kind.isMilestone }) { syncSoon() }
  }

  private func syncSoon() {
    let isDue = syncIsDue.withLock { isDue in
      defer { isDue = true }
      return isDue
    }
    guard !isDue else { return }
    syncQueue.asyncAfter(deadline: .now() + Self.syncDelay) { [weak self] in
      self?.syncIsDue.withLock { $0 = false }
      self?.sync()
    }
  }

  /// Waits for the disk, without keeping others from writing.
  private func sync() {
    guard let file = state.withLock({ $0.openFile }) else { return }
    do throws(RunStoreError) {
      try file.sync()
    } catch {
      state.withLock { fail(error, &$0) }
    }
  }
}

extension Event.Kind {
  /// The person asked for it, or it came of that.
  fileprivate var isAsked: Bool {
    switch self {
    case .runStarted, .control, .warning: false
    default: true
    }
  }

  /// What comes in numbers while a turn runs, and can wait for others.
  fileprivate var isPatient: Bool {
    switch self {
    case .token, .stepDrafted, .stepJudged, .stepDecided, .stepCommitted, .aheadDropped: true
    default: false
    }
  }

  /// What nobody wants to lose with the power.
  fileprivate var isMilestone: Bool {
    switch self {
    case .stepCommitted, .turnEnded: true
    default: false
    }
  }
}
