import Dispatch

/// Runs an actor's jobs on a queue of its own, so that blocking compute never holds a thread of
/// the cooperative pool.
///
/// Actors that share one call each other without a change of threads.
public final class QueueExecutor: SerialExecutor {
  private let queue: DispatchQueue

  /// An executor whose thread is named `label`.
  public init(label: String) {
    queue = DispatchQueue(label: label, qos: .userInitiated)
  }

  /// Runs `job` after those that wait already.
  public func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
  }
}
