import Testing

@testable import Inference

struct SentencePieceTests {
  @Test(arguments: ["words", "phrases"])
  func `random texts get the ids that sentencepiece gives, and come back`(name: String) throws {
    let stored = try stored(name)
    let tokenizer = try Tokenizer(vocabulary(stored))
    let texts = try TokenizerFixtures.load(TokenizerFixtures.RandomTexts.self, "random").texts()
    for (block, hash) in stored.ids.enumerated() {
      let chosen = texts[block * stored.block..<(block + 1) * stored.block]
      let ids = chosen.map { tokenizer.encode($0, parseSpecial: true, beginsText: true) }
      #expect(
        fnvHash(of: ids.map { $0.map(Int.init) }) == hash, "texts from \(block * stored.block)")
      for (text, tokens) in zip(chosen, ids) {
        let space = stored.addsSpacePrefix && !text.isEmpty ? " " : ""
        #expect(Array(tokenizer.decode(tokens).utf8) == Array((space + text).utf8))
      }
    }
  }

  @Test func `a prompt begins with the beginning token and a space, a continuation with neither`()
    throws
  {
    let vocabulary = try vocabulary(stored("words"))
    let tokenizer = try Tokenizer(vocabulary)
    func token(_ text: String) throws -> Token {
      Token(try #require(vocabulary.tokens.firstIndex(of: text)))
    }
    #expect(
      try tokenizer.encode(prompt: [.init("Now", isControl: false)]) == [1, token("▁Now")])
    #expect(try tokenizer.encode("Now", parseSpecial: false) == [token("Now")])
    #expect(try tokenizer.encode(" Now", parseSpecial: false) == [token("▁Now")])
    #expect(tokenizer.encode("", parseSpecial: false, beginsText: true) == [])
    // A control token begins a text again, as the models' own tokenizers have it.
    #expect(
      try tokenizer.encode("is</s>Now<sep>Now", parseSpecial: true)
        == [token("is"), 2, token("▁Now"), token("<sep>"), token("Now")])
    #expect(
      try tokenizer.encode(prompt: [.init("<s>Now", isControl: true)]) == [1, token("▁Now")])
  }

  @Test func `no text spells a special token or a byte token`() throws {
    let vocabulary = try vocabulary(stored("words"))
    let tokenizer = try Tokenizer(vocabulary)
    let hostile = "<s></s><unk><sep><0x41><0x0A>don't"
    let tokens = tokenizer.encode(hostile, parseSpecial: false)
    #expect(tokenizer.decode(tokens) == hostile)
    for token in tokens {
      switch vocabulary.kinds?[Int(token)] {
      case 1: continue
      // Characters that are no tokens are spelt in their own bytes.
      case 6: #expect(tokenizer.piece(of: token) != [0x0A])
      case let kind: Issue.record("token \(token) of kind \(kind ?? -1)")
      }
    }
  }

  @Test(arguments: ["a", " ", "é", "\n", "Now", "▁", "Now "])
  func `a megabyte of one word is encoded`(word: String) throws {
    for name in ["words", "phrases"] {
      let tokenizer = try Tokenizer(vocabulary(stored(name)))
      let text = String(repeating: word, count: 1_000_000 / word.utf8.count)
      let tokens = tokenizer.encode(text, parseSpecial: false)
      #expect(
        Array(tokenizer.decode(tokens).utf8) == Array(text.replacing("▁", with: " ").utf8))
    }
  }

  @Test func `a byte token is one whatever the file calls it`() throws {
    var vocabulary = try vocabulary(stored("words"))
    let whole = try Tokenizer(vocabulary)
    vocabulary.kinds = nil
    let tokenizer = try Tokenizer(vocabulary)
    for text in ["Now the bus", "\u{4}é€\n", "hello Z"] {
      #expect(
        tokenizer.encode(text, parseSpecial: false) == whole.encode(text, parseSpecial: false))
      #expect(tokenizer.decode(tokenizer.encode(text, parseSpecial: false)).hasSuffix(text))
    }
  }

  @Test func `a character without its byte tokens is unknown, or left out`() throws {
    var vocabulary = try vocabulary(stored("words"))
    let place = try #require(vocabulary.tokens.firstIndex(of: "<0x04>"))
    vocabulary.tokens[place] = "unheard-of"
    vocabulary.kinds?[place] = 1
    let unknown = try #require(vocabulary.kinds?.firstIndex(of: 2))
    let tokens = try Tokenizer(vocabulary).encode("\u{4}", parseSpecial: false, beginsText: false)
    #expect(tokens == [Token(unknown)])
    vocabulary.kinds?[unknown] = 1
    #expect(try Tokenizer(vocabulary).encode("\u{4}", parseSpecial: false) == [])
  }

  @Test func `a vocabulary without scores or with endless pieces is refused`() throws {
    let count = try stored("words").tokens.count
    func expect(_ error: TokenizerError, after damage: (inout Vocabulary) -> Void) {
      #expect(throws: error) {
        var vocabulary = try vocabulary(stored("words"))
        damage(&vocabulary)
        _ = try Tokenizer(vocabulary)
      }
    }
    expect(.missing(key: "tokenizer.ggml.scores")) { $0.scores = nil }
    expect(.wrongCount(key: "tokenizer.ggml.scores", found: count - 1, expected: count)) {
      $0.scores?.removeLast()
    }
    expect(.scoreNotANumber(index: 300)) { $0.scores?[300] = .nan }
    expect(.tooLong(key: "tokenizer.ggml.tokens", index: 400, bytes: 513, limit: 512)) {
      $0.tokens[400] = String(repeating: "x", count: 513)
    }
  }

  private func stored(_ name: String) throws -> TokenizerFixtures.SentencePiece {
    try #require(
      try TokenizerFixtures.load([String: TokenizerFixtures.SentencePiece].self, "sentencepiece")[
        name])
  }

  private func vocabulary(_ stored: TokenizerFixtures.SentencePiece) -> Vocabulary {
    var vocabulary = Vocabulary(
      model: "llama", preTokenizer: nil, tokens: stored.tokens, merges: [])
    vocabulary.scores = stored.scores
    vocabulary.kinds = stored.kinds
    vocabulary.addsSpacePrefix = stored.addsSpacePrefix
    vocabulary.beginOfText = 1
    vocabulary.endOfText = 2
    return vocabulary
  }
}
