import Foundation
import Evaluation
import TestSupport

/// The answers of a data set that is not part of this package; where it is absent, these are
/// skipped.
enum DataSet {
  static func url(_ name: String) -> URL {
    Program.packageRoot.appending(path: "../shared/data/datasets/\(name)").standardizedFileURL
  }

  static func exists(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: url(name).path)
  }

  static func answers(_ name: String) throws -> [String] {
    try ProblemSet(try Data(contentsOf: url(name)), name: name).problems.map(\.answer)
  }
}
