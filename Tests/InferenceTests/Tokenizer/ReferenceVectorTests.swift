import Foundation
import Testing

@testable import Inference

/// The vectors that llama.cpp and the original tokenizers agree on.
struct ReferenceVectorTests {
  @Test(.enabled(if: TokenizerFixtures.hasSharedData("tokenizers/gpt-2.gguf")))
  func `GPT-2 encodes every vector exactly`() throws {
    let file = try GGUFFile(path: TokenizerFixtures.sharedData("tokenizers/gpt-2.gguf").path)
    try expectVectors("gpt-2", Tokenizer(file))
  }

  @Test(.enabled(if: TokenizerFixtures.hasSharedData("tokenizers/qwen.tiktoken")))
  func `Qwen2 and its R1 distillation encode every vector exactly`() throws {
    var vocabulary = try qwenVocabulary()
    for name in ["qwen2", "deepseek-r1-qwen"] {
      vocabulary.preTokenizer = name
      try expectVectors(name, Tokenizer(vocabulary))
    }
  }

  private func expectVectors(_ name: String, _ tokenizer: Tokenizer) throws {
    func read(_ suffix: String) throws -> String {
      try String(
        contentsOf: TokenizerFixtures.sharedData("tokenizers/\(name).\(suffix)"), encoding: .utf8)
    }
    let texts = try read("inp").components(separatedBy: "\n__ggml_vocab_test__\n").dropLast()
    let lines = try read("out").components(separatedBy: "\n").dropLast()
    #expect(texts.count == lines.count && texts.count > 40)
    for (text, line) in zip(texts, lines) {
      let expected = line.split(separator: " ").compactMap { Token($0) }
      let tokens = tokenizer.encode(text, parseSpecial: false)
      #expect(tokens == expected, "\(text.debugDescription)")
      #expect(tokenizer.decode(tokens) == text)
    }
  }

  /// Qwen's vocabulary from its ranks.
  ///
  /// A rank list names no merges; the last merge of each token is found by encoding the token with
  /// the merges before it.
  private func qwenVocabulary() throws -> Vocabulary {
    let file = try String(
      contentsOf: TokenizerFixtures.sharedData("tokenizers/qwen.tiktoken"), encoding: .utf8)
    let pieces = file.split(whereSeparator: \.isNewline).compactMap {
      Data(base64Encoded: String($0.prefix { $0 != " " }))
    }
    let spellings = pieces.map { piece in
      piece.map { String(ByteAlphabet.scalars[Int($0)]) }.joined()
    }
    var byteTokens = [Int](repeating: 0, count: 256)
    for (token, piece) in pieces.enumerated() where piece.count == 1 {
      byteTokens[Int(piece[0])] = token
    }
    var merged: [UInt64: Int] = [:]
    var merges: [String] = []
    for (token, piece) in pieces.enumerated() where piece.count > 1 {
      var parts = piece.map { byteTokens[Int($0)] }
      while parts.count > 2 {
        let candidates = parts.indices.dropLast().map { index in
          merged[UInt64(parts[index]) << 32 | UInt64(parts[index + 1])] ?? .max
        }
        let lowest = try #require(candidates.min())
        let index = try #require(candidates.firstIndex(of: lowest))
        parts[index] = try #require(lowest < .max ? lowest : nil)
        parts.remove(at: index + 1)
      }
      merged[UInt64(parts[0]) << 32 | UInt64(parts[1])] = token
      merges.append("\(spellings[parts[0]]) \(spellings[parts[1]])")
    }
    return Vocabulary(preTokenizer: "qwen2", tokens: spellings, merges: merges)
  }
}
