import Testing

@testable import Reports

struct TableTests {
  private static let table = Table(
    ["name", Table.Column("tokens", .right), ""],
    rows: [["漢字", "5", "wide"], ["e\u{301}", "1234", ""], ["a|b", "x,\"y\"", "last"]])

  @Test func `columns line up by what a terminal shows`() {
    #expect(
      Self.table.lines == [
        "name  tokens", "漢字       5  wide", "e\u{301}       1234", "a|b    x,\"y\"  last",
      ])
  }

  @Test func `no cell reaches a terminal raw or takes more than one line`() {
    let table = Table(["", ""], rows: [["a\nb\u{1B}[2J", "\u{202E}c"]])
    #expect(table.lines == ["a b␛[2J  <U+202E>c"])
  }

  @Test func `a cell beyond its column's limit widens its own row alone`() {
    let table = Table(
      [Table.Column("", widthLimit: 3), ""], rows: [["a", "1"], ["abc", "2"], ["abcdef", "3"]])
    #expect(table.lines == ["a    1", "abc  2", "abcdef  3"])
  }

  @Test func `Markdown escapes what would end a cell`() {
    #expect(
      Self.table.markdown == """
        | name | tokens |  |
        | --- | ---: | --- |
        | 漢字 | 5 | wide |
        | e\u{301} | 1234 |  |
        | a\\|b | x,"y" | last |
        """)
    #expect(Table(["a"]).markdownLine(["b\nc\u{1B}"]) == "| b c\u{FFFD} |")
  }

  @Test func `comma-separated values are quoted where they must be`() {
    #expect(
      Table(["a", "b"], rows: [["x,\"y\"", "1"], ["two\r\nlines", ""]]).csv
        == "a,b\r\n\"x,\"\"y\"\"\",1\r\n\"two\r\nlines\",\r\n")
  }

  @Test func `empty columns can be left out`() {
    let table = Table(["a", "b", "c"], rows: [["1", "", "2"], ["3", "", ""]])
    #expect(table.withoutEmptyColumns.markdown == "| a | c |\n| --- | --- |\n| 1 | 2 |\n| 3 |  |")
    #expect(Table(["a", "b"]).withoutEmptyColumns.columns.count == 2)
  }
}
