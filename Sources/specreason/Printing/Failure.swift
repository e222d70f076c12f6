import ArgumentParser
import Foundation
import Traces
import Viewer

/// How the program fails: with one sentence on standard error and an exit code.
enum Failure {
  /// Exits with 2 for wrong usage, 128 plus its number for a signal, and 1 for anything else.
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
    if let interruption = error as? Interruption {
      // Abandoned work may still run; `exit` would tear down what it uses.
      _exit(interruption.exitCode)
    }
    if code == .success {
      // Help and the like, which may fail to be written as anything else.
      Output.write(SpecReason.fullMessage(for: error) + "\n")
      Foundation.exit(0)
    }
    report("specreason: \(sentence(about: error))")
    Foundation.exit(1)
  }

  /// A sentence about `error`; the library describes a file that cannot be used in a paragraph.
  static func sentence(about error: any Error) -> String {
    guard let error = error as? CocoaError, let path = error.filePath ?? error.url?.path else {
      return "\(error)"
    }
    return "\(path) cannot be used: \(error.systemReason)."
  }

  /// Prints `message` on standard error, made safe for a terminal: files and models are quoted in it.
  static func report(_ message: String) {
    Output.warn(DisplayText(message).string + "\n")
  }
}
