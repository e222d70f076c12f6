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

  /// What a terminal sends, in pieces, with pauses: whatever came, Ctrl-C is heard in the end.
  static let keys = FuzzTarget(
    "keys",
    texts: [
      "abc\u{1B}[A\u{1B}OP\u{1B}[<0;3;4M", "\u{1B}[200~pasted\ntext\u{1B}[201~x",
      "\u{1B}]11;rgb:ffff/0000/0000\u{7}", "\u{1B}P1$r0m\u{1B}\\", "\u{1B}[97;5u\u{1B}[1;2A",
    ].map { $0 }
  ) { text in
    var decoder = KeyDecoder()
    var messages: [Message] = []
    for (place, piece) in text.utf8.split(separator: 0xFF).enumerated() {
      messages += decoder.feed(piece)
      if place.isMultiple(of: 2), decoder.patience != nil { messages += decoder.timeOut() }
    }
    while decoder.patience != nil { messages += decoder.timeOut() }
    let last = decoder.feed([0x03]) + decoder.timeOut()
    guard case .key(let key)? = last.last else { preconditionFailure("Ctrl-C was not heard") }
    precondition(key == Key(name: "Ctrl-C"))
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
    var step = StepCommitted(
      step: 1, by: .draft, status: .draftAccepted, text: text, tokens: 1, seconds: 1, cut: false)
    step.contextTokens = 1
    var events = [Event(time: 0, kind: .turnStarted(TurnStarted(turn: 1, prompt: text)))]
    events.append(Event(time: 1, kind: .stepCommitted(step)))
    events.append(
      Event(
        time: 2,
        kind: .answer(Answer(text: text, boxed: nil, by: .base, tokens: 1, seconds: 1))))
    draw(events)
  }

  /// Files of problems.
  static let problems = FuzzTarget(
    "problems",
    texts: [
      #"{"problem": "1 + 1?", "answer": "2"}"#, #"[{"question": "q", "answer": "a #### 3"}]"#,
      #"{"problem": "p", "solution": "so \\boxed{\\frac12}"}"#,
    ]
  ) { text in
    _ = try? ProblemSet(Data(text.utf8), name: "problems.jsonl")
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

  /// Draws the screen after `events`, at a wide and at a narrow size.
  private static func draw(_ events: [Event]) {
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
