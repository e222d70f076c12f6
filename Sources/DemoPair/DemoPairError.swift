import Evaluation

/// Why the demo pair cannot be used.
public enum DemoPairError: Error, Equatable, Sendable {
  /// None of `folders` has all of its files.
  case notFound(folders: [String])
  /// The file of problems exists but cannot be read.
  case unreadable(path: String)
  /// A line is not a valid problem.
  case malformedProblem(ProblemSet.Flaw)
}

extension DemoPairError: CustomStringConvertible {
  /// One sentence: what is wrong, where, and what to do.
  public var description: String {
    switch self {
    case .notFound(let folders):
      "the demo pair is in none of \(folders.joined(separator: ", ")); keep the program beside its "
        + "resources, or name your own models with --base and --draft."
    case .unreadable(let path):
      "\(path) cannot be read; check its permissions, or build the program again."
    case .malformedProblem(let flaw):
      "\(flaw) Restore the file."
    }
  }
}
