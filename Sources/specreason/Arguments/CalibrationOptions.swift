import ArgumentParser
import Backends
import Evaluation
import Reasoning
import Traces

/// Whether a run starts with what `specreason calibrate` found for its pair of models.
struct CalibrationOptions: ParsableArguments {
  @Flag(
    name: .customLong("no-calibration"),
    help: "Leave what specreason calibrate found for these models.")
  var isLeft = false

  /// What holds of a kept calibration.
  struct Found {
    /// The calibration; nil where there is none.
    var calibration: Calibration?
    /// What the person should know of it, in one line; nil for nothing.
    var notice: String?

    /// Scores of the base model's own steps, for a threshold that is a share.
    var ownScores: [OwnScores] { calibration?.ownScores ?? [] }
  }

  /// What is kept for `files`.
  func found(for files: LocalEngine.Files) -> Found {
    guard !isLeft, files.draft != nil else { return Found() }
    do throws(CalibrationShelf.Damaged) {
      return Found(calibration: try CalibrationShelf().calibration(of: files))
    } catch {
      return Found(notice: "\(error)")
    }
  }
}

extension CalibrationOptions.Found {
  /// Changes `options` of a new run to what was found, as far as `flags` do not ask for something
  /// else, and notes what holds.
  mutating func apply(to options: inout RunOptions, unless flags: ReasoningFlags) {
    guard let calibration, calibration.apply(to: &options, unless: flags.gives) else { return }
    notice = "calibrated \(calibration.date): \(options.summary) · --no-calibration leaves it"
  }
}
