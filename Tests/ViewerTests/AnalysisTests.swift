import Testing
import Traces

@testable import Viewer

/// What takes a step and a turn apart: the step pane, the tokens, what-if and the waterfall.
struct AnalysisTests {
  private static let sizes = [(120, 36), (80, 24), (40, 10)]

  private static func solved(_ columns: Int, _ rows: Int) -> Script {
    var script = Script(columns: columns, rows: rows)
    script.play([Run.started] + Run.turn())
    script.press(.tab)
    return script
  }

  /// Step 1 as the draft model wrote it, with a probability for each token.
  private static func drafted(_ columns: Int, _ rows: Int) -> Script {
    var script = Script(columns: columns, rows: rows)
    let tokens: [(text: String, logprob: Double?)] = [
      ("So", 0), (" 2", -0.2), (" bolts", -3), ("\u{1B}[2J", -0.9), (" 漢字", nil),
    ]
    script.play(
      [Run.started, Event(time: 1, kind: .turnStarted(TurnStarted(turn: 1, prompt: "p")))]
        + tokens.map {
          Event(
            time: 2,
            kind: .token(
              TokenEvent(step: 1, by: .draft, text: $0.text, logprob: $0.logprob)))
        })
    script.press(.tab)
    return script
  }

  // MARK: The step pane

  @Test func `the judge's digits are a tall chart where there is room, a low one where not`() {
    func rowsOfBars(_ script: Script) -> Int {
      script.lines.map { $0.drop { $0 != "│" }.split(separator: "│").last ?? "" }
        .count {
          $0.contains { "▁▂▃▄▅▆▇█".contains($0) } && $0.allSatisfy { " ▁▂▃▄▅▆▇█".contains($0) }
        }
    }
    var tall = Self.solved(120, 50)
    tall.type("k")
    #expect(rowsOfBars(tall) >= 3)
    #expect(tall.shows(" 0  1  2  3  4  5  6  7  8  9 "))
    var low = Self.solved(120, 24)
    low.type("k")
    #expect(rowsOfBars(low) == 1)
  }

  @Test func `a second judge's opinion stands beside the first`() {
    var script = Script(columns: 120, rows: 50)
    var events = [Run.started] + Run.turn()
    for index in events.indices {
      guard case .stepJudged(var judged) = events[index].kind, judged.step == 3 else { continue }
      var other = judged
      other.score = 8
      judged.second = StepJudged.SecondOpinion(other, by: .short)
      events[index].kind = .stepJudged(judged)
    }
    script.play(events)
    #expect(script.shows("second judge (short) 8.0"))
    #expect(script.shows("the judges disagree"))
  }

  @Test func `other drafts of a step stand in its pane, and the waterfall has all of them`() {
    var script = Script(columns: 120, rows: 50)
    script.play([Run.started] + Run.turnWithThreeDrafts)
    script.type("k")
    for line in ["draft-accepted", "other drafts", "6.5  A worse one.", "–   the same"] {
      #expect(script.shows(line), "\(line)")
    }
    #expect(script.shows("other    20 tok"))
    let timeline = Timeline(turn: script.state.run.turns.first, now: 9)
    #expect(timeline.spans.filter { $0.lane == .draft }.map(\.isDiscarded) == [true, false, true])
    #expect(timeline.spans.filter { $0.lane == .judge }.map(\.tokens) == [60])
  }

  @Test func `several drafts of a step are told by their numbers`() {
    var teller = LinearTeller()
    let lines = Run.turnWithThreeDrafts.flatMap { teller.lines(for: $0) }
    #expect(lines.contains("step 1, draft 1: A worse one."))
    #expect(lines.contains("step 1, draft 2: The right one."))
    #expect(lines.contains("step 1: draft 2 accepted, score 8.0, threshold 7.0"))
  }

  @Test func `token level speculation of a step is told`() {
    var script = Script(columns: 120, rows: 50)
    var events = [Run.started] + Run.turn()
    for index in events.indices {
      guard case .stepCommitted(var committed) = events[index].kind, committed.step == 3 else {
        continue
      }
      committed.speculation = TokenSpeculation(
        proposed: 12, accepted: 9, passes: 4, draftSeconds: 0.1)
      events[index].kind = .stepCommitted(committed)
    }
    script.play(events)
    #expect(script.shows("9 of 12 draft tokens"))
  }

  // MARK: Tokens

