import Evaluation
import Foundation

/// The data sets that a command is given.
enum ProblemFiles {
  /// Of more flaws of a file than these only their number is told.
  private static let namedFlaws = 20

  /// The problems of `files`, or without files the `usual` ones; what is left out of a file is told.
  ///
  /// - Parameter count: How many, from the first; nil for all.
  static func problems(
    in files: [String], first count: Int?, orElse usual: () throws -> [Problem]
  ) throws -> [Problem] {
    var problems: [Problem] = files.isEmpty ? try usual() : []
    for file in files {
      let set = try ProblemSet(try InputFile.content(of: file), name: file)
      for flaw in set.flaws.prefix(namedFlaws) { Failure.report("specreason: left out \(flaw)") }
      if !set.flaws.isEmpty {
        let all = set.flaws.count + set.problems.count
        Failure.report("specreason: \(file): \(set.flaws.count) of \(all) were left out.")
      }
      problems += set.problems
    }
    return Array(problems.prefix(count ?? .max))
  }
}
