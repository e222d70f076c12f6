import TestSupport
import Testing
import Traces

struct SettingTests {
  private static let values: [Setting] = [
    .of("score", "greedy"), .of("judge", "likelihood"), .of("unreadable", "ask"),
    .of("adapt", "speedup=2.5"), .of("adapt", "off"), .of("first-base-steps", "3"),
    .of("budget", "4096"), .of("work-budget", "9999"), .of("work-budget", "off"),
    .of("thinking-budget", "512"), .of("thinking-budget", "off"), .of("temperature", "0.65"),
    .of("top-p", "0.9"), .of("top-k", "40"), .of("min-p", "0.05"),
    .of("seed", "18446744073709551615"), .of("seed", "5000000000000000"),
    .of("system", "Be brief.\nShow τ."), .of("system", "off"), .of("threshold", "6"),
    .of("mode", "base"), .of("ahead", "on"), .of("lookahead", "4"), .of("candidates", "3"),
    .of("second-judge", "prefix"), .of("second-judge", "off"), .of("threshold-bounds", "3,8.5"),
    .of("judge-question", "Is it right?"), .of("judge-opening", "Digit: "),
    .of("step-limit", "64"), .of("earlier-turns", "2"), .of("thinking", "off"),
    .of("thinking", "high"), .of("glimpse", "1.25"),
    .of("glimpse", "off"), .of("cascade", "confidence,2.0,8.5"), .of("cascade", "off"),
    .of("triggers", "reflection,verification,returns=15,perplexity=1.01"),
    .of("triggers", "off"), .of("stitch", "1.5"),
  ]

  @Test func `every option is among the values tried here`() {
    #expect(Set(Self.values.map(\.option.name)) == Set(RunOption.all.map(\.name)))
    #expect(Set(RunOption.all.map(\.name)).count == RunOption.all.count)
  }

  @Test(arguments: values)
  func `a setting is read back from its text and from a trace`(setting: Setting) throws {
    #expect(try Setting(setting.option, from: setting.value.text) == setting)
    let event = Event(time: 1, kind: .control(.set(setting)))
    let line = try TraceCoding.line(event)
    #expect(line.contains(#""control":"\#(setting.option.name)""#))
    #expect(try TraceCoding.event(from: line) == event)
  }

  @Test(arguments: values)
  func `a run that started with an option is read back from its trace`(setting: Setting) throws {
    var started = RandomEvents.runStarted
    started.options.judgeQuestion = "q"
    started.options.apply(setting)
    let event = Event(time: 0, kind: .runStarted(started))
    #expect(try TraceCoding.event(from: try TraceCoding.line(event)) == event)
  }

  @Test func `options stand where traces have always had them`() throws {
    var options = RunOptions()
    for setting in Self.values { options.apply(setting) }
    var started = RandomEvents.runStarted
    started.options = options
    started.options.adapt = .acceptance(0.8)
    started.options.thinkingBudget = 512
    started.options.systemPrompt = "s"
    started.options.secondJudge = .prefix
    started.options.glimpse = 1.5
    started.options.cascade = Cascade(.confidence, low: 2, high: 8)
    started.options.triggers = StepTriggers("returns=15")
    #expect(
      try TraceCoding.line(Event(time: 0, kind: .runStarted(started)))
        == #"{"type":"run.started","t":0,"adapt":"acceptance=0.8","ahead":true,"#
        + #""base":{"name":"b","quantization":"Q8_0","source":"f"},"baseSecondsPerToken":0.125,"#
        + #""budget":4096,"candidates":3,"cascade":"confidence,2.0,8.0","earlierTurns":2,"#
        + #""firstBaseSteps":3,"glimpse":1.5,"judge":"likelihood","#
        + #""judgeWording":{"opening":"Digit: ","question":"Is it right?"},"lookahead":4,"#
        + #""machine":"m","mode":"base","sampling":{"minP":0.05,"temperature":0.65,"topK":40,"#
        + #""topP":0.9},"schema":1,"score":"greedy","secondJudge":"prefix","#
        + #""seed":5000000000000000,"stepLimit":64,"stitch":1.5,"system":"s","thinking":"high","#
        + #""thinkingBudget":512,"threshold":6,"thresholdBounds":"3.0,8.5","triggers":"returns=15","#
        + #""unreadable":"ask","version":"1"}"#)
  }

