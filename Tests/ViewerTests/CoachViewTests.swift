import TestSupport
import Testing
import Traces

@testable import Viewer

/// What the screen says about the threshold, and after a budget stop.
struct CoachViewTests {
  /// A turn whose judge gave `scores`, of which none reaches τ 7.
  private static func judged(_ scores: [Double]) -> [Event] {
    Run.turn(
      steps: scores.enumerated().map {
        Run.Step(text: "Step \($0.offset).", score: $0.element, rewrite: "Other \($0.offset).")
      })
  }

  /// A run whose digits become a score by their average.
  private static let started = [
    Run.started, Event(time: 0, kind: .control(.set(.of("score", "average")))),
  ]

  private static let real = judged([4.7, 5.1, 5.3, 5.4, 5.6, 5.9, 6.2])

  /// The same, by a judge that is unsure of its digits.
  private static func unsure(_ events: [Event]) -> [Event] {
    events.map { event in
      guard case .stepJudged(var judged) = event.kind else { return event }
      judged.probabilities = [Double](repeating: 0.1, count: 10)
      return Event(time: event.time, kind: .stepJudged(judged))
    }
  }

  private static func script(_ columns: Int, _ events: [Event]) -> Script {
    var script = Script(columns: columns, rows: 30)
    script.play(Self.started + events)
    return script
  }

  @Test(arguments: [
    (120, "your judge gives 4.7–6.2: at τ 7.0 nothing passes; 5.5 accepts 3 of 7; = sets it"),
    (80, "judge 4.7–6.2, nothing at τ 7.0; 5.5 accepts 3 of 7; = sets it"),
    (60, "τ 5.5 accepts 3 of 7; = sets it"), (40, "= sets τ 5.5"),
  ])
  func `the coach says in one line what to do`(columns: Int, line: String) {
    let script = Self.script(columns, Self.real)
    #expect(script.footer.contains(line), "\(script.footer)")
    #expect(script.lines.allSatisfy { DisplayText($0).width <= columns })
  }

  @Test(arguments: 41...140)
  func `the line is as long as there is room, wherever keys go`(columns: Int) {
    for focus in [ViewerState.Focus.composer, .conversation] {
      var script = Script(columns: columns, rows: 30)
      script.state.focus = focus
      script.play(Self.started + Self.real)
      let footer = script.footer
      #expect(footer.contains("5.5") && !footer.contains("…"), "\(footer)")
      let line = script.state.coachLine(columns: script.state.noticeColumns)
      #expect(line == script.state.notice?.text)
    }
  }

  @Test func `what is kept of the coach is what it would say anew`() {
    var random = SeededGenerator(seed: 4)
    for _ in 0..<20 {
      var script = Script(columns: 120, rows: 30)
      var events = Self.started
      for turn in 1...3 {
        events += Run.turn(
          turn,
          steps: (0..<Int.random(in: 1...5, using: &random)).map { _ in
            let score = Double(Int.random(in: 0...18, using: &random)) / 2
            let rewrite = ["So.", "Other.", nil].randomElement(using: &random) ?? nil
            return Run.Step(text: "So.", score: score, rewrite: rewrite)
          })
        events.append(
          Event(
            time: Double(turn) * 10 + 5,
            kind: .branchStarted(BranchStarted(turn: turn, branch: 1, parent: 0, keeps: 1))))
      }
      for event in events {
        script.play([event])
        switch Int.random(in: 0..<10, using: &random) {
        case 0: script.type("[")
        case 1: script.play([Event(time: 90, kind: .control(.setThreshold(3)))])
        case 2: script.play([Event(time: 90, kind: .control(.set(.of("score", "greedy"))))])
        default: break
        }
        script.state.settle()
        let anew = Coach(script.state.run, threshold: script.state.thresholdInForce)
        #expect(script.state.coach == anew)
      }
    }
  }

  @Test func `it speaks up at the third judged step, and not again until that changes`() {
    var script = Script(columns: 120, rows: 30)
    var said: [String] = []
    // In the conversation, where a key that changes nothing takes the line away.
    script.press(.tab)
    for event in Self.started + Self.real {
      script.play([event])
      if case .stepCommitted = event.kind {
        said.append(script.footer.contains("judge") ? "said" : "")
        script.press(.end)
      }
    }
    #expect(said == ["", "", "said", "", "", "", ""])
    #expect(script.footer.contains("nothing passes"), "and once more at the end")
  }

  @Test func `a word about something else stays`() {
    var script = Script(columns: 120, rows: 30)
    script.play(Self.started + Self.real.dropLast())
    script.press(.escape)
    script.send(.told("The run is not saved.", isWarning: true))
    script.play([Self.real[Self.real.count - 1]])
    #expect(script.footer.contains("not saved"))
  }

  @Test func `= sets what is suggested, and says why not where nothing is`() {
    var script = Self.script(120, Self.real)
    script.type("=")
    #expect(script.commands == [.control(.setThreshold(5.5))])
    var early = Self.script(120, Self.judged([5, 6]))
    early.type("=")
    #expect(early.commands.isEmpty)
    #expect(early.footer.contains("needs 3 judged steps"))
    var good = Script(columns: 120, rows: 30)
    good.play(Self.started + Run.turn())
    good.type("=")
    #expect(good.commands.isEmpty && good.footer.contains("nothing speaks for another"))
    var flat = Self.script(120, Self.unsure(Self.judged([5, 5.1, 5.2, 5.6, 5.9])))
    flat.type("=")
    #expect(flat.commands.isEmpty && flat.footer.contains("your judge is flat"))
  }

