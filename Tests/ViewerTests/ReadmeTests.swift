import Foundation
import TestSupport
import Testing

@testable import Viewer

struct ReadmeTests {
  @Test func `the README's keys are those of the action table`() throws {
    let readme = try String(
      contentsOf: Program.packageRoot.appending(path: "README.md"), encoding: .utf8)
    #expect(readme.contains(ActionTable.markdown))
  }
}
