import Testing

@testable import Inference

struct PreTokenizerTests {
  @Test func `the classes are those of Unicode, for every character`() throws {
    let classes = try TokenizerFixtures.load(TokenizerFixtures.Classes.self, "classes")
    var expected = [ScalarClass](repeating: [], count: 0x110000)
    for (kind, ranges) in [
      (ScalarClass.upper, classes.upper), (.lower, classes.lower), (.uncased, classes.uncased),
      (.mark, classes.mark), (.number, classes.number), (.punctuation, classes.punctuation),
      (.symbol, classes.symbol), (.space, classes.space),
    ] {
      for index in stride(from: 0, to: ranges.count, by: 2) {
        for code in ranges[index]...ranges[index + 1] { expected[Int(code)] = kind }
      }
    }
    var isUnassigned = [Bool](repeating: false, count: 0x110000)
    for index in stride(from: 0, to: classes.unassigned.count, by: 2) {
      for code in classes.unassigned[index]...classes.unassigned[index + 1] {
        isUnassigned[Int(code)] = true
      }
    }
    // The two may know different versions of Unicode: what one of them has not yet is left out.
    let wrong = (UInt32(0)..<0x110000).filter { code in
      guard let scalar = Unicode.Scalar(code), !isUnassigned[Int(code)],
        scalar.properties.generalCategory != .unassigned
      else { return false }
      return ScalarClass(scalar) != expected[Int(code)]
    }
    #expect(wrong == [])
  }

  @Test(
    arguments: [
      "gpt-2", "smollm", "qwen2", "qwen35", "seed-coder", "llama-bpe", "tekken", "gpt-4o",
      "deepseek-llm",
      "deepseek-coder", "deepseek-v3", "default",
    ])
  func `random texts are cut as the published expression cuts them`(name: String) throws {
    let fixture = try TokenizerFixtures.load(TokenizerFixtures.RandomTexts.self, "random")
    let rule = try #require(PreTokenizer(named: name))
    let texts = fixture.texts()
    for (block, hash) in try #require(fixture.cuts[name]).enumerated() {
      let lengths = texts[block * fixture.wordsBlock..<(block + 1) * fixture.wordsBlock].map {
        rule.words(of: Array($0.utf8)[...]).map(\.count)
      }
      #expect(fnvHash(of: lengths) == hash, "texts from \(block * fixture.wordsBlock)")
    }
  }

  @Test(arguments: PreTokenizer.names)
  func `words cover a slice of a text without gaps`(name: String) throws {
    let rule = try #require(PreTokenizer(named: name))
    let text = Array("skip it's  naïve ½ 12345\r\n\t 你好 !?\n x  ".utf8)[4...]
    let words = rule.words(of: text)
    #expect(words.first?.lowerBound == text.startIndex)
    #expect(words.last?.upperBound == text.endIndex)
    for (word, next) in zip(words, words.dropFirst()) {
      #expect(word.upperBound == next.lowerBound && !word.isEmpty)
    }
  }
}
