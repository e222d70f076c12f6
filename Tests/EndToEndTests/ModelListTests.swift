import DemoPair
import Foundation
import TestSupport
import Testing

struct ModelListTests {
  @Test func `models are listed once, and broken files with the reason`() throws {
    let folder = try TemporaryFolder()
    try folder.write("a/broken.gguf", Array("GGUF".utf8))
    try folder.write("a/notes.txt", [1])
    let demo = try DemoPair.locate().draft.path
    for name in ["a/demo.gguf", "again.gguf"] {
      try FileManager.default.createSymbolicLink(
        atPath: "\(folder.path)/\(name)", withDestinationPath: demo)
    }
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/a/circle", withDestinationPath: folder.path)
    #expect(mkfifo(folder.path + "/pipe.gguf", 0o600) == 0)
    let result = try Program.run(
      Program.specreason, ["models", "list", folder.path, "--json"])
    #expect(result.status == 0)
    let lines = result.output.split(separator: "\n")
    #expect(lines.count == 3, "\(result.output)")
    #expect(lines.count { $0.contains("\"problem\"") } == 2)
    #expect(lines.contains { $0.contains("pipe.gguf") && $0.contains("a pipe") })
    #expect(lines.contains { $0.contains("\"quantization\"") && !$0.contains("\"problem\"") })
  }
}
