/// Why an evaluation's folder cannot be used.
public enum EvaluationFolderError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The folder holds another evaluation: the settings that differ, each with both values.
  case otherSettings(folder: String, differences: [String])
  /// A line of the results, other than the last, cannot be read.
  case damaged(file: String, line: Int)
  /// The folder has files but no evaluation.
  case notEmpty(folder: String)
  /// A file or folder cannot be read or written.
  case inaccessible(path: String, reason: String)

  /// One sentence that says what is wrong and what to do.
  public var description: String {
    switch self {
    case .otherSettings(let folder, let differences):
      "\(folder) holds another evaluation (\(differences.joined(separator: "; "))); give the same "
        + "options to go on with it, or another folder."
    case .damaged(let file, let line):
      "\(file), line \(line), is damaged; delete that line to solve its problem again."
    case .notEmpty(let folder):
      "\(folder) has files and no evaluation in it; give a new or an empty folder."
    case .inaccessible(let path, let reason):
      "\(path) cannot be used: \(reason)"
    }
  }
}
