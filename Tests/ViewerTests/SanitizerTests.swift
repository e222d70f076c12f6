import Testing

@testable import Viewer

@Suite struct SanitizerTests {
  /// What must never reach a terminal from a model's text, stated apart from the sanitiser.
  private func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0: true
    case 0x61C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
    case 0x200B, 0x200D, 0x2060, 0xFEFF, 0x2028, 0x2029, 0xAD: true
    case 0xE0000...0xE0FFF, 0xFE00...0xFE0F, 0xFDD0...0xFDEF: true
    default: scalar.value & 0xFFFE == 0xFFFE
    }
  }

  @Test func `no scalar of Unicode gets through as a control or unseen`() {
    var found: [UInt32] = []
    for value in UInt32(0)...0x10FFFF {
      // Of planes that have no characters, or only private ones, some stand for all.
      let isEmpty = (0x40000..<0xE0000).contains(value) || value >= 0xF0000
      if isEmpty, value % 97 > 0, value & 0xFFFF < 0xFFF0 { continue }
      guard let scalar = Unicode.Scalar(value) else { continue }
      for text in ["\(scalar)", "a\(scalar)b"] {
        let drawn = DisplayText(text).onOneLine
        let isClean = drawn.glyphs.allSatisfy { glyph in
          (1...2).contains(glyph.width) && !glyph.text.unicodeScalars.contains(where: isForbidden)
        }
        if !isClean || drawn.glyphs.isEmpty { found.append(value) }
      }
    }
    #expect(found.isEmpty)
  }

  @Test func `escape sequences are shown instead of obeyed`() {
    #expect(DisplayText("\u{1B}[31mred").string == "␛[31mred")
    #expect(DisplayText("\u{9B}2J").string == "<U+009B>2J")
    #expect(DisplayText("a\u{7}\u{8}").string == "a␇␈")
  }

  @Test func `bidirectional and zero-width controls are shown`() {
    #expect(DisplayText("a\u{202E}b").string == "a<U+202E>b")
    #expect(DisplayText("a\u{200B}b").string == "a<U+200B>b")
    #expect(DisplayText("a\u{200D}b").string == "a<U+200D>b")
    #expect(DisplayText("a\u{E0041}").string == "a<U+E0041>")
  }

  @Test func `a return is part of a line break or shown`() {
    #expect(DisplayText("a\r\nb").glyphs.map(\.text) == ["a", "\n", "b"])
    #expect(DisplayText("a\rb").string == "a␍b")
  }

  @Test func `at most four marks stay on a character, and none stands alone`() {
    let zalgo = "a" + String(repeating: "\u{301}", count: 20)
    #expect(DisplayText(zalgo).glyphs.map(\.text) == ["a\u{301}\u{301}\u{301}\u{301}"])
    #expect(DisplayText("\u{301}").string == "◌\u{301}")
  }

  @Test func `emoji sequences shrink to what every terminal draws alike`() {
    #expect(DisplayText("👨‍👩‍👧‍👦!").glyphs.map(\.text) == ["👨", "!"])
    #expect(DisplayText("👍🏽").glyphs.map(\.text) == ["👍"])
    #expect(DisplayText("❤\u{FE0F}").glyphs.map(\.text) == ["❤"])
    #expect(DisplayText("👨\u{200D}x").string == "👨<U+200D>x")
  }

  @Test(arguments: [
    ("a", 1), ("é", 1), ("漢", 2), ("ｆ", 2), ("ﾊ", 1), ("한", 2), ("👍", 2), ("🫨", 2), ("☃", 1),
    ("⌚", 2), ("─", 1), ("τ", 1), ("✓", 1), ("⇄", 1), ("\u{1112}\u{1161}\u{11AB}", 2),
    ("𝔘", 1), ("𠀀", 2), ("🇩🇪", 2),
  ])
  func `characters take the columns that terminals give them`(text: String, columns: Int) {
    #expect(DisplayText(text).width == columns)
  }
}
