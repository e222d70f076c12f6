/// Encodes text without special tokens.
protocol PlainTextEncoder: Sendable {
  /// Appends the tokens of `text` to `tokens`.
  ///
  /// - Parameters:
  ///   - text: valid UTF-8.
  ///   - beginsText: whether nothing, or a control token, stands before it.
  func encode(_ text: ArraySlice<UInt8>, beginsText: Bool, into tokens: inout [Token])
}
