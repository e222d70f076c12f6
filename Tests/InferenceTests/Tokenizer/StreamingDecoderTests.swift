import Testing

@testable import Inference

struct StreamingDecoderTests {
  let tokenizer: Tokenizer

  init() throws {
    tokenizer = try Tokenizer(TokenizerFixtures.demoVocabulary())
  }

  @Test func `streamed text is the whole text, and each part ends with a whole character`() throws {
    let fixture = try TokenizerFixtures.load(TokenizerFixtures.RandomTexts.self, "random")
    for text in fixture.texts().prefix(1_000) {
      var decoder = StreamingDecoder(tokenizer)
      var streamed = ""
      for token in tokenizer.encode(text, parseSpecial: false) {
        let part = decoder.append(token)
        #expect(text.utf8.starts(with: (streamed + part).utf8))
        streamed += part
      }
      #expect(decoder.finish() == "")
      #expect(Array(streamed.utf8) == Array(text.utf8))
    }
  }

  @Test func `bytes cut anywhere decode as all of them at once, valid or not`() {
    var numbers = SplitMix64(seed: 7)
    let bytes: [UInt8] = [
      0x41, 0x80, 0xBF, 0xC1, 0xC2, 0xDF, 0xE0, 0x9F, 0xA0, 0xE1, 0xED, 0xF0, 0x90, 0x8F, 0xF1,
      0xF4, 0xF5, 0xFF,
    ]
    for _ in 0..<4_000 {
      let sequence = (0..<2 + numbers.next(7)).map { _ in bytes[numbers.next(bytes.count)] }
      let whole = String(decoding: sequence, as: UTF8.self)
      for first in 0...sequence.count {
        for second in first...sequence.count {
          var decoder = StreamingDecoder(tokenizer)
          let streamed =
            decoder.append(sequence[..<first]) + decoder.append(sequence[first..<second])
            + decoder.append(sequence[second...]) + decoder.finish()
          #expect(Array(streamed.utf8) == Array(whole.utf8))
        }
      }
    }
  }

  @Test func `a character waits for its last byte`() {
    var decoder = StreamingDecoder(tokenizer)
    let bytes = Array("€".utf8)
    #expect(decoder.append(bytes[..<1]) == "")
    #expect(decoder.append(bytes[1..<2]) == "")
    #expect(decoder.append(bytes[2...]) == "€")
    #expect(decoder.append(bytes[..<2]) == "")
    #expect(decoder.finish() == "\u{FFFD}")
    #expect(decoder.finish() == "")
  }
}
