import Foundation
import Testing

@testable import Inference

struct VocabularyTests {
  @Test(.enabled(if: TokenizerFixtures.hasSharedData("demo-pair-prototype")))
  func `a model file holds its tokenizer`() throws {
    let path = TokenizerFixtures.sharedData("demo-pair-prototype/specdemo-base-q8_0.gguf").path
    let tokenizer = try Tokenizer(GGUFFile(path: path))
    #expect(tokenizer.count == 741)
    #expect(tokenizer.beginOfText == nil)
    #expect(tokenizer.endOfText == [0, 2])
    #expect(tokenizer.decode(tokenizer.encode("Now the bus", parseSpecial: false)) == "Now the bus")
  }

  @Test func `unknown tokenizers and pre-tokenizers are refused by name`() {
    expect(.unsupportedModel("t5")) { $0.model = "t5" }
    expect(.missing(key: "tokenizer.ggml.model")) { $0.model = nil }
    expect(.unknownPreTokenizer("falcon", known: PreTokenizer.names)) {
      $0.preTokenizer = "falcon"
    }
    expect(.unknownPreTokenizer(nil, known: PreTokenizer.names)) {
      $0.preTokenizer = nil
    }
  }

  @Test func `a token list that cannot be right is refused`() {
    expect(.missing(key: "tokenizer.ggml.tokens")) { $0.tokens = [] }
    expect(.emptyToken(index: 9)) { $0.tokens[9] = "" }
    expect(.duplicateToken("!", first: 5, second: 300)) { $0.tokens[300] = "!" }
    expect(.tooLong(key: "tokenizer.ggml.tokens", index: 3, bytes: 70_000, limit: 65_535)) {
      $0.tokens[3] = String(repeating: "x", count: 70_000)
    }
    expect(.missingByte(UInt8(ascii: "!"))) { $0.tokens[5] = "unheard-of" }
  }

  @Test func `kinds of the wrong number or value are refused`() throws {
    let count = try TokenizerFixtures.demoVocabulary().tokens.count
    expect(
      .wrongCount(key: "tokenizer.ggml.token_type", found: count - 1, expected: count)
    ) { $0.kinds?.removeLast() }
    for value in [0, 7, -1, .max] {
      expect(.unknownKind(index: 8, value: value)) { $0.kinds?[8] = value }
    }
  }

  @Test(arguments: ["<0x-1>", "<0xGG>", "<0x0>", "<0x000>", "<0xaa>", "0x00", "<0x+1>"])
  func `a malformed byte token is refused`(text: String) {
    expect(.malformedByteToken(text, index: 270)) {
      $0.tokens[270] = text
      $0.kinds?[270] = 6
      $0.merges = []
    }
  }

  @Test func `a byte token stands for its byte`() throws {
    var vocabulary = try TokenizerFixtures.demoVocabulary()
    vocabulary.tokens.append("<0xE2>")
    vocabulary.kinds?.append(6)
    let tokenizer = try Tokenizer(vocabulary)
    #expect(tokenizer.piece(of: Token(tokenizer.count - 1)) == [0xE2])
  }

  @Test(arguments: ["he", "h  e", "h e x", " he", "he ", "", " "])
  func `a merge without exactly one separator is refused`(text: String) {
    expect(.malformedMerge(text, index: 17)) { $0.merges[17] = text }
  }

  @Test func `a merge of pieces that are no tokens is refused`() {
    expect(.unknownPiece("qqq", merge: 0)) { $0.merges[0] = "qqq e" }
    expect(.unknownPiece("e~", merge: 0)) { $0.merges[0] = "e ~" }
  }

  @Test(arguments: [nil, -1, .max, .min] as [Int?])
  func `special ids beyond the vocabulary are refused`(beyond: Int?) throws {
    let count = try TokenizerFixtures.demoVocabulary().tokens.count
    let value = beyond ?? count
    func out(_ key: String) -> TokenizerError {
      .tokenOutOfRange(key: "tokenizer.ggml.\(key)_token_id", value: value, count: count)
    }
    expect(out("bos")) { $0.beginOfText = value }
    expect(out("eos")) { $0.endOfText = value }
    expect(out("eot")) { $0.endOfTurn = value }
  }

  @Test func `a beginning token that is wanted must be named`() {
    expect(.missing(key: "tokenizer.ggml.bos_token_id")) {
      $0.addsBeginOfText = true
      $0.beginOfText = nil
    }
  }

  @Test func `a chat template of more than a megabyte is refused`() {
    expect(
      .tooLong(key: "tokenizer.chat_template", index: nil, bytes: 1_048_577, limit: 1_048_576)
    ) { $0.chatTemplate = String(repeating: "x", count: 1_048_577) }
  }

  @Test func `tokens that differ only in normalisation are two tokens`() throws {
    var vocabulary = try TokenizerFixtures.demoVocabulary()
    vocabulary.tokens += ["<\u{E9}>", "<e\u{301}>"]
    vocabulary.kinds? += [4, 4]
    let tokenizer = try Tokenizer(vocabulary)
    let last = Token(tokenizer.count - 1)
    #expect(tokenizer.encode("<\u{E9}><e\u{301}>", parseSpecial: true) == [last - 1, last])
  }

  @Test func `an error is one sentence that names place and remedy, without control characters`() {
    let error = TokenizerError.duplicateToken("\u{1B}]52;c;\u{7}", first: 1, second: 2)
    #expect(
      error.description
        == #"tokens 1 and 2 are both "\u{1B}]52;c;\u{07}"; convert the model again."#)
  }

  private func expect(_ error: TokenizerError, after damage: (inout Vocabulary) -> Void) {
    #expect(throws: error) {
      var vocabulary = try TokenizerFixtures.demoVocabulary()
      damage(&vocabulary)
      _ = try Tokenizer(vocabulary)
    }
  }
}
