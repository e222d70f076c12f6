/// Why an evaluation's folder cannot be used.
public enum EvaluationFolderError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The folder holds another evaluation: the settings that differ, each with both values.
  case otherSettings(folder: String, differences: [String])
  /// Another process has the folder open; its number where it is known.
  case inUse(folder: String, pid: Int?)
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
    case .inUse(let folder, let pid):
      "\(folder) is in use by \(pid.map { "process \($0)" } ?? "another process"); wait until that "
        + "evaluation ends, or give another folder."
    case .notEmpty(let folder):
      "\(folder) has files and no evaluation in it; give a new or an empty folder."
    case .inaccessible(let path, let reason):
      "\(path) cannot be used: \(reason)"
    }
  }
}
