import Glibc

/// Memory that this process has needed.
public enum PeakMemory {
  /// The most bytes that have been in memory at one time, mapped files included; nil where the
  /// system does not tell.
  public static var byteCount: Int? {
    var usage = rusage()
    guard getrusage(RUSAGE_SELF.rawValue, &usage) == 0 else { return nil }
    return Int(usage.ru_maxrss) * 1024
  }
}
