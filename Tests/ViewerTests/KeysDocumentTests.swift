import Foundation
import Reports
import TestSupport
import Testing

struct KeysDocumentTests {
  /// With UPDATE_DOCS in the environment the page is written anew first.
  @Test func `docs/keys.md is made from the action table`() throws {
    let file = Program.packageRoot.appending(path: "docs/keys.md")
    if ProcessInfo.processInfo.environment["UPDATE_DOCS"] != nil {
      try KeysDocument.markdown.write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(try String(contentsOf: file, encoding: .utf8) == KeysDocument.markdown)
  }
}