  @Test func `what-if suggests nothing where the judge is flat`() {
    var events = Self.unsure(Self.judged([5, 5.1, 5.2, 5.6, 5.9]))
    // A rewrite that says the same speaks for its draft; a flat judge would score a wrong one alike.
    for place in events.indices {
      guard case .stepCommitted(var kept) = events[place].kind, kept.step == 1 else { continue }
      kept.text = "Step 0."
      events[place].kind = .stepCommitted(kept)
    }
    var script = Self.script(120, events)
    script.press(.tab)
    script.type("w")
    #expect(script.shows("your judge is flat"))
    #expect(!script.shows("speaks for"))
  }

  @Test func `a flat judge is called so, with something else to try`() {
    let script = Self.script(120, Self.unsure(Self.judged([5, 5.1, 5.2, 5.6, 5.9])))
    #expect(
      script.footer.contains(
        "your judge is flat, 5.0–5.9 in 5 steps: no τ tells good from bad; "
          + "try /set judge likelihood"))
    let narrow = Self.script(60, Self.unsure(Self.judged([5, 5.1, 5.2, 5.6, 5.9])))
    #expect(narrow.footer.contains("flat judge, 5.0–5.9: no τ helps"))
  }

  @Test func `the gauge shades where the scores lie`() {
    #expect(Self.script(120, Self.real).lines[0].contains("▕█████▓▓▊░░▏"))
    #expect(Self.script(120, Self.judged([5, 6])).lines[0].contains("▕███████▊░░▏"))
    var ascii = Script(columns: 120, rows: 30, access: Access(usesASCII: true))
    ascii.play(Self.started + Self.judged([5, 7.5, 8.5]))
    #expect(ascii.lines[0].contains("#####%%%::"))
  }

  @Test func `the run pane keeps the coach's words`() {
    var script = Self.script(120, Self.real)
    script.press(.escape)
    #expect(!script.footer.contains("judge"))
    #expect(script.shows("5.5 accepts 3 of 7"))
  }

  @Test func `a replay says the same without a key`() {
    var script = Script(columns: 120, rows: 30)
    script.send(.recorded(Self.started + Self.real))
    for _ in 0..<400 { script.send(.elapsed(0.1)) }
    #expect(script.footer.contains("5.5 accepts 3 of 7"))
    #expect(!script.footer.contains("sets it"))
    script.type("=")
    #expect(script.commands.isEmpty)
  }

  @Test func `what-if says nothing for a threshold where nothing speaks for it`() {
    var script = Self.script(120, Self.real)
    script.press(.tab)
    script.type("w")
    #expect(script.shows("Nothing in this turn speaks for another τ."))
    #expect(!script.shows("This turn speaks for"))
    #expect(script.shows("Of the run: your judge gives 4.7–6.2"))
    var same = Script(columns: 120, rows: 40)
    same.play(
      Self.started
        + Run.turn(steps: [
          .init(text: "Good.", score: 9), .init(text: "Same.", score: 6.2, rewrite: "Same."),
        ]))
    same.press(.tab)
    same.type("w")
    #expect(same.shows("This turn speaks for τ 6.0."))
  }

  // MARK: The budget

  @Test func `after a budget stop Enter goes on with as much again`() {
    var script = Self.script(80, Run.turn(stop: .budget))
    #expect(script.shows("Enter goes on with as much budget again"))
    #expect(script.shows("stopped: the token budget is used up; the answer is cut"))
    script.press(.enter)
    #expect(script.commands == [.control(.steer(.extend))])
    var work = Self.script(80, Run.turn(stop: .workBudget))
    work.type("/more")
    work.press(.enter)
    #expect(work.commands == [.control(.steer(.extend))])
  }

  @Test func `after any other end it does not, and a new problem can always be sent`() {
    var answered = Self.script(80, Run.turn())
    answered.press(.enter)
    #expect(answered.commands.isEmpty)
    #expect(answered.footer.contains("Write a problem first."))
    var stopped = Self.script(80, Run.turn(stop: .budget))
    stopped.type("Another?")
    stopped.press(.enter)
    #expect(stopped.commands == [.submit("Another?")])
    var race = Self.script(80, Run.turn(stop: .budget))
    race.send(.engine(.failed("The models are gone.")))
    race.press(.enter)
    #expect(race.commands.isEmpty)
  }

  @Test func `without a screen an empty line goes on, and the coach has its line`() {
    var viewer = LinearViewer(ViewerState(engine: .ready))
    for event in Self.started { _ = viewer.update(.event(event)) }
    var lines: [String] = []
    for event in Run.turn(
      steps: [5, 6, 6.5].map { Run.Step(text: "a", score: $0, rewrite: "b \($0)") }, stop: .budget)
    { lines += viewer.update(.event(event)).lines }
    #expect(
      lines.suffix(2) == [
        "your judge gives 5.0–6.5: at τ 7.0 nothing passes; 6.5 accepts 1 of 3; /suggested sets it",
        "An empty line goes on with as much budget again.",
      ])
    #expect(viewer.enter("").commands == [.control(.steer(.extend))])
  }
}