  @Test func `h shows a step's tokens with bars and the least probable ones as numbers`() {
    var script = Self.drafted(120, 36)
    script.type("h")
    #expect(script.shows("draft  5 tokens"))
    #expect(script.shows("“ bolts” 5%"))
    let text = script.lines.firstIndex { $0.contains("│ So 2 bolts") }
    let bars = text.map { script.lines[$0 + 1] } ?? ""
    #expect(bars.contains("│ ██ ▇ ▁▁▁▁▁"), "\(bars)")
    script.type("h")
    #expect(!script.shows("  mean "))
  }

  @Test func `where the step pane is hidden, h opens it`() {
    var script = Self.drafted(80, 24)
    #expect(!script.shows("5 tokens"))
    script.type("h")
    #expect(script.shows("5 tokens"))
  }

  @Test func `tokens whose probabilities nobody told say so`() {
    var script = Self.solved(120, 36)
    script.type("h")
    #expect(script.shows("probabilities unknown"))
  }

  // MARK: Scrolling the step pane

  @Test func `Tab goes on to the step pane, whose arrows scroll it`() {
    var script = Self.solved(120, 24)
    script.press(.tab)
    #expect(script.shows("Step 3"))
    #expect(script.shows("draft-rejected                   │"))
    let below = script.lines.first { $0.contains("↓ ") }
    #expect(below?.contains("Run") == true)
    for _ in 0..<40 { script.press(.down) }
    #expect(!script.shows("judge 2.4 of 9"))
    #expect(script.shows("{+3+} bolts."))
    #expect(!script.shows("↓ 1") && script.shows("─ ↑ "))
    script.press(.home)
    #expect(script.shows("judge 2.4 of 9"))
    // Another step begins at its own top.
    script.press(.end)
    script.press(.tab)
    script.press(.tab)
    script.press(.up)
    #expect(script.shows("Step 2"))
    #expect(script.shows("✓ draft-accepted                   │"))
  }

  @Test func `the wheel scrolls what is under the pointer`() {
    var script = Self.solved(120, 24)
    let wheel = MouseEvent.Kind.wheel(Key(.wheelDown))
    script.send(.mouse(MouseEvent(wheel, Position(column: 100, row: 5))))
    #expect(!script.shows("✗ draft-rejected                   │"))
    let conversation = script.lines.map { $0.prefix(80) }
    script.send(.mouse(MouseEvent(wheel, Position(column: 100, row: 22))))
    #expect(script.lines.map { $0.prefix(80) } == conversation)
  }

  // MARK: What-if and waterfall

  @Test func `what-if tells the histogram, what would flip, and where the run becomes another`() {
    var script = Self.solved(120, 36)
    script.type("w")
    #expect(script.shows("What-if at τ 7.0 (est.)"))
    #expect(script.shows("No decision would change."))
    for _ in 0..<4 { script.type("]") }
    #expect(script.shows("What-if at τ 9.0 (est.)"))
    #expect(script.shows("would flip: [1 ✗]"))
    #expect(script.shows("From step 1 on this is counterfactual."))
    #expect(script.commands.contains(.control(.setThreshold(9))))
  }

  @Test func `what-if shows the scores of the base model's own steps beside those of drafts`() {
    var script = Self.solved(120, 40)
    script.type("w")
    #expect(script.shows("scores") && !script.shows("base's own"))
    script.press(.escape)
    for (time, score) in [(20.0, 6.2), (21, 6.4), (22, 9)] {
      let judged = StepJudged(
        step: 3, score: score, greedy: nil, average: score, probabilities: [], readable: true,
        promptTokens: 0, seconds: 0)
      script.play([
        Event(time: time, kind: .stepScored(StepScored(judged, by: script.state.run.options.judge)))
      ])
    }
    script.type("w")
    #expect(script.shows("drafts"))
    // One score a step counts, the last: its bar is the only one, at the right end.
    let row = script.lines.first { $0.contains("base's own") } ?? ""
    #expect(row.contains("██") && row.filter { $0 == "█" }.count == 2)
    #expect(row.replacing("││", with: "").trimmingCharacters(in: .whitespaces).contains("██ "))
  }

