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
      ("\u{1B}[", key(.character("["), .alt)), ("\u{1B}]", key(.character("]"), .alt)),
      ("\u{1B}[13;2u", key(.enter, .shift)), ("\u{1B}[27;2;13~", key(.enter, .shift)),
      ("\u{1B}[99;5u", key(.character("c"), .control)),
      ("\u{1B}[99:67;6u", key(.character("c"), .control)),
      ("\u{1B}[97;2u", key(.character("A"))), ("\u{1B}[50:34;2u", key(.character("\""))),
      ("\u{1B}[97;;97u", key(.character("a"))), ("\u{1B}[127;2u", key(.backspace)),
      ("\u{1B}[57414u", key(.enter)), ("\u{1B}[57404u", key(.character("5"))),
      ("\u{1B}[1;1:2A", key(.up)), ("\u{1B}[32;2u", key(.character(" "))),
    ]
    for (bytes, message) in expected {
      #expect(decode(bytes) == [message], "\(bytes.debugDescription)")
    }
  }

  @Test func `releases, replies and broken sequences are nothing`() {
    for bytes in [
      "\u{1B}[<0;10;5m", "\u{1B}[?62;22c", "\u{1B}[999999999999999999999~", "\u{1B}[;;;;;u",
      "\u{1B}[1114112u", "\u{1B}[55296u", "\u{1B}[97;1:3u", "\u{1B}[1;1:3A", "\u{1B}[57358u",
      "\u{1B}[12;40R", "\u{1B}[?1u", "\u{1B}[?2026;2$y", "\u{1B}[8;24;80t", "\u{1B}[I",
      "\u{1B}[>41;354;0c", "\u{1B}[201~",
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
        #expect(decoder.patience == nil)
      }
    }
  }

  @Test func `a paste whose end is lost keeps its text, and keys count again`() {
    var decoder = KeyDecoder()
    #expect(decoder.feed(Array("\u{1B}[200~abc".utf8)).isEmpty)
    #expect(decoder.patience == KeyDecoder.quietSeconds)
    #expect(decoder.timeOut() == [.paste("abc")])
    #expect(decoder.patience == nil)
    #expect(decoder.feed(Array("d\u{3}".utf8)).last == key(.character("c"), .control))
    // What was lost may come late.
    #expect(decoder.feed(Array("\u{1B}[201~".utf8)).isEmpty)
  }

  @Test(arguments: ["", "ab", "ab\u{1B}[20"])
  func `Ctrl-C by itself ends a paste whose end is lost`(text: String) {
    var decoder = KeyDecoder()
    #expect(decoder.feed(Array("\u{1B}[200~\(text)".utf8)).isEmpty)
    #expect(decoder.feed([0x03]).last == key(.character("c"), .control))
    #expect(decoder.patience == nil)
    #expect(decoder.feed(Array("a".utf8)) == [key(.character("a"))])
  }

  @Test func `the background that a terminal answers is understood, wherever it is cut`() {
    let colors: [(String, Message)] = [
      ("rgb:1e1e/2f2f/ffff\u{1B}\\", .background(.rgb(red: 0x1E, green: 0x2F, blue: 0xFF))),
      ("rgba:ff/ff/00/80\u{7}", .background(.rgb(red: 255, green: 255, blue: 0))),
    ]
    for (text, message) in colors {
      let reply = Array("\u{1B}]11;\(text)".utf8)
      for cut in 1...reply.count {
        var decoder = KeyDecoder()
        let messages = decoder.feed(reply[..<cut]) + decoder.feed(reply[cut...] + [0x78])
        #expect(messages == [message, key(.character("x"))], "\(reply) at \(cut)")
      }
    }
    for broken in ["rgb:", "rgb:zz/00/00", "rgb:00/00", "?", "cmyk:1/1/1"] {
      var decoder = KeyDecoder()
      #expect(decoder.feed(Array("\u{1B}]11;\(broken)\u{7}".utf8)).isEmpty)
    }
  }

  @Test func `what a terminal answers else is passed over, wherever it is cut`() {
    let replies = [
      "\u{1B}]10;rgb:1e1e/1e1e/1e1e\u{1B}\\", "\u{1B}]4;1;rgb:ffff/0000/0000\u{7}",
      "\u{1B}P1+r544e\u{1B}\\", "\u{1B}P>|XTerm(390)\u{1B}\\", "\u{1B}_Gi=31;OK\u{1B}\\",
      "\u{1B}^private\u{1B}\\", "\u{1B}Xtext\u{1B}\\", "\u{1B}[?62;22;52c",
    ]
    for reply in replies.map({ Array($0.utf8) }) {
      for cut in 1...reply.count {
        var decoder = KeyDecoder()
        let messages = decoder.feed(reply[..<cut]) + decoder.feed(reply[cut...] + [0x78])
        #expect(messages == [key(.character("x"))], "\(reply) at \(cut)")
        if cut > 2, cut < reply.count {
          var decoder = KeyDecoder()
          _ = decoder.feed(reply[..<cut])
          #expect(decoder.patience == KeyDecoder.quietSeconds)
        }
      }
    }
  }

  @Test func `keys that begin as replies do are keys when something else follows`() {
    #expect(
      decode("\u{1B}_\u{1B}_") == [key(.character("_"), .alt), key(.character("_"), .alt)])
    #expect(decode("\u{1B}]a") == [key(.character("]"), .alt), key(.character("a"))])
    #expect(decode("\u{1B}P\r") == [key(.character("P"), .alt), key(.enter)])
  }

  @Test func `a reply without an end swallows no key for long`() {
    var decoder = KeyDecoder()
    #expect(decoder.feed(Array("\u{1B}]11;rgb".utf8)).isEmpty)
    #expect(decoder.feed([0x03]) == [key(.character("c"), .control)])
    #expect(decoder.feed(Array("\u{1B}P1+r".utf8)).isEmpty)
    #expect(decoder.feed(Array("\u{1B}[A".utf8)) == [key(.up)])
    #expect(decoder.feed(Array("\u{1B}_G".utf8)).isEmpty)
    #expect(decoder.timeOut().isEmpty)
    #expect(decoder.feed(Array("a".utf8)) == [key(.character("a"))])
    let long = Array("\u{1B}]1".utf8) + Array(repeating: 0x61, count: KeyDecoder.replyLimit)
    #expect(decoder.feed(long) == [key(.character("a"))])
  }

  @Test func `a sequence that is cut waits longer than a key`() {
    for (bytes, seconds) in [
      ("\u{1B}", KeyDecoder.keySeconds), ("\u{1B}[", KeyDecoder.keySeconds),
      ("\u{1B}_", KeyDecoder.keySeconds), ("\u{1B}]", KeyDecoder.replySeconds),
      ("\u{1B}[1", KeyDecoder.quietSeconds), ("\u{1B}[?62;2", KeyDecoder.quietSeconds),
    ] {
      var decoder = KeyDecoder()
      _ = decoder.feed(Array(bytes.utf8))
      #expect(decoder.patience == seconds)
    }
    var decoder = KeyDecoder()
    _ = decoder.feed([0xE6])
    #expect(decoder.patience == KeyDecoder.quietSeconds)
  }

  @Test func `lines that come at once are a paste, though nothing marks them`() {
    let text = Array("alpha\rbeta\r\ngamma\tdelta\r".utf8)
    var whole = KeyDecoder()
    #expect(whole.feed(text) == [.paste("alpha\rbeta\r\ngamma\tdelta\r")])
    #expect(whole.timeOut().isEmpty)
    for cut in 1..<text.count {
      var decoder = KeyDecoder()
      var script = Script()
      script.play([Run.started])
      let messages = decoder.feed(text[..<cut]) + decoder.feed(text[cut...]) + decoder.timeOut()
      for message in messages { script.send(message) }
      // A piece of fewer letters could be typed.
      if cut > 3 { #expect(script.state.composer.text == "alpha\nbeta\ngamma\tdelta\n", "\(cut)") }
    }
  }

  @Test func `a line that is typed fast is sent`() {
    var decoder = KeyDecoder()
    #expect(decoder.feed(Array("2+2?\r".utf8)).count == 4)
    #expect(decoder.patience == KeyDecoder.keySeconds)
    #expect(decoder.timeOut() == [key(.enter)])
    #expect(decoder.feed(Array("2+2?\r\u{1B}[A".utf8)).suffix(2) == [key(.enter), key(.up)])
    #expect(decoder.feed(Array("ab\r".utf8)).last == key(.enter))
  }

  @Test func `what was typed before raw mode comes out as typed`() {
    var decoder = KeyDecoder()
    let keys = decoder.feedTypedAhead(Array("ab\ncd\n".utf8))
    #expect(keys.filter { $0 == key(.enter) }.count == 2)
    #expect(keys.last == key(.enter))
    #expect(decoder.patience == nil)
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
    for _ in 0..<Sweep.count(150) {
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
