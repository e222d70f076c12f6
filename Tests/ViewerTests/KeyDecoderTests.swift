import Testing
import TestSupport

@testable import Terminal
@testable import Viewer

@Suite struct KeyDecoderTests {
  private func decode(_ text: String) -> [Message] {
    var decoder = KeyDecoder()
    return decoder.feed(Array(text.utf8)) + decoder.timeOut()
  }

  private func key(_ code: Key.Code, _ modifiers: Key.Modifiers = []) -> Message {
    .key(Key(code, modifiers))
  }

  @Test func `keys of xterm, the Linux console and CSI u are known`() {
    func wheel(_ code: Key.Code) -> Message {
      .mouse(MouseEvent(.wheel(Key(code)), Position(column: 9, row: 4)))
    }
    let expected: [(String, Message)] = [
      ("a", key(.character("a"))), ("é", key(.character("é"))), ("漢", key(.character("漢"))),
      ("\r", key(.enter)), ("\t", key(.tab)), ("\u{7F}", key(.backspace)),
      ("\u{3}", key(.character("c"), .control)), ("\n", key(.character("j"), .control)),
      ("\u{1B}\r", key(.enter, .alt)), ("\u{1B}b", key(.character("b"), .alt)),
      ("\u{1B}\u{7F}", key(.backspace, .alt)), ("\u{1B}", key(.escape)),
      ("\u{1B}[A", key(.up)), ("\u{1B}OA", key(.up)), ("\u{1B}[1;5C", key(.right, .control)),
      ("\u{1B}[1;2A", key(.up, .shift)), ("\u{1B}[H", key(.home)), ("\u{1B}[4~", key(.end)),
      ("\u{1B}[5~", key(.pageUp)), ("\u{1B}[3~", key(.delete)), ("\u{1B}[Z", key(.tab, .shift)),
      ("\u{1B}OP", key(.function(1))), ("\u{1B}[[A", key(.function(1))),
      ("\u{1B}[15~", key(.function(5))), ("\u{1B}[13;3u", key(.enter, .alt)),
      ("\u{1B}[27;3;13~", key(.enter, .alt)), ("\u{1B}[<64;10;5M", wheel(.wheelUp)),
      ("\u{1B}[<65;10;5M", wheel(.wheelDown)), ("\u{1B}[M`!!", key(.wheelUp)),
      ("\u{1B}[", key(.character("["), .alt)),
    ]
    for (bytes, message) in expected {
      #expect(decode(bytes) == [message], "\(bytes.debugDescription)")
    }
  }

  @Test func `releases, replies and broken sequences are nothing`() {
    for bytes in [
      "\u{1B}[<0;10;5m", "\u{1B}[?62;22c", "\u{1B}[999999999999999999999~", "\u{1B}[;;;;;u",
      "\u{1B}[1114112u", "\u{1B}[55296u",
    ] {
      #expect(decode(bytes).isEmpty, "\(bytes.debugDescription)")
    }
    #expect(decode("\u{1B}[1\u{3}") == [key(.character("c"), .control)])
  }

  @Test func `a paste is one message, whatever is in it`() {
    let text = "line one\r\n\u{1B}[A tab\t\u{3}漢"
    #expect(
      decode("x\u{1B}[200~\(text)\u{1B}[201~y")
        == [key(.character("x")), .paste(text), key(.character("y"))])
  }

  @Test func `bytes cut anywhere give the same messages`() {
    let input = Array(
      "aé漢👍\u{1B}[1;5C\u{1B}OP\u{1B}[200~pa\u{1B}[20ste\u{1B}[201~\u{1B}[<64;1;1M\u{1B}b\r"
        .utf8)
    var whole = KeyDecoder()
    let expected = whole.feed(input)
    for first in 0...input.count {
      for second in first...input.count {
        var decoder = KeyDecoder()
        let messages =
          decoder.feed(input[..<first]) + decoder.feed(input[first..<second])
          + decoder.feed(input[second...])
        #expect(messages == expected)
        #expect(!decoder.isWaiting)
      }
    }
  }

  @Test func `a character cut short or malformed is one replacement a byte`() {
    var decoder = KeyDecoder()
    #expect(decoder.feed([0xE6, 0xBC]).isEmpty)
    #expect(decoder.timeOut().count == 2)
    #expect(
      decoder.feed([0xC0, 0xFF]) == [key(.character("\u{FFFD}")), key(.character("\u{FFFD}"))])
    // A surrogate in UTF-8.
    #expect(decoder.feed([0xED, 0xA0, 0x80]).count == 3)
  }

  @Test func `random bytes neither trap nor pile up`() {
    var random = SeededGenerator(seed: 7)
    let alphabet: [UInt8] = [
      0x1B, 0x5B, 0x4F, 0x3C, 0x3B, 0x4D, 0x7E, 0x32, 0x30, 0x31, 0xC3, 0xA9,
    ]
    var decoder = KeyDecoder()
    var script = Script()
    script.play([Run.started] + Run.turn())
    for _ in 0..<2_000 {
      let bytes = (0..<Int.random(in: 1...40, using: &random)).map { _ in
        Bool.random(using: &random)
          ? UInt8.random(in: 0...255, using: &random) : alphabet.randomElement(using: &random) ?? 0
      }
      for message in decoder.feed(bytes) + decoder.timeOut() { script.send(message) }
    }
    // Close a paste that may be open; then the decoder is as new.
    _ = decoder.feed(Array("\u{1B}[201~".utf8))
    _ = decoder.timeOut()
    #expect(decoder.feed(Array("a".utf8)) == [key(.character("a"))])
    _ = script.lines
  }
}
