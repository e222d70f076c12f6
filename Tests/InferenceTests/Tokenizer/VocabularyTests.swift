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
    expect(.unknownPreTokenizer("falcon")) { $0.preTokenizer = "falcon" }
  }

  @Test func `a token list that cannot be right is refused`() {
    expect(.missing(key: "tokenizer.ggml.tokens")) { $0.tokens = [] }
    expect(.emptyToken(index: 9)) { $0.tokens[9] = "" }
    expect(.duplicateToken("!", first: 5, second: 300)) { $0.tokens[300] = "!" }
    expect(.tooLong(key: "tokenizer.ggml.tokens", index: 3, bytes: 70_000, limit: 65_535)) {
      $0.tokens[3] = String(repeating: "x", count: 70_000)
    }
  }

  @Test func `kinds of the wrong number or value are refused`() throws {
    let count = try TokenizerFixtures.demoVocabulary().tokens.count
    expect(
      .wrongCount(key: "tokenizer.ggml.token_type", found: count - 1, expected: count)
    ) { $0.kinds?.removeLast() }
    for value in [7, -1, .max] {
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
    expect(.malformedMerge(text, index: 17)) { $0.merges?[17] = text }
  }

  @Test func `a merge of pieces that are no tokens is refused`() {
    expect(.unknownPiece("qqq", merge: 0)) { $0.merges?[0] = "qqq e" }
    expect(.unknownPiece("e~", merge: 0)) { $0.merges?[0] = "e ~" }
  }

  @Test func `a byte that no token stands for is left out, and all else is as if none was missing`()
    throws
  {
    var vocabulary = try TokenizerFixtures.demoVocabulary()
    let whole = try Tokenizer(vocabulary)
    vocabulary.tokens[5] = "unheard-of"
    vocabulary.merges?.removeAll { $0.contains("!") }
    let tokenizer = try Tokenizer(vocabulary)
    #expect(tokenizer.decode(tokenizer.encode("Now! Stop!!!", parseSpecial: false)) == "Now Stop")
    for text in ["Now the bus", "é 12\n"] {
      #expect(
        tokenizer.encode(text, parseSpecial: false) == whole.encode(text, parseSpecial: false))
    }
    #expect(
      tokenizer.encode(String(repeating: "a!", count: 100), parseSpecial: false).allSatisfy {
        $0 >= 0
      })
  }

  @Test func `a file without a pre-tokenizer gets the default rule and a warning`() throws {
    var vocabulary = try TokenizerFixtures.demoVocabulary()
    #expect(try Tokenizer(vocabulary).warnings == [])
    vocabulary.preTokenizer = nil
    let warnings = try Tokenizer(vocabulary).warnings
    #expect(warnings.count == 1)
    #expect(warnings[0].contains("tokenizer.ggml.pre is missing"))
  }

  @Test func `a vocabulary of words needs merges, and a version line among them is passed over`()
    throws
  {
    expect(.missingMerges) { $0.merges = nil }
    expect(.missingMerges) { $0.merges = [] }
    var vocabulary = try TokenizerFixtures.demoVocabulary()
    let plain = try Tokenizer(vocabulary).encode("Now the bus", parseSpecial: false)
    vocabulary.merges?.insert("#version: 0.2", at: 0)
    #expect(try Tokenizer(vocabulary).encode("Now the bus", parseSpecial: false) == plain)
  }

  @Test func `a token of which the file does not say what it is counts as an ordinary one`() throws
  {
    var vocabulary = try TokenizerFixtures.demoVocabulary()
    let plain = try Tokenizer(vocabulary).encode("Now the bus", parseSpecial: false)
    vocabulary.kinds = vocabulary.kinds?.map { $0 == 1 ? 0 : $0 }
    #expect(try Tokenizer(vocabulary).encode("Now the bus", parseSpecial: false) == plain)
  }

  @Test func `tokens that are not UTF-8 are the bytes they are`() throws {
    var vocabulary = try TokenizerFixtures.demoVocabulary()
    let first = vocabulary.tokens.count
    vocabulary.tokens += ["\u{FFFD}", "\u{FFFD}"]
    vocabulary.kinds? += [1, 4]
    vocabulary.tokenBytes = [first: [0x80], first + 1: [0xFF, 0xFE]]
    let tokenizer = try Tokenizer(vocabulary)
    #expect(Array(tokenizer.piece(of: Token(first))) == [0x80])
    #expect(Array(tokenizer.piece(of: Token(first + 1))) == [0xFF, 0xFE])
  }

  @Test(arguments: [nil, -1, .max, .min] as [Int?])
  func `special ids beyond the vocabulary count as absent, with a warning each`(beyond: Int?) throws
  {
    var vocabulary = try TokenizerFixtures.demoVocabulary()
    vocabulary.addsBeginOfText = nil
    let value = beyond ?? vocabulary.tokens.count
    (vocabulary.beginOfText, vocabulary.endOfText, vocabulary.endOfTurn) = (value, value, value)
    let tokenizer = try Tokenizer(vocabulary)
    #expect(tokenizer.warnings.count == 3)
    for (warning, key) in zip(tokenizer.warnings, ["bos", "eos", "eot"]) {
      #expect(warning.contains("tokenizer.ggml.\(key)_token_id is \(value)"))
    }
    // Their texts still tell which tokens end a turn.
    #expect(tokenizer.beginOfText == nil && tokenizer.endOfText == [0, 2])
    #expect(tokenizer.endOfTextPiece.isEmpty)
  }

  @Test func `a beginning token that is wanted and not named is left out, with a warning`() throws {
    var vocabulary = try TokenizerFixtures.demoVocabulary()
    vocabulary.addsBeginOfText = true
    vocabulary.beginOfText = nil
    let tokenizer = try Tokenizer(vocabulary)
    #expect(tokenizer.beginOfText == nil)
    #expect(tokenizer.warnings.count == 1 && tokenizer.warnings[0].contains("add_bos_token"))
  }

  @Test
  func `tokens that end a turn are ends whatever the file calls them, unless merges make them`()
    throws
  {
    for text in ["</s>", "<|eot_id|>", "<end_of_turn>", "[EOS]", "<EOT>"] {
      for kind in [0, 1, 3, 4] {
        var vocabulary = try TokenizerFixtures.demoVocabulary()
        vocabulary.tokens.append(text)
        vocabulary.kinds?.append(kind)
        let last = Token(vocabulary.tokens.count - 1)
        let tokenizer = try Tokenizer(vocabulary)
        #expect(tokenizer.endOfText == [0, 2, last], "\(text) \(kind)")
        #expect(tokenizer.isControl(last))
        #expect(tokenizer.decode(tokenizer.encode(text, parseSpecial: false)) == text)
        #expect(!tokenizer.encode(text, parseSpecial: false).contains(last))
      }
    }
    var vocabulary = try TokenizerFixtures.demoVocabulary()
    vocabulary.tokens += ["</", "s>", "</s>"]
    vocabulary.kinds? += [1, 1, 1]
    vocabulary.merges? += ["< /", "s >", "</ s>"]
    #expect(try Tokenizer(vocabulary).endOfText == [0, 2])
  }

  @Test func `errors and warnings stay short whatever is in the file`() throws {
    let long = String(repeating: "x", count: 70_000)
    var vocabulary = try TokenizerFixtures.demoVocabulary()
    vocabulary.preTokenizer = long
    let error = try #require(throws: TokenizerError.self) { try Tokenizer(vocabulary) }
    #expect(error.description.count < 400)
    let reasons: [GGUFError.Reason] = [
      .duplicateKey(long), .unsupportedArchitecture(long), .missingKey(long),
      .badValue(key: long, problem: long),
      .unusableTokenizer(.duplicateToken(long, first: 1, second: 2)),
    ]
    for reason in reasons {
      let text = GGUFError(path: "m.gguf", reason: reason).description
      #expect(text.count < 500 && text.hasPrefix("m.gguf: "))
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
