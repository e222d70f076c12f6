import Foundation
import Evaluation

/// The draft and base models that come with the program, and problems that were held out from their
/// training.
public struct DemoPair: Sendable, Equatable {
  /// The base model's GGUF file.
  public let base: URL
  /// The draft model's GGUF file.
  public let draft: URL
  /// The held-out problems, one JSON object per line.
  public let heldOut: URL
  /// Problems for models that solve more than the demo pair's kind, one JSON object per line.
  let calibration: URL
  /// A recorded run in which the base model catches a mistake of the draft model.
  public let recording: URL

  /// Finds the pair in the resources beside the program, in `../share/specreason` if it is
  /// installed, or in the sources it was built from.
  ///
  /// `Bundle.module` is not used because it ends the process if its folder is missing.
  public static func locate() throws(DemoPairError) -> DemoPair {
    try locate(in: standardFolders)
  }

  /// The held-out problems of the pair that `locate()` finds.
  public static func problems() throws(DemoPairError) -> [Problem] {
    try locate().problems()
  }

  /// Plain word problems of many kinds to calibrate any pair of models by.
  public static func calibrationProblems() throws(DemoPairError) -> [Problem] {
    try problems(in: try locate().calibration)
  }

  /// The pair in the first of `folders` that has all its files.
  static func locate(in folders: [URL]) throws(DemoPairError) -> DemoPair {
    for folder in folders {
      let pair = DemoPair(folder: folder)
      if [pair.base, pair.draft, pair.heldOut, pair.calibration, pair.recording].allSatisfy({
        isFile($0)
      }) {
        return pair
      }
    }
    throw .notFound(folders: folders.map(\.path))
  }

  /// The files that the pair has in `folder`; they need not exist.
  init(folder: URL) {
    base = folder.appending(path: "demo-base-q8_0.gguf")
    draft = folder.appending(path: "demo-draft-q8_0.gguf")
    heldOut = folder.appending(path: "heldout.jsonl")
    calibration = folder.appending(path: "calibration.jsonl")
    recording = folder.appending(path: "demo-run.jsonl")
  }

  /// The held-out problems.
  func problems() throws(DemoPairError) -> [Problem] { try Self.problems(in: heldOut) }

  private static func problems(in file: URL) throws(DemoPairError) -> [Problem] {
    let text: Data
    do {
      text = try Data(contentsOf: file)
    } catch {
      throw .unreadable(path: file.path)
    }
    let set: ProblemSet
    do {
      set = try ProblemSet(text, name: file.path)
    } catch {
      throw .malformedProblem(error)
    }
    // A shipped file is whole or damaged: nothing in it is left out.
    if let flaw = set.flaws.first { throw .malformedProblem(flaw) }
    return set.problems
  }

  private static var standardFolders: [URL] {
    let program =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
      ?? CommandLine.arguments[0]
    let programFolder = URL(filePath: program).deletingLastPathComponent()
    return [
      programFolder.appending(path: "specreason_DemoPair.resources/Resources"),
      programFolder.appending(path: "../share/specreason").standardizedFileURL,
      URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Resources"),
    ]
  }

  private static func isFile(_ url: URL) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder)
      && !isFolder.boolValue
  }
}
