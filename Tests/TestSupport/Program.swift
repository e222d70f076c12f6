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

  /// Runs `path` with `arguments` and `input` on its standard input.
  ///
  /// Output goes through files and the end comes from `waitpid`: a daemon that the program leaves
  /// behind (as tmux does) would keep pipes, and with them the test, open for ever.
  public static func run(
    _ path: String, _ arguments: [String] = [], input: String = "",
    environment: [String: String] = [:]
  ) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: folder) }
    let files = ["in", "out", "err"].map { folder.appending(path: $0) }
    try Data(input.utf8).write(to: files[0])

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, files[0].path, O_RDONLY, 0)
    for stream in 1...2 {
      posix_spawn_file_actions_addopen(
        &actions, Int32(stream), files[stream].path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    }
    // The threads that tests run on block signals, which a program would inherit.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    // So it would what a background job ignores.
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    // The settings of whoever runs the tests are none of theirs.
    let hermetic = [
      "XDG_CONFIG_HOME": "/nonexistent", "XDG_STATE_HOME": folder.path + "/state",
    ].merging(environment) { $1 }
    let merged = ProcessInfo.processInfo.environment.merging(hermetic) { $1 }
    let argumentStrings = ([path] + arguments).map { strdup($0) }
    let environmentStrings = merged.map { strdup("\($0.key)=\($0.value)") }
    defer { for string in argumentStrings + environmentStrings { free(string) } }
    var process = pid_t()
    let failure = posix_spawn(
      &process, path, &actions, &attributes, argumentStrings + [nil], environmentStrings + [nil])
    guard failure == 0 else {
      throw POSIXError(POSIXErrorCode(rawValue: failure) ?? .EIO)
    }
    var status: Int32 = 0
    while waitpid(process, &status, 0) == -1, errno == EINTR {}
    let signal = status & 0x7F
    func text(_ file: URL) -> String {
      (try? Data(contentsOf: file)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
    return Result(
      status: signal == 0 ? Int(status >> 8) & 0xFF : 128 + Int(signal), output: text(files[1]),
      errors: text(files[2]))
  }
}
