/// What a text begins in, because the text before it left it open.
struct MarkupContext: Sendable, Equatable {
  /// A block of code.
  struct Fence: Sendable, Equatable {
    /// What closes it.
    var mark: String
    /// The word after the opening fence; empty where there is none.
    var language: String
    /// Columns that the fence is indented by, as within a list.
    var indent: Int
  }

  /// The block of code that is open; nil in running text.
  var fence: Fence?

  /// Whether `line` opens or closes a block of code; the context changes with it.
  mutating func crosses(_ line: Substring) -> Bool {
    let start = line.drop { $0 == " " || $0 == "\t" }
    guard let mark = ["```", "~~~"].first(where: start.hasPrefix) else { return false }
    let word = start.drop { $0 == mark.first }
    if let fence {
      guard fence.mark == mark, word.allSatisfy(\.isWhitespace) else { return false }
      self.fence = nil
      return true
    }
    // Code between two fences on one line is no block.
    guard !word.contains("`") else { return false }
    let language = word.drop(while: \.isWhitespace).prefix { !$0.isWhitespace }
    fence = Fence(
      mark: mark, language: String(language), indent: line.count - start.count)
    return true
  }

  /// The context after `text`.
  func after(_ text: String) -> MarkupContext {
    guard fence != nil || text.contains("```") || text.contains("~~~") else { return self }
    var context = self
    for line in text.split(separator: "\n") { _ = context.crosses(line) }
    return context
  }
}