  @Test func `the waterfall has a lane for each kind of work, and zooms`() {
    var script = Self.solved(120, 36)
    script.type("t")
    for lane in Timeline.Lane.allCases { #expect(script.shows("│ \(lane.rawValue) ")) }
    #expect(script.shows("│0.0 ms"))
    #expect(script.shows("│2.00 s"))
    script.type("+")
    #expect(script.shows("Waterfall 2×"))
    #expect(script.shows("│1.00 s"))

  }

  @Test func `the waterfall's cursor walks over the work and leads to its step`() {
    var script = Self.solved(120, 36)
    script.type("t")
    #expect(script.shows("← → walk"))
    script.press(.right)
    #expect(script.shows("◆ step 1 draft  10 tokens  0.20 s"))
    script.press(.right, .right)
    #expect(script.shows("◆ step 2 draft"))
    script.type("+++")
    #expect(script.shows("Waterfall 8×"))
    #expect(script.shows("◆ step 2 draft"))
    let chosen = render(script.state).cells.filter {
      $0.style == script.state.terminal.theme[.timeDraft] && $0.text == "◆"
    }
    #expect(!chosen.isEmpty)
    script.press(.right, .right, .right, .right)
    #expect(script.shows("◆ step 3 judge  30 tokens"))
    for _ in 0..<9 { script.press(.left) }
    #expect(script.shows("◆ step 1 draft"))
    for _ in 0..<2 { script.press(.right) }
    script.press(.enter)
    #expect(!script.shows("Waterfall"))
    #expect(script.shows("┬─ Step 2 ─"))
  }

  @Test func `what-if walks over the flips, and Enter shows the step`() {
    var script = Self.solved(120, 36)
    script.type("w")
    script.press(.enter)
    #expect(script.footer.contains("No decision would change"))
    for _ in 0..<4 { script.type("]") }
    script.play([Event(time: 30, kind: .control(.setThreshold(9)))])
    #expect(script.shows("would flip: [1 ✗]"))
    for _ in 0..<18 { script.type("[") }
    script.play([Event(time: 30, kind: .control(.setThreshold(0)))])
    #expect(script.shows("would flip: [3 ✓]"))
    script.press(.down)
    #expect(script.shows("would flip: [3 ✓]"))
    script.press(.up, .enter)
    #expect(!script.shows("What-if"))
    #expect(script.shows("┬─ Step 3 ─"))
  }

  @Test func `the spine underlines what another threshold makes counterfactual`() {
    var script = Self.solved(120, 36)
    func underlined() -> [Bool] {
      render(script.state).row(33).dropFirst(2).prefix(3).map {
        $0.style.attributes.contains(.underline)
      }
    }
    #expect(underlined() == [false, false, false])
    script.play([Event(time: 30, kind: .control(.setThreshold(9)))])
    #expect(underlined() == [true, true, true])
    script.play([Event(time: 31, kind: .control(.setThreshold(2)))])
    #expect(underlined() == [false, false, true])
  }

  // MARK: The header

  @Test(arguments: sizes)
  func `work that takes long has a bar in the header`(columns: Int, rows: Int) {
    var script = Self.solved(columns, rows)
    script.send(.progress(WorkProgress(label: "prefill of 4000 tokens", share: 0.25)))
    let whole = "prefill of 4000 tokens ▕██▌░░░░░░░▏ 25%"
    #expect(script.lines[0].hasSuffix(columns > 40 ? whole : "25%"))
    script.send(.progress(WorkProgress(label: "loading \u{1B}[2J\n漢字", share: .nan)))
    #expect(!script.lines[0].contains("\u{1B}"))
    script.send(.progress(nil))
    #expect(script.lines[0].contains("● idle"))
  }

  // MARK: The run pane

  @Test func `the run pane tells how full the context is, and the memory`() {
    var script = Script(columns: 120, rows: 36)
    var events = [Run.started] + Run.turn()
    for index in events.indices {
      switch events[index].kind {
      case .runStarted(var started):
        started.context = 4096
        events[index].kind = .runStarted(started)
      case .stepCommitted(var committed):
        committed.contextTokens = 100 * committed.step
        events[index].kind = .stepCommitted(committed)
      default: break
      }
    }
    script.play(events)
    #expect(script.shows("context 300/4096 (7%)"))
    #expect(!script.shows("memory "))
    script.send(.memory(1_234_000_000))
    #expect(script.shows("memory 1.2 GB"))
  }

  @Test(arguments: sizes)
  func `both fit every screen, in ASCII too`(columns: Int, rows: Int) {
    for key in ["w", "t", "h"] {
      var script = Self.solved(columns, rows)
      script.type(key)
      let lines = render(script.state).inASCII.lines
      #expect(lines.allSatisfy { $0.count <= columns && $0.allSatisfy(\.isASCII) })
    }
  }

  @Test func `a turn shorter than its work is drawn`() {
    var script = Script(columns: 80, rows: 24)
    var events = [Run.started] + Run.turn()
    for index in events.indices {
      guard case .turnEnded(var ended) = events[index].kind else { continue }
      ended.seconds = 1e-12
      events[index].kind = .turnEnded(ended)
    }
    script.play(events)
    script.press(.tab)
    script.type("t++++++")
    #expect(script.shows("Waterfall"))
  }
}
