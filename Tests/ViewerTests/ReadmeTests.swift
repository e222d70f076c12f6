import Foundation
import TestSupport
import Testing

@testable import Viewer

struct ReadmeTests {
  /// With UPDATE_README in the environment the section is written anew first.
  @Test func `the README's keys are those of the action table`() throws {
    let file = Program.packageRoot.appending(path: "README.md")
    var readme = try String(contentsOf: file, encoding: .utf8)
    if ProcessInfo.processInfo.environment["UPDATE_README"] != nil {
      let start = try #require(readme.range(of: "## Keys\n\n")).upperBound
      let end = try #require(readme.range(of: "\n## ", range: start..<readme.endIndex)).lowerBound
      readme.replaceSubrange(start..<end, with: ActionTable.markdown)
      try readme.write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(readme.contains(ActionTable.markdown))
  }
}
