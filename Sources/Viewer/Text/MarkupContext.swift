/// What a text begins in, because the text before it left it open.
struct MarkupContext: Sendable, Equatable {
  /// A block of code.
  struct Fence: Sendable, Equatable {
    /// What opened it; as many of the same signs, or more, close it (CommonMark 4.5).
    var mark: String
    /// The word after the opening fence; empty where there is none.
    var language: String
    /// Columns that the fence is indented by, as within a list.
    var indent: Int
  }

  /// The block of code that is open; nil in running text.
  var fence: Fence?

  /// Fewest signs of a fence.
  private static let shortestFence = 3

  /// Whether `line` opens or closes a block of code; the context changes with it.
  mutating func crosses(_ line: Substring) -> Bool {
    let start = line.drop { $0 == " " || $0 == "\t" }
    guard let sign = start.first, sign == "`" || sign == "~" else { return false }
    let mark = start.prefix { $0 == sign }
    guard mark.count >= Self.shortestFence else { return false }
    let word = start[mark.endIndex...]
    if let fence {
      guard mark.hasPrefix(fence.mark), word.allSatisfy(\.isWhitespace) else { return false }
      self.fence = nil
      return true
    }
    // Code between two fences on one line is no block.
    guard sign == "~" || !word.contains("`") else { return false }
    let language = word.drop(while: \.isWhitespace).prefix { !$0.isWhitespace }
    fence = Fence(
      mark: String(mark), language: String(language), indent: line.count - start.count)
    return true
  }

  /// The context after `text`.
  func after(_ text: String) -> MarkupContext {
    guard fence != nil || text.contains("```") || text.contains("~~~") else { return self }
    var context = self
    for line in ReadableText.lines(of: text) { _ = context.crosses(line) }
    return context
  }
}
