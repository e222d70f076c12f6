import Testing

@testable import specreason

/// What the parser would misread is given to it in another form; all else stays.
struct ArgumentFormsTests {
  private func mended(_ arguments: String...) -> [String] {
    ArgumentForms.mended(arguments, home: "/home/of")
  }

  @Test(arguments: ["-1", "-0.5", "-.5", "-1e3"])
  func `a negative number belongs to the option before it`(number: String) {
    #expect(
      mended("run", "--threshold", number, "1 + 1?") == [
        "run", "--threshold=\(number)", "1 + 1?",
      ])
  }

  @Test func `no other argument is taken for one`() {
    for arguments in [
      ["run", "-1"], ["run", "--threshold=1", "-1"], ["run", "-o", "file"],
      ["run", "--json", "-x"],
      ["run", "--threshold", "-inf"], ["run", "--", "--threshold", "-1"],
      ["export", "--", "--base=~/x"],
    ] {
      #expect(ArgumentForms.mended(arguments, home: "/home/of") == arguments)
    }
  }

  @Test func `files stand before an option that takes a list, or behind two dashes`() throws {
    for arguments in [
      ["p.jsonl", "--judges", "short", "likelihood"],
      ["--judges", "short", "likelihood", "--", "p.jsonl"],
    ] {
      let evaluation = try Evaluate.parse(arguments)
      #expect(evaluation.files == ["p.jsonl"])
      #expect(evaluation.judges == [.short, .likelihood])
      #expect(try Calibrate.parse(arguments).files == ["p.jsonl"])
    }
    let comparison = try Compare.parse(["--problems", "p.jsonl", "q.jsonl", "--", "a", "b"])
    #expect(comparison.problems == ["p.jsonl", "q.jsonl"])
    #expect(comparison.a == "a" && comparison.b == "b")
  }

  @Test func `a tilde after a sign of equality is the home folder`() {
    #expect(mended("--base=~/m.gguf") == ["--base=/home/of/m.gguf"])
    #expect(mended("--system=@~/s.txt") == ["--system=@/home/of/s.txt"])
    #expect(mended("--output=~/a=~/b") == ["--output=/home/of/a=~/b"])
  }

  @Test func `a tilde elsewhere stays`() {
    for argument in ["--system=~/tilde", "--base=~other/m.gguf", "--base=a~/b", "~/x", "--base=~"] {
      #expect(mended(argument) == [argument])
    }
  }
}
