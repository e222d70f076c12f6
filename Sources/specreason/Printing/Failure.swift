import ArgumentParser
import Foundation
import Viewer

/// How the program ends when something went wrong: one sentence on standard error and a code.
enum Failure {
  /// Wrong usage ends with 2, an interrupt with 130, anything else with 1.
  static func exit(with error: any Error) -> Never {
    let code = SpecReason.exitCode(for: error)
    if code == .validationFailure {
      report(SpecReason.fullMessage(for: error))
      Foundation.exit(2)
    }
    if error is ConfigurationError {
      report("specreason: \(error)")
      Foundation.exit(2)
    }
    if let ending = error as? ExitCode {
      Foundation.exit(ending.rawValue)
    }
    if error is CancellationError {
      Foundation.exit(130)
    }
    if code == .success {
      SpecReason.exit(withError: error)
    }
    report("specreason: \(error)")
    Foundation.exit(1)
  }

  /// One line on standard error, with whatever a file or model slipped into it made harmless.
  static func report(_ message: String) {
    FileHandle.standardError.write(Data((DisplayText(message).string + "\n").utf8))
  }
}
