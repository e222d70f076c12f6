import TOMLKit

/// Parses the TOML that people write: settings, keys and themes all come through here.
package enum TOMLDocument {
  /// Returns the top-level table of `text`.
  ///
  /// - Throws: The first problem found, if `text` is not TOML or exceeds the limits of `TOMLCheck`.
  package static func table(_ text: String) throws(TOMLProblem) -> TOMLTable {
    var check = TOMLCheck(text)
    try check.run()
    do {
      return try TOMLTable(string: text)
    } catch let error as TOMLParseError {
      // The message quotes the text, which may be long.
      throw TOMLProblem(String(error.description.prefix(200)), line: Int(error.source.begin.line))
    } catch {
      throw TOMLProblem("\(error)", line: 1)
    }
  }
}

/// Why a text cannot be used as TOML.
package struct TOMLProblem: Error, Sendable, Equatable {
  /// What is wrong, as part of a sentence.
  package let reason: String
  /// The line, from 1.
  package let line: Int

  init(_ reason: String, line: Int) {
    self.reason = reason
    self.line = line
  }
}
