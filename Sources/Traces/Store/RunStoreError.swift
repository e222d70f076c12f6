import Foundation

/// Why a saved run cannot be used, and which.
public struct RunStoreError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong.
  public enum Reason: Sendable, Equatable {
    /// Another process has the run open; its number where it is known.
    case inUse(pid: Int?)
    /// No run has that name, or a name that ends so.
    case notFound
    /// Several runs have names that end so.
    case ambiguous([String])
    /// There is no saved run at all.
    case noRuns
    /// The file of an open run was deleted or moved by another program.
    case gone
    /// Another program wrote into the file meanwhile.
    case changed
    /// The system refused; what was being done, and its error number.
    case system(doing: String, code: Int32)
  }

  /// The file, folder or name that it is about.
  public var subject: String
  /// What is wrong.
  public var reason: Reason

  /// An error for `reason` about `subject`.
  public init(_ subject: String, _ reason: Reason) {
    self.subject = subject
    self.reason = reason
  }

  /// The failure of the system's call just made.
  static func system(_ subject: String, _ doing: String) -> RunStoreError {
    RunStoreError(subject, .system(doing: doing, code: errno))
  }

  /// One sentence with the remedy.
  public var description: String {
    switch reason {
    case .inUse(let pid):
      let holder = pid.map { "by process \($0)" } ?? "by another process"
      return "The run \(subject) is open \(holder); quit that one first."
    case .notFound:
      return "There is no saved run \(subject); `specreason runs` lists them."
    case .ambiguous(let names):
      return "Several runs end in \(subject): \(names.joined(separator: ", ")); give one in full."
    case .noRuns:
      return "There is no saved run in \(subject) yet."
    case .gone:
      return "The file of the run \(subject) was deleted or moved meanwhile."
    case .changed:
      return "\(subject) was changed by another program meanwhile; open the run again."
    case .system(let doing, let code):
      return "\(doing) \(subject) failed: \(String(cString: strerror(code)))."
    }
  }
}
