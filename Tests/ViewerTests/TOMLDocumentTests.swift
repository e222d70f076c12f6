import TestSupport
import Testing

@testable import Viewer

@Suite struct TOMLDocumentTests {
  private func problem(_ text: String) -> TOMLProblem? {
    do throws(TOMLProblem) {
      _ = try TOMLDocument.table(text)
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: [
    ("a = [}", 1), ("a = [\n}", 2), ("a = [1, }]", 1), ("a = [{b = [}]}]", 1), ("[=]", 1),
    ("[[}]]", 1), ("\n[#", 2), ("[", 1), ("a = [", 1), ("a = {b = ", 1), ("[\r\r]", 1),
    ("a = 1998-05-27T{", 1), ("a = 1979-05-27 7 =00", 1), ("a = [\u{2028}]", 1),
    ("a = [\0}", 1), ("\n\na = \"open", 3), ("a = '''open\n", 1), ("a.b. = 1", 1), ("= 1", 1),
    ("a = 07:32:00", 1), ("a = 1 b = 2", 1), ("{} = 1", 1),
  ])
  func `what is not TOML is refused with its line`(text: String, line: Int) {
    #expect(problem(text)?.line == line)
  }

  @Test func `what the library cannot bear is refused before it`() {
    let texts = [
      Array(repeating: "a", count: 50_000).joined(separator: ".") + " = 1",
      "[" + Array(repeating: "a", count: 50_000).joined(separator: " . ") + "]",
      "a = " + String(repeating: "[", count: 100_000),
      "a = " + String(repeating: "{b=", count: 50_000),
      "a = " + String(repeating: "1", count: 10_000),
      "a = \"" + String(repeating: "é", count: 200_000) + "\"",
    ]
    for text in texts { #expect(problem(text) != nil, "\(text.prefix(20))") }
  }

  @Test func `every form that settings need is read`() throws {
    let table = try TOMLDocument.table(
      """
      \u{FEFF}# A comment with ]}"'
      word = "in \\"quotes\\" # no comment"
      literal = 'C:\\'
      long = \"\"\"two
      lines, "quoted\\"\"\"\"\"\"
      raw = ''''tis [raw]'''
      "quoted key" . part = -1_000
      number = 6.5e+0   # a comment
      day = 1979-05-27
      list = [ # over
        "a", 'b',\r
        { x = 1, y = [true, {}] },
      ]
      [table . "inner ]"]
      flag = true
      [[tables]]
      [[tables]]
      """)
    #expect(table["word"]?.string == "in \"quotes\" # no comment")
    #expect(table["literal"]?.string == "C:\\")
    #expect(table["long"]?.string == "two\nlines, \"quoted\"\"\"")
    #expect(table["raw"]?.string == "'tis [raw]")
    #expect(table["quoted key"]?.table?["part"]?.int == -1_000)
    #expect(table["number"]?.double == 6.5)
    #expect(table["list"]?.array?.count == 3)
    #expect(table["table"]?.table?["inner ]"]?.table?["flag"]?.bool == true)
    #expect(table["tables"]?.array?.count == 2)
  }

  @Test func `no mutation of keys and themes ends the program`() {
    let seeds = [
      "[scopes]\ntext = { fg = \"#00ff00\", attributes = [\"bold\", 'dim'] }\n[palette]\na.b = 1\n",
      "redraw = [\"F5\", [\"x\"], {}]\n[composer]\nsend = []\nday = 1979-05-27T07:32:00.5+01:00\n",
      "long = \"\"\"a\n\\u00e9\"\"\"\n[[list]]\nhex = 0x1F\nfloat = [1e5, +inf, -0.0, .5]\n",
    ].map { Array($0.utf8) }
    let pieces = [
      "[", "]", "{", "}", "[[", "=", ".", "\"\"\"", "'''", "\n", "T", ":", "_", "é", "#", "\r",
    ]
    .map { Array($0.utf8) }
    var random = SeededGenerator(seed: 20)
    for round in 0..<Sweep.count(4_000) {
      var bytes = seeds[round % seeds.count]
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: 0...bytes.count, using: &random)
        if Bool.random(using: &random) {
          bytes.insert(contentsOf: pieces.randomElement(using: &random) ?? [], at: place)
        } else {
          bytes.removeSubrange(
            place..<min(bytes.count, place + Int.random(in: 1...6, using: &random)))
        }
      }
      let text = String(decoding: bytes, as: UTF8.self)
      _ = KeyFile(text, name: "keys.toml")
      var parser = ThemeParser(theme: "theme.toml")
      _ = parser.parse(text)
    }
  }
}
