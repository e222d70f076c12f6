import ArgumentParser
import Foundation
import Traces

/// Where runs are saved.
struct SavingOptions: ParsableArguments {
  @Option(
    name: .customLong("run-folder"),
    help: "Folder of the saved runs. [default: specreason/runs in XDG_STATE_HOME or ~/.local/state]"
  )
  var runFolder: String?

  /// The folder meant.
  var folder: RunFolder { runFolder.map(RunFolder.init(path:)) ?? .standard() }
}
