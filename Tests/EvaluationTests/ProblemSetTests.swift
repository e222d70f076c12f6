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

  @Test(arguments: [
    (#"{"QUESTION": "2 + 2?", "Answer": "4"}"#, "4"),
    (#"{"problem": "2 + 2?", "answer": null, "solution": "\\boxed{4}"}"#, "4"),
    (#"{"problem": "2 + 2?", "answer": "\\boxed{4}"}"#, "4"),
    (#"{"problem": ["2 + 2?"], "answer": ["4"], "subject": null}"#, "4"),
    (#"{"problem": "2 + 2?", "answer": 4, "subject": 3}"#, "4"),
    (
      #"{"problem": "2 + 2?", "answer": 123456789012345678901234567890.10}"#,
      "123456789012345678901234567890.10"
    ),
    (#"{"problem": "2 + 2?", "answer": -1.50e+3}"#, "-1.50e+3"),
    (#"{"data": [{"problem": "2 + 2?", "answer": "4"}]}"#, "4"),
    (#"{"version": 1, "rows": [{"row": {"problem": "2 + 2?", "answer": "4"}}]}"#, "4"),
    ("{\n \"problem\": \"2 + 2?\",\n \"answer\": \"4\"\n}", "4"),
    ("id,Problem,Answer\r\n7,2 + 2?,\"1,450\"\r\n", "1,450"),
    ("problem\tanswer\n2 + 2?\t4\n", "4"),
    ("problem;answer\n2 + 2?;4,5\n", "4,5"),
    ("id,problem,answer\n7,2 + 2?,4;5\n", "4;5"),
    (#"{"Answer": null, "answer": "4", "question": "2 + 2?"}"#, "4"),
    (#"{"answer": "4", "ANSWER": null, "question": "2 + 2?"}"#, "4"),
    (#"{"input": "2 + 2?", "target": 4}"#, "4"),
    (#"{"Body": "2", "Question": "+ 2?", "Answer": 4.0}"#, "4.0"),
    (#"{"question": "2 + 2?", "correct_answer": "4"}"#, "4"),
  ])
  func `what sets differ in does not matter`(text: String, answer: String) throws {
    #expect(try read(text).problems == [Problem(problem: "2 + 2?", answer: answer)])
  }

  @Test(arguments: [
    #"{"question": "Which?", "choices": ["red", "green", "blue"], "answer": 1}"#,
    #"{"question": "Which?", "choices": ["red", "green", "blue"], "answer": "B"}"#,
    #"{"question": "Which?", "options": ["A)red", "B)green", "C)blue"], "correct": "B"}"#,
    #"{"question": "Which?", "options": {"A": "red", "B": "green", "C": "blue"}, "answer": "green"}"#,
    #"{"question": "Which?", "choices": {"text": ["red", "green", "blue"], "label": ["A", "B", "C"]}, "answerKey": "B"}"#,
    #"{"question": "Which?", "choices": {"text": ["red", "green", "blue"], "label": ["1", "2", "3"]}, "answerKey": "2"}"#,
    #"{"question": "Which?", "choices": [{"label": "1", "text": "red"}, {"label": "2", "text": "green"}, {"label": "3", "text": "blue"}], "answerKey": "2"}"#,
    "question,A,B,C,answer\nWhich?,red,green,blue,B\n",
    #"{"question": {"stem": "Which?", "choices": [{"label": "A", "text": "red"}, {"label": "B", "text": "green"}, {"label": "C", "text": "blue"}]}, "answerKey": "B"}"#,
    #"{"question_stem": "Which?", "choices": ["red", "green", "blue"], "answerKey": "B"}"#,
    #"{"query": "Which?", "choices": ["(A) red", "(B) green", "(C) blue"], "gold": [1]}"#,
    #"{"question": "Which?", "opa": "red", "opb": "green", "opc": "blue", "cop": 1}"#,
    "question,option_a,option_b,option_c,answer\nWhich?,red,green,blue,b\n",
  ])
  func `choices are listed with their letters`(text: String) throws {
    let problem = try #require(try read(text).problems.first)
    #expect(problem.problem == "Which?\n\n(A) red\n(B) green\n(C) blue")
    #expect(problem.answer == "(B) green")
    for given in ["B", "(B)", "green", "(B) green", "\\text{B}"] {
      #expect(AnswerChecker.agree(given, problem.answer), "\(given)")
    }
    for given in ["A", "(A)", "red", "(A) green", "D"] {
      #expect(!AnswerChecker.agree(given, problem.answer), "\(given)")
    }
  }

  @Test func `of many choices each has a letter`() throws {
    let texts = (1...26).map { "\"\($0 * $0)\"" }.joined(separator: ", ")
    let set = try read(#"{"question": "?", "choices": [\#(texts)], "answer": 23}"#)
    #expect(set.problems.map(\.answer) == ["(X) 576"])
    #expect(AnswerChecker.agree("X", "(X) 576") && AnswerChecker.agree("576", "(X) 576"))
    #expect(!AnswerChecker.agree("(Y)", "(X) 576") && !AnswerChecker.agree("x", "(Y) 625"))
  }

  @Test func `a list within an object is found by its name, then in the order of names`() throws {
    let list = #"[{"problem": "a", "answer": "1"}]"#
    let other = #"[{"problem": "b", "answer": "2"}]"#
    for _ in 0..<8 {
      #expect(try read("{\"z\": \(other), \"m\": \(list)}").problems.map(\.problem) == ["a"])
      #expect(try read("{\"a\": \(other), \"data\": \(list)}").problems.map(\.problem) == ["a"])
    }
    // A problem with a list of its own is no list of problems.
    let problem = #"{"prompt": "c", "answer": "3", "notes": [{"problem": "a", "answer": "1"}]}"#
    #expect(try read(problem).problems.map(\.problem) == ["c"])
  }

  /// Each took seconds while runs were looked at again from every place in them.
  @Test(arguments: [
    String(repeating: "1-", count: 60_000), String(repeating: "[", count: 200_000),
    "{\"a\": " + String(repeating: "[", count: 200_000),
    "["
      + String(
        repeating: String(repeating: "[", count: 400) + String(repeating: "]", count: 400) + ",",
        count: 60) + "1]",
  ])
  func `hostile runs are refused soon`(text: String) {
    #expect(throws: ProblemSet.Flaw.self) { try read(text) }
  }

  @Test func `the right one of wrong answers beside it may stand anywhere`() throws {
    let rows = (0..<40).map { "\"Which, \($0)?\",yes,no 1,no 2,no 3" }
    let head = "Question,Correct Answer,Incorrect Answer 1,Incorrect Answer 2,Incorrect Answer 3"
    let text = ([head] + rows).joined(separator: "\n")
    let set = try read(text)
    #expect(set.problems.count == 40 && set.problems.allSatisfy { $0.answer.hasSuffix(") yes") })
    #expect(Set(set.problems.map { $0.answer.prefix(3) }).count == 4)
    #expect(try read(text) == set)
  }

  @Test(arguments: [
    (#"{"question": "?", "choices": ["1", "2", "3"], "answer": 2}"#, "(C) 3"),
    (#"{"question": "?", "choices": ["1", "2", "3"], "answer": "2"}"#, "(B) 2"),
    (#"{"problem": "?", "a": "1", "b": "2", "answer": "7"}"#, "7"),
  ])
  func `a number counts choices, digits are the text of one`(line: String, answer: String) throws {
    #expect(try read(line).problems.map(\.answer) == [answer])
  }

  @Test func `a file of values without a head is one of MMLU's`() throws {
    let set = try read("Which?,red,green,blue,white,B\nWhat?,1,2,3,4,D\n")
    #expect(set.problems.map(\.answer) == ["(B) green", "(D) 4"])
  }

  @Test func `a row of another length is left out and told`() throws {
    let set = try read("problem,answer\n\"a\nb\",1\nc\nd,2\n")
    #expect(set.problems.map(\.problem) == ["a\nb", "d"])
    #expect(
      set.flaws.map(\.description) == [
        "set.jsonl, line 4: there are 1 fields where the head has 2."
      ])
  }

  @Test func `values in quotes keep what is special (RFC 4180)`() {
    let rows = SeparatedValues.rows(
      in: "a, b ,\"c,\"\"d\"\"\r\ne\",\r\n\r\n5\" pipe,\"\",\u{2028},x", separator: ",")
    #expect(
      rows.map(\.fields) == [
        ["a", " b ", "c,\"d\"\r\ne", ""], ["5\" pipe", "", "\u{2028}", "x"],
      ])
    #expect(rows.map(\.line) == [1, 4])
  }

  @Test func `lines may end with a carriage return`() throws {
    let line = #"{"problem": "a", "answer": "1"}"#
    #expect(try read(line + "\r" + line + "\r").problems.count == 2)
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
