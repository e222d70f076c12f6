import Foundation
import TestSupport
import Testing

/// What `export -o` leaves of the file that it was given.
struct OutputFileTests {
  private let folder: TemporaryFolder
  private let trace: String

  init() throws {
    folder = try TemporaryFolder()
    trace = Program.packageRoot.appending(path: "Tests/ReportsTests/Fixtures/steered.jsonl").path
  }

  private func export(to name: String) throws -> Program.Result {
    try Program.run(
      Program.specreason, ["export", trace, "--format", "markdown", "-o", path(name)])
  }

  private func path(_ name: String) -> String { folder.path + "/" + name }

  private func content(_ name: String) throws -> String {
    try String(contentsOfFile: path(name), encoding: .utf8)
  }

  private func kind(_ name: String) -> mode_t {
    var status = stat()
    lstat(path(name), &status)
    return status.st_mode & S_IFMT
  }

  @Test func `a plain file is replaced and keeps its permissions`() throws {
    try folder.write("run.md", Array("old".utf8))
    chmod(path("run.md"), 0o640)
    #expect(try export(to: "run.md").status == 0)
    #expect(try content("run.md").hasPrefix("# specreason"))
    var status = stat()
    stat(path("run.md"), &status)
    #expect(status.st_mode & 0o777 == 0o640)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["run.md"])
  }

  @Test func `a link stays one, and the file behind it is written`() throws {
    try folder.write("target.md", Array("old and much longer than nothing".utf8))
    symlink(path("target.md"), path("link.md"))
    symlink(path("missing.md"), path("dangling.md"))
    #expect(try export(to: "link.md").status == 0)
    #expect(try export(to: "dangling.md").status == 0)
    #expect(kind("link.md") == S_IFLNK && kind("dangling.md") == S_IFLNK)
    #expect(try content("target.md").hasPrefix("# specreason"))
    #expect(try content("missing.md").hasPrefix("# specreason"))
  }

  @Test func `a second name of a file shows the new content`() throws {
    try folder.write("run.md", Array("old".utf8))
    link(path("run.md"), path("other.md"))
    #expect(try export(to: "run.md").status == 0)
    #expect(try content("other.md").hasPrefix("# specreason"))
  }

  @Test func `a named pipe is written through`() throws {
    mkfifo(path("pipe"), 0o600)
    let reader = Process()
    reader.executableURL = URL(filePath: "/bin/sh")
    reader.arguments = ["-c", "cat '\(path("pipe"))' > '\(path("read"))'"]
    try reader.run()
    #expect(try export(to: "pipe").status == 0)
    reader.waitUntilExit()
    #expect(kind("pipe") == S_IFIFO)
    #expect(try content("read").hasPrefix("# specreason"))
  }

  @Test func `a device stays one, and a full one is told`() throws {
    symlink("/dev/full", path("full"))
    let result = try export(to: "full")
    #expect(result.status == 1 && kind("full") == S_IFLNK)
    #expect(
      result.errors == "specreason: \(path("full")) cannot be written: No space left on device.\n")
  }

  @Test func `a folder is told so, and nothing is left beside it`() throws {
    mkdir(path("folder"), 0o700)
    let result = try export(to: "folder")
    #expect(result.status == 1)
    #expect(result.errors.contains("Is a directory"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["folder"])
  }
}
