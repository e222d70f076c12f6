/// Finds special tokens in a text: at each place the longest, from left to right.
struct SpecialTokenMatcher: Sendable {
  /// A trie over bytes: the node reached from a node by a byte.
  private var edges: [UInt64: Int32] = [:]
  /// The token that ends at each node; -1 for none. Node 0 is the root.
  private var tokens: [Token] = [-1]

  /// - Parameter specials: texts, none of them empty, and their tokens.
  init(_ specials: some Sequence<(text: [UInt8], token: Token)>) {
    for (text, token) in specials {
      var node = Int32(0)
      for byte in text {
        let edge = Self.edge(node, byte)
        if let next = edges[edge] {
          node = next
        } else {
          let next = Int32(tokens.count)
          tokens.append(-1)
          edges[edge] = next
          node = next
        }
      }
      tokens[Int(node)] = token
    }
  }

  /// The first special token in `text`, and where it stands.
  func firstMatch(in text: ArraySlice<UInt8>) -> (range: Range<Int>, token: Token)? {
    for start in text.indices {
      var node = Int32(0)
      var match: (range: Range<Int>, token: Token)?
      for index in start..<text.endIndex {
        guard let next = edges[Self.edge(node, text[index])] else { break }
        node = next
        if tokens[Int(node)] >= 0 { match = (start..<index + 1, tokens[Int(node)]) }
      }
      if let match { return match }
    }
    return nil
  }

  private static func edge(_ node: Int32, _ byte: UInt8) -> UInt64 {
    UInt64(UInt32(bitPattern: node)) << 8 | UInt64(byte)
  }
}
