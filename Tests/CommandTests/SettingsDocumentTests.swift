import Foundation
import TestSupport
import Testing

@testable import specreason

struct SettingsDocumentTests {
  /// With UPDATE_DOCS in the environment the page is written anew first.
  @Test func `docs/settings.md is made from the options`() throws {
    let file = Program.packageRoot.appending(path: "docs/settings.md")
    if ProcessInfo.processInfo.environment["UPDATE_DOCS"] != nil {
      try SettingsDocument.markdown.write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(try String(contentsOf: file, encoding: .utf8) == SettingsDocument.markdown)
  }
}
