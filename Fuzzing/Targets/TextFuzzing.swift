import Evaluation
import Foundation
import Reports
import Traces

@testable import Terminal
@testable import Viewer

extension FuzzTarget {
  /// A trace: reading it, every figure, every export.
  static let trace = FuzzTarget(
    "trace", seeds: files(in: "Tests/ReportsTests/Fixtures", "steered.jsonl", "options.jsonl")
  ) { bytes in
    guard let trace = try? TraceFile(Data(bytes)) else { return }
    for event in trace.events { _ = try? TraceCoding.line(event) }
    _ = HTMLExport.document(of: trace.run)
    _ = MarkdownExport.document(of: trace.run)
    _ = SVGExport.document(of: trace.run)
    _ = try? JSONExport.document(of: trace.run)
    draw(trace.events)
  }

  /// Settings, keys and themes.
  static let toml = FuzzTarget(
    "toml",
    seeds: files(in: "themes", ".toml") + [
      Array("accept = [\"Enter\"]\n[composer]\nsend = [\"Ctrl-J\"]\n".utf8),
      Array("threshold = 6.5\n[run]\nseed = 3\nbase = '~/x'\n".utf8),
    ]
  ) { bytes in
    let text = String(decoding: bytes, as: UTF8.self)
    _ = try? TOMLDocument.table(text)
    _ = KeyFile(text, name: "keys.toml").problems.map { "\($0)" }
    var parser = ThemeParser(theme: "theme.toml")
    _ = parser.parse(text)
    _ = parser.mistakes.map { "\($0)" }
  }

  /// A model's text on the screen: Markdown, LaTeX, any scalars.
  static let text = FuzzTarget(
    "text",
    texts: [
      "# A\n\n- *b* **c** `d`\n1. e\n\n| a | b |\n|---|---|\n| 1 | 2 |",
      "\\(\\frac{1}{2} \\sqrt{x^2}\\) $$\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}$$ \\boxed{7}",
      "```python\nx = 1\n\nprint('x')\n```\n漢字 e\u{301}\u{200D}\u{1F600}\u{202E}",
    ]
  ) { text in
    let events = turn(of: text)
    draw(events)
  }

  /// Files of problems.
  static let problems = FuzzTarget(
    "problems",
    texts: [
      #"{"problem": "1 + 1?", "answer": "2"}"#, #"[{"question": "q", "answer": "a #### 3"}]"#,
      #"{"problem": "p", "solution": "so \\boxed{\\frac12}"}"#,
      "question,answer\r\n\"a, \"\"b\"\"\nc\",3\r\n", "problem\tanswer\n1 + 1?\t2\n",
      "Which?,one,two,three,four,B\n",
      #"{"data": [{"question": "q", "choices": ["a"], "answer": 0}]}"#,
    ]
  ) { text in
    for flaw in (try? ProblemSet(Data(text.utf8), name: "problems.jsonl"))?.flaws ?? [] {
      _ = "\(flaw)"
    }
  }

  /// Two answers, parted by a NUL, and all of it as a model's text and as a file of pairs.
  static let answers = FuzzTarget(
    "answers",
    texts: [
      "\\frac{1}{2}\u{0}0.5", "2\\sqrt{3}\u{0}\\sqrt{12}", "(1, 2]\u{0}1 < x \\le 2",
      "x^2+2x+1\u{0}(x+1)^2", "12\\text{ cm}\u{0}12", "\\{1,2\\}\u{0}2 and 1",
      "So \\boxed{5}. The **answer** to it is: 5\n#### 5", "given\texpected\n5\t5\n",
      #"{"given": "5", "expected": 5}"#, "expected,given\r\n\"5, 6\",5",
    ]
  ) { text in
    _ = GivenAnswer(in: text)
    _ = AnswerPair.pairs(in: Data(text.utf8))
    let parts = text.split(separator: "\u{0}", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else { return }
    _ = AnswerChecker.agree(String(parts[0]), String(parts[1]))
  }

  /// Result files of the published script, and the trace that comes of them.
  static let results = FuzzTarget(
    "results", seeds: files(in: "Tests/TracesTests/Fixtures/results", ".pickle", ".txt")
  ) { bytes in
    guard let result = try? PublishedResult(Data(bytes)) else { return }
    let events = result.events(
      .init(prompt: "p", base: "b", draft: "d", threshold: 7, source: "f", version: "1"))
    for event in events { _ = try? TraceCoding.line(event) }
  }

  /// A turn whose step and answer are `text`.
  static func turn(of text: String) -> [Event] {
    let step = StepCommitted(
      step: 1, by: .draft, status: .draftAccepted, text: text, tokens: 1, seconds: 1, cut: false)
    let answer = Answer(text: text, boxed: nil, by: .base, tokens: 1, seconds: 1)
    return [
      Event(time: 0, kind: .turnStarted(TurnStarted(turn: 1, prompt: text))),
      Event(time: 1, kind: .stepCommitted(step)), Event(time: 2, kind: .answer(answer)),
    ]
  }

  /// Draws the screen after `events`, at a wide and at a narrow size.
  static func draw(_ events: [Event]) {
    for size in [Size(columns: 100, rows: 40), Size(columns: 31, rows: 9)] {
      var state = ViewerState(size: size, engine: .ready)
      for event in events { _ = update(&state, .event(event)) }
      let canvas = render(state)
      for row in 0..<size.rows {
        precondition(canvas.row(row).reduce(0) { $0 + $1.width } == size.columns)
      }
    }
  }
}
