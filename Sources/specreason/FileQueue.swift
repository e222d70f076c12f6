import Dispatch

/// Where files are read and written: they are slow at times, and the threads of tasks are few.
enum FileQueue {
  private static let queue = DispatchQueue(label: "specreason.files", qos: .userInitiated)

  /// Does `work` after what was asked for before.
  static func run(_ work: @escaping @Sendable () -> Void) {
    queue.async(execute: work)
  }

  /// What `work` gives, after what was asked for before.
  static func value<Value: Sendable>(
    of work: @escaping @Sendable () throws -> Value
  ) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      run { continuation.resume(with: Result { try work() }) }
    }
  }
}
