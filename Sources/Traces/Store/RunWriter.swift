import Foundation
import Synchronization

/// Saves a run while it happens, one line an event, on a queue of its own.
///
/// The file comes to be with the first turn: a run in which nothing was asked leaves none. Tokens
/// wait a tenth of a second for others and are written together; a kept step and a turn's end are
/// also forced to the disk. When the disk fails, that is told once, and nothing more is saved.
public final class RunWriter: Sendable {
  /// The run's name.
  public let id: String

  private enum State: Sendable {
    /// Events that came before anything was asked; a run that is gone on with has its file already.
    case waiting([Event], RunFile?)
    case open(RunFile)
    case closed

    mutating func close() {
      switch self {
      case .open(let file), .waiting(_, .some(let file)): file.close()
      case .waiting(_, nil), .closed: break
      }
      self = .closed
    }
  }

  /// Seconds that a token waits for others: writing takes a core from the engine, and it then waits
  /// with all of them.
  private static let patience = 0.1

  private let path: String
  private let queue = DispatchQueue(label: "specreason.run-writer", qos: .utility)
  private let pending = Mutex<[Event]>([])
  private let state: Mutex<State>
  private let onFailure: @Sendable (RunStoreError) -> Void

  /// Saves a new run at `path`.
  init(newAt path: String, onFailure: @escaping @Sendable (RunStoreError) -> Void) {
    self.path = path
    id = RunFolder.id(ofPath: path)
    state = Mutex(.waiting([], nil))
    self.onFailure = onFailure
  }

  /// Goes on with the run in `file`.
  init(_ file: RunFile, onFailure: @escaping @Sendable (RunStoreError) -> Void) {
    path = file.path
    id = RunFolder.id(ofPath: path)
    state = Mutex(.waiting([], file))
    self.onFailure = onFailure
  }

  deinit { close() }

  /// Hands over the next event; never waits.
  public func append(_ event: Event) {
    let isFirst = pending.withLock { events in
      events.append(event)
      return events.count == 1
    }
    if case .token = event.kind {
      if isFirst {
        queue.asyncAfter(deadline: .now() + Self.patience) { [weak self] in self?.write() }
      }
    } else {
      queue.async { [weak self] in self?.write() }
    }
  }

  /// Waits until everything handed over is written.
  public func flush() {
    queue.sync { write() }
  }

  /// Writes what is left and lets go of the file; what comes later is not saved.
  public func close() {
    write()
    state.withLock { $0.close() }
  }

  private func write() {
    state.withLock { state in
      let events = pending.withLock { pending in
        defer { pending = [] }
        return pending
      }
      guard !events.isEmpty else { return }
      do throws(RunStoreError) {
        try Self.save(events, path, &state)
      } catch {
        state.close()
        onFailure(error)
      }
    }
  }

  private static func save(
    _ events: [Event], _ path: String, _ state: inout State
  ) throws(RunStoreError) {
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
    state = .open(file)
    // An event that JSON cannot hold, such as an infinite score, is none that a reader could use.
    let lines = events.compactMap { try? TraceCoding.line($0) + "\n" }
    try file.append(lines.joined())
    state = .open(file)
    if events.contains(where: { $0.kind.isMilestone }) { try file.sync() }
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

  /// What nobody wants to lose with the power.
  fileprivate var isMilestone: Bool {
    switch self {
    case .stepCommitted, .turnEnded: true
    default: false
    }
  }
}
