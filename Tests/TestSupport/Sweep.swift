import Foundation

/// How much a test tries that tries random things.
public enum Sweep {
  private static let factor =
    ProcessInfo.processInfo.environment["SWEEP"].flatMap { Int($0) } ?? 1

  /// `usual` in a run of all tests; as many times that as the environment's `SWEEP` says.
  public static func count(_ usual: Int) -> Int { max(1, usual * factor) }
}
