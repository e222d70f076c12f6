import CTerminal

/// Limits on this process keep it from having the threads that it needs.
public struct NoThreads: Error, CustomStringConvertible {
  /// One sentence: what is wrong, and what to do.
  public var description: String {
    "the limits on this process leave it no threads to work with; raise `ulimit -u`, lower `ulimit -s`, "
      + "or give its container more processes."
  }

  /// Refuses to begin without threads for `cores` processor cores: the system's library would wait for
  /// ever for one that cannot be made.
  public static func refuse(cores: Int) throws(NoThreads) {
    guard ct_can_start_threads(CInt(clamping: 3 * cores)) != 0 else { throw NoThreads() }
  }
}
