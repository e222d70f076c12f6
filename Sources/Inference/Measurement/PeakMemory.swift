import Glibc

/// The peak memory of this process.
public enum PeakMemory {
  /// The greatest resident size so far, in bytes; nil if unknown.
  public static var byteCount: Int? {
    var usage = rusage()
    guard getrusage(RUSAGE_SELF.rawValue, &usage) == 0 else { return nil }
    return Int(usage.ru_maxrss) * 1024
  }
}
