import Testing
import Traces

struct SettingTests {
  private static let values: [Setting] = [
    .score(.greedy), .judge(.likelihood), .unreadable(.ask), .adapt(.speedup(2.5)), .adapt(nil),
    .firstBaseSteps(3), .budget(4_096), .thinkingBudget(512), .thinkingBudget(nil),
    .temperature(0.65), .topP(0.9), .seed(.max),
    .systemPrompt("Be brief.\nShow τ."), .systemPrompt(nil),
  ]

  @Test(arguments: values)
  func `a setting is read back from its text and from a trace`(setting: Setting) throws {
    #expect(Setting(setting.name, setting.text) == setting)
    let event = Event(time: 1, kind: .control(.set(setting)))
    let line = try TraceCoding.line(event)
    #expect(line.contains(#""control":"\#(setting.name.rawValue)""#))
    #expect(try TraceCoding.event(from: line) == event)
  }

  @Test func `numbers stand as numbers in a trace, and what is off has no value`() throws {
    func line(_ setting: Setting) throws -> String {
      try TraceCoding.line(Event(time: 1, kind: .control(.set(setting))))
    }
    #expect(
      try line(.temperature(0.5))
        == #"{"type":"control","t":1,"control":"temperature","value":0.5}"#)
    #expect(
      try line(.thinkingBudget(nil)) == #"{"type":"control","t":1,"control":"thinking-budget"}"#)
  }

  @Test(arguments: [
    (Setting.Name.score, "best"), (.adapt, "acceptance=2"), (.adapt, "acceptance"),
    (.firstBaseSteps, "-1"), (.budget, "0"), (.thinkingBudget, "0"), (.temperature, "-0.1"),
    (.temperature, "nan"), (.temperature, "inf"), (.topP, "0"), (.topP, "1.5"), (.seed, "-1"),
    (.budget, "99999999999999999999"),
  ])
  func `what is no value of a setting is none`(name: Setting.Name, text: String) {
    #expect(Setting(name, text) == nil)
  }

  @Test func `a trace with a word that is no value of its setting is refused`() {
    #expect(throws: TraceError.self) {
      try TraceCoding.event(from: #"{"type":"control","t":1,"control":"score","value":"best"}"#)
    }
  }

  @Test func `a run knows its settings as started, then as changed`() {
    var started = RandomEvents.runStarted
    started.thinkingBudget = 300
    var run = RunState()
    run.apply(Event(time: 0, kind: .runStarted(started)))
    #expect(Set(run.settings.keys) == Set(Setting.Name.allCases))
    #expect(run.settings[.thinkingBudget] == .thinkingBudget(300))
    #expect(run.settings[.unreadable] == .unreadable(.reject))
    run.apply(Event(time: 1, kind: .control(.set(.temperature(0)))))
    #expect(run.settings[.temperature] == .temperature(0))
    #expect(run.started?.settings[.temperature] == .temperature(0.6))
  }

  @Test func `going on from a branch is written with its number`() throws {
    let event = Event(time: 1, kind: .control(.goOn(from: 2)))
    let line = try TraceCoding.line(event)
    #expect(line == #"{"type":"control","t":1,"branch":2,"control":"go-on"}"#)
    #expect(try TraceCoding.event(from: line) == event)
  }
}
