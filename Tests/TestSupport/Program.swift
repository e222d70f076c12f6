import Foundation

/// A program that a test runs to its end.
public enum Program {
  /// What it printed, and how it ended.
  public struct Result: Sendable {
    /// Exit code; 128 + the signal's number where a signal ended it.
    public var status: Int
    /// Its standard output.
    public var output: String
    /// Its standard error.
    public var errors: String
  }

  /// The program under test, which is built beside the tests.
  public static let specreason: String = {
    let tests = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    return tests.deletingLastPathComponent().appending(path: "specreason").path
  }()

  /// The folder of the package.
  public static let packageRoot = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Runs `path` with `arguments`, `input` on its standard input and pipes for its output.
  public static func run(
    _ path: String, _ arguments: [String] = [], input: String = "",
    environment: [String: String] = [:]
  ) throws -> Result {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let (stdin, stdout, stderr) = (Pipe(), Pipe(), Pipe())
    process.standardInput = stdin
    process.standardOutput = stdout
    process.standardError = stderr
    try process.run()
    // Errors are read beside the output, so that neither pipe can fill up and stall the program.
    let errors = Drain(stderr.fileHandleForReading)
    stdin.fileHandleForWriting.write(Data(input.utf8))
    try stdin.fileHandleForWriting.close()
    let output = stdout.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let signalled = process.terminationReason == .uncaughtSignal
    return Result(
      status: Int(process.terminationStatus) + (signalled ? 128 : 0),
      output: String(decoding: output, as: UTF8.self),
      errors: String(decoding: errors.wait(), as: UTF8.self))
  }

  // The thread writes the data before it signals, and the owner reads it after: no lock needed.
  private final class Drain: @unchecked Sendable {
    private var data = Data()
    private let done = DispatchSemaphore(value: 0)

    init(_ handle: FileHandle) {
      Thread.detachNewThread { [self] in
        data = handle.readDataToEndOfFile()
        done.signal()
      }
    }

    func wait() -> Data {
      done.wait()
      return data
    }
  }
}
