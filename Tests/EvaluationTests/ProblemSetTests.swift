import Foundation
import TestSupport
import Testing

@testable import Evaluation

struct ProblemSetTests {
  private func read(_ text: String) throws -> ProblemSet {
    try ProblemSet(Data(text.utf8), name: "set.jsonl")
  }

  @Test(arguments: [
    (#"{"question": "2 + 2?", "answer": "Two and two.\n2 + 2 = <<2+2=4>>4\n#### 4"}"#, "4"),
    (
      #"{"problem": "2 + 2?", "solution": "It is $\\boxed{4}$.", "answer": "\\frac{8}{2}"}"#,
      "\\frac{8}{2}"
    ),
    (#"{"problem": "2 + 2?", "solution": "Not \\boxed{5}, but \\boxed{4}."}"#, "4"),
    (#"{"problem": "2 + 2?", "answer": 4}"#, "4"),
    (#"{"problem": "2 + 2?", "answer": 4.5}"#, "4.5"),
    (#"{"id": 60, "problem": "2 + 2?", "question": "Another", "answer": "004"}"#, "004"),
    (#"{"question": "2 + 2?", "answer": "So\n#### 1,450,000"}"#, "1,450,000"),
  ])
  func `each format of the field gives the problem and its answer`(line: String, answer: String)
    throws
  {
    #expect(try read(line).problems == [Problem(problem: "2 + 2?", answer: answer)])
  }

  @Test func `the kind of a problem is its family, subject or type`() throws {
    let set = try read(
      ["family", "subject", "type"].map { #"{"problem": "?", "answer": "1", "\#($0)": "sums"}"# }
        .joined(separator: "\n"))
    #expect(set.problems.map(\.family) == ["sums", "sums", "sums"])
  }

  @Test func `an array of problems is read like lines`() throws {
    let array = #"\#u{FEFF} [ {"problem": "a", "answer": 1},\#n {"question": "b", "answer": "2"}]"#
    #expect(try read(array).problems.map(\.answer) == ["1", "2"])
  }

  @Test func `a line that is no problem is left out and told by its number`() throws {
    let set = try read(
      """
      {"problem": "a", "answer": "1"}\r

      {"problem": "b"}
      {"problem": "c", "answer": ["2", "3"]}
      {"problem": " ", "answer": "2"}
      [1]
      {"problem": "d", "answer": "3"
      {"problem": "e", "solution": "none"}
      {"problem": "f", "answer": "4"}
      """)
    #expect(set.problems.map(\.problem) == ["a", "f"])
    #expect(
      set.flaws.map(\.description) == [
        "set.jsonl, line 3: there is neither a field \"answer\" nor a field \"solution\"; a problem has "
          + "problem or question, and answer.",
        "set.jsonl, line 4: the field \"answer\" is a list of 2 where one value is expected.",
        "set.jsonl, line 5: in the field \"problem\" there is no text.",
        "set.jsonl, line 6: this is not a JSON object.",
        "set.jsonl, line 7: this is not a JSON object.",
        "set.jsonl, line 8: in the field \"solution\" there is no \\boxed{…}.",
      ])
  }

  @Test(arguments: ["", "\n \n", "[]", "[", "{", "\u{0}", "7", "[[[[", "{\"a\":1}"])
  func `a file without any problem is refused`(text: String) {
    #expect(throws: ProblemSet.Flaw.self) { try read(text) }
  }

  @Test func `bytes that are no text are refused or left out`() throws {
    #expect(throws: ProblemSet.Flaw.self) {
      try ProblemSet(Data([0xFF, 0xFE, 0x7B]), name: "set.jsonl")
    }
    let line = Data(#"{"problem": "a", "answer": "1"}"#.utf8)
    let set = try ProblemSet(Data([0xFF, 0x0A]) + line, name: "set.jsonl")
    #expect(set.problems.count == 1 && set.flaws.map(\.place) == [1])
  }

  @Test(arguments: [("gsm8k.jsonl", 1319), ("math500.jsonl", 500), ("aime24.jsonl", 30)])
  func `real data sets are read whole`(name: String, count: Int) throws {
    guard DataSet.exists(name) else { return }
    let set = try ProblemSet(try Data(contentsOf: DataSet.url(name)), name: name)
    #expect(set.problems.count == count && set.flaws.isEmpty)
    #expect(set.problems.allSatisfy { !$0.answer.contains("####") })
  }
}
