import Foundation
import Testing

@testable import DemoPair

struct DemoPairTests {
  @Test func `the pair is found in the first folder that has all its files`() throws {
    try withFolders(2) { folders in
      try fill(folders[1])
      try Data().write(to: DemoPair(folder: folders[0]).base)
      #expect(try DemoPair.locate(in: folders) == DemoPair(folder: folders[1]))
    }
  }

  @Test func `forty different problems with whole numbers for answers come along`() throws {
    let problems = try DemoPair.calibrationProblems()
    #expect(problems.count == 40 && Set(problems.map(\.problem)).count == 40)
    #expect(problems.allSatisfy { (Int($0.answer) ?? 0) > 0 })
  }

  @Test func `a missing pair is an error that names the places`() throws {
    try withFolders(2) { folders in
      #expect(throws: DemoPairError.notFound(folders: folders.map(\.path))) {
        try DemoPair.locate(in: folders)
      }
      #expect(DemoPairError.notFound(folders: ["/a"]).description.contains("/a"))
    }
  }

  @Test func `a folder in a file's place is no file`() throws {
    try withFolders(1) { folders in
      try fill(folders[0])
      let draft = DemoPair(folder: folders[0]).draft
      try FileManager.default.removeItem(at: draft)
      try FileManager.default.createDirectory(at: draft, withIntermediateDirectories: false)
      #expect(throws: DemoPairError.self) { try DemoPair.locate(in: folders) }
    }
  }

  @Test func `problems are read one a line, other fields ignored`() throws {
    try withFolders(1) { folders in
      try fill(
        folders[0],
        problems: #"""
          {"problem": "1 + 1?", "answer": "2", "family": "sums", "steps": ["So 2."]}

          {"problem": "“2” + 2?", "answer": 4, "family": "sums"}
          """#)
      #expect(
        try DemoPair.locate(in: folders).problems() == [
          .init(problem: "1 + 1?", answer: "2", family: "sums"),
          .init(problem: "“2” + 2?", answer: "4", family: "sums"),
        ])
    }
  }

  @Test(arguments: ["{", "7", #"{"problem": "?", "answer": [2, 3], "family": "sums"}"#, "\u{0}"])
  func `a line that is no problem is named`(line: String) throws {
    try withFolders(1) { folders in
      try fill(folders[0], problems: "\n\n" + line)
      let pair = try DemoPair.locate(in: folders)
      let error = #expect(throws: DemoPairError.self) { try pair.problems() }
      guard case .malformedProblem(let flaw) = error else {
        Issue.record("the error is \(String(describing: error))")
        return
      }
      #expect(flaw.file == pair.heldOut.path && flaw.place == 3)
    }
  }

  private func fill(_ folder: URL, problems: String = "") throws {
    let pair = DemoPair(folder: folder)
    for file in [pair.base, pair.draft, pair.calibration, pair.recording] {
      try Data().write(to: file)
    }
    try Data(problems.utf8).write(to: pair.heldOut)
  }

  private func withFolders(_ count: Int, _ body: ([URL]) throws -> Void) throws {
    let root = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: root) }
    let folders = (0..<count).map { root.appending(path: "\($0)") }
    for folder in folders {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }
    try body(folders)
  }
}