  @Test func `a trace that says little of its options had the defaults of then`() throws {
    let line =
      #"{"type":"run.started","t":0,"schema":1,"version":"0.1","machine":"m","#
      + #""base":{"name":"b","source":"f"},"mode":"reason","threshold":6.5,"score":"greedy","#
      + #""judge":"own","judgeWording":{"opening":"O","question":"Q"},"firstBaseSteps":2,"seed":9,"#
      + #""sampling":{"minP":0,"temperature":1,"topK":5,"topP":0.9},"budget":100}"#
    let event = try #require(try TraceCoding.event(from: line))
    guard case .runStarted(let run) = event.kind else { return }
    var expected = RunOptions()
    expected.mode = .reason
    expected.threshold = 6.5
    expected.score = .greedy
    expected.judge = .own
    expected.judgeQuestion = "Q"
    expected.judgeOpening = "O"
    expected.firstBaseSteps = 2
    expected.seed = 9
    expected.sampling = Sampling(temperature: 1, topP: 0.9, topK: 5)
    expected.budget = 100
    #expect(run.options == expected)
    #expect(expected.unreadable == .reject && expected.lookahead == 1 && expected.candidates == 1)
  }

  @Test func `numbers stand as numbers in a trace, and what is off has no value`() throws {
    func line(_ setting: Setting) throws -> String {
      try TraceCoding.line(Event(time: 1, kind: .control(.set(setting))))
    }
    #expect(
      try line(.of("temperature", "0.5"))
        == #"{"type":"control","t":1,"control":"temperature","value":0.5}"#)
    #expect(
      try line(.of("thinking-budget", "off"))
        == #"{"type":"control","t":1,"control":"thinking-budget"}"#)
  }

  @Test(arguments: [
    ("score", "best"), ("adapt", "acceptance=2"), ("adapt", "acceptance"),
    ("first-base-steps", "-1"), ("budget", "0"), ("thinking-budget", "0"),
    ("temperature", "-0.1"), ("temperature", "101"), ("temperature", "nan"),
    ("temperature", "inf"), ("top-p", "0"), ("top-p", "1.5"), ("min-p", "1"), ("seed", "-1"),
    ("budget", "99999999999999999999"), ("threshold", "9.5"), ("mode", "fast"),
    ("lookahead", "17"), ("candidates", "0"), ("threshold-bounds", "5,3"),
    ("threshold-bounds", "0,10"), ("ahead", "maybe"), ("glimpse", "-1"), ("glimpse", "21"),
    ("cascade", "confidence,8,2"), ("cascade", "confidence,2,10"), ("cascade", "nobody,2,8"),
    ("cascade", "confidence"), ("triggers", "words"), ("triggers", "returns=0"),
    ("triggers", "returns=2,returns=3"), ("triggers", "perplexity=0.5"), ("triggers", ","),
    ("second-judge", "confidence"), ("second-judge", "nobody"),
  ])
  func `what is no value of a setting is refused with what it takes`(
    name: String, text: String
  ) throws {
    let option = try #require(RunOption.named(name))
    let error = #expect(throws: OptionError.self) { try Setting(option, from: text) }
    #expect(error?.description == "--\(name) must be \(option.allowed), not \(text).")
  }

  @Test func `a trace with a word that is no value of its setting is refused`() {
    #expect(throws: TraceError.self) {
      try TraceCoding.event(from: #"{"type":"control","t":1,"control":"score","value":"best"}"#)
    }
  }

  @Test func `a run knows its options as started, then as changed`() {
    var started = RandomEvents.runStarted
    started.options.thinkingBudget = 300
    var run = RunState()
    run.apply(Event(time: 0, kind: .runStarted(started)))
    #expect(run.options == started.options)
    run.apply(Event(time: 1, kind: .control(.set(.of("temperature", "0")))))
    #expect(run.options.sampling.temperature == 0)
    #expect(run.options.thinkingBudget == 300)
    #expect(run.started?.options.sampling.temperature == 0.6)
  }

  @Test func `going on from a branch is written with its number`() throws {
    let event = Event(time: 1, kind: .control(.steer(.goOn(from: 2))))
    let line = try TraceCoding.line(event)
    #expect(line == #"{"type":"control","t":1,"branch":2,"control":"go-on"}"#)
    #expect(try TraceCoding.event(from: line) == event)
  }
}
