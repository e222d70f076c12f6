import ArgumentParser
import Foundation
import Traces

/// A recorded run that is given as an argument: a trace's file, or a saved run's name.
struct TraceArgument: ParsableArguments {
  @Argument(help: "A trace as JSON Lines, a saved run's name, or latest.")
  var trace: String

  @OptionGroup(title: "Saved runs")
  var saving: SavingOptions

  /// The trace; what cannot be read of it is left out, with a message on standard error.
  func read() throws -> TraceFile {
    let file = try Self.file(trace, in: saving.folder)
    if let warning = file.warning { Failure.report("specreason: \(trace): \(warning)") }
    return file
  }

  /// The trace in the file at `name`, or of the run in `folder` that is called so.
  static func file(_ name: String, in folder: RunFolder) throws -> TraceFile {
    try TraceFile(path: try path(name, in: folder))
  }

  /// The file at `name`, or of the run in `folder` that is called so.
  static func path(_ name: String, in folder: RunFolder) throws -> String {
    // A path that leads nowhere is told as a file that is missing, not as a run of that name.
    if FileManager.default.fileExists(atPath: name) || name.contains("/") { return name }
    return folder.path(ofRun: try folder.id(of: name))
  }
}
