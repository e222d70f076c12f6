// How long the viewer takes for a long run that streams fast.
//
//   swift run -c release ViewerBenchmark
//
// A run of 2,000 steps and 200,000 tokens comes at 2,000 tokens a second of its own time, which is
// 67 tokens a frame at 30 frames a second. What is measured is the work of each frame: taking in
// the events, laying out what changed, drawing the canvas, and comparing it with the frame before.

import Foundation
import Traces
import Viewer

let steps = 2_000
let tokensPerStep = 100
let tokensPerFrame = 67

func events() -> [Event] {
  let words = [
    "the ", "robe ", "takes ", "2 ", "bolts ", "of ", "\\frac{1}{2} ", "× ", "漢字 ", "so ",
  ]
  var options = RunOptions()
  options.mode = .reason
  options.budget = 1 << 20
  options.seed = 1
  var events = [
    Event(
      time: 0,
      kind: .runStarted(
        RunStarted(
          version: "1", base: ModelDescription(name: "base", source: "base.gguf"),
          draft: ModelDescription(name: "draft", source: "draft.gguf"),
          options: options, machine: "benchmark", baseSecondsPerToken: 0.002))),
    Event(time: 0, kind: .turnStarted(TurnStarted(turn: 1, prompt: "How many bolts?"))),
  ]
  var time = 0.0
  for number in 1...steps {
    var text = ""
    let isRejected = number % 4 == 0
    for index in 0..<tokensPerStep {
      let word = words[(number + index) % words.count]
      text += word
      time += 1.0 / 2_000
      let isRewrite = isRejected && index >= tokensPerStep / 2
      events.append(
        Event(
          time: time,
          kind: .token(
            TokenEvent(
              step: number, by: isRewrite ? .base : .draft, text: word, id: index, logprob: -0.5))))
      guard index == (isRejected ? tokensPerStep / 2 - 1 : tokensPerStep - 1) else { continue }
      let digit = isRejected ? 3 : 8
      var probabilities = [Double](repeating: 0, count: 10)
      probabilities[digit] = 1
      events += [
        .stepDrafted(
          StepDrafted(step: number, text: text, tokens: index + 1, seconds: 0.03, cut: false)),
        .stepJudged(
          StepJudged(
            step: number, score: Double(digit), greedy: digit, average: Double(digit),
            probabilities: probabilities, readable: true, promptTokens: 20, seconds: 0.004)),
        .stepDecided(
          StepDecided(
            step: number, verdict: isRejected ? .rejected : .accepted, threshold: 7, by: .judge,
            reason: "score")),
      ].map { Event(time: time, kind: $0) }
    }
    events.append(
      Event(
        time: time,
        kind: .stepCommitted(
          StepCommitted(
            step: number, by: isRejected ? .base : .draft,
            status: isRejected ? .baseRegenerated : .draftAccepted, text: text,
            tokens: isRejected ? tokensPerStep / 2 : tokensPerStep, seconds: 0.05,
            decodeSeconds: 0.04, cut: false))))
  }
  return events
}

/// The whole run in frames of `size`; `prepare` is what the person did before.
func measure(_ name: String, size: Size, prepare: (inout ViewerState) -> Void = { _ in }) {
  let events = events()
  var state = ViewerState(size: size, engine: .ready)
  prepare(&state)
  var shown = render(state)
  var milliseconds: [Double] = []
  var changedCells = 0
  var waiting = 0
  var start = ContinuousClock.now
  for event in events {
    _ = update(&state, .event(event))
    if case .token = event.kind { waiting += 1 }
    guard waiting == tokensPerFrame else { continue }
    state.settle()
    let canvas = render(state)
    changedCells += zip(canvas.cells, shown.cells).reduce(0) { $0 + ($1.0 == $1.1 ? 0 : 1) }
    shown = canvas
    milliseconds.append((ContinuousClock.now - start) / .milliseconds(1))
    waiting = 0
    start = .now
  }
  let last = milliseconds.suffix(300).sorted()
  let sorted = milliseconds.sorted()
  func percentile(_ share: Double, of values: [Double]) -> String {
    String(format: "%.2f", values[min(values.count - 1, Int(share * Double(values.count)))])
  }
  print(
    "\(name): \(milliseconds.count) frames, ms p50 \(percentile(0.5, of: sorted)), "
      + "p99 \(percentile(0.99, of: sorted)), max \(percentile(1, of: sorted)); last 300: p50 "
      + "\(percentile(0.5, of: last)), p99 \(percentile(0.99, of: last)); "
      + "\(changedCells / milliseconds.count) cells a frame")
}

let large = Size(columns: 120, rows: 36)
measure("120×36", size: large)
measure("80×24", size: Size(columns: 80, rows: 24))
measure("120×36, scrolled back", size: large) { state in
  _ = update(&state, .key(Key(.home)))
}
