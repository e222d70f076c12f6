import TestSupport
import Testing
import Traces

@testable import Viewer

/// Settings that change while a run goes on.
@Suite struct SettingsTests {
  private func opened(columns: Int = 120, rows: Int = 36) -> Script {
    var script = Script(columns: columns, rows: rows)
    script.play([Run.started])
    script.press(.tab)
    script.type("S")
    return script
  }

  /// The line of the setting called `name`.
  private func line(_ name: String, _ script: Script) -> String {
    script.lines.first { $0.contains(" \(name) ") && $0.contains("from the next") } ?? ""
  }

  @Test func `every setting is listed with its value and when a change counts`() {
    let script = opened(rows: 50)
    for option in RunOption.all { #expect(!line(option.name, script).isEmpty, "\(option.name)") }
    #expect(line("score", script).contains("greedy"))
    #expect(line("seed", script).contains("from the next turn on"))
  }

  @Test(arguments: [(120, 36), (80, 24), (40, 10)])
  func `the chosen one is in sight at every size`(size: (Int, Int)) {
    var script = opened(columns: size.0, rows: size.1)
    script.press(.pageUp)
    for option in RunOption.all {
      #expect(script.lines.contains { $0.contains("▶ \(option.name)") }, "\(option.name)")
      script.press(.down)
    }
  }

  @Test(arguments: [(80, 24), (60, 20)])
  func `what a setting means is told whole, and no row is cut`(columns: Int, rows: Int) {
    var script = opened(columns: columns, rows: rows)
    script.press(.pageUp)
    for option in RunOption.all {
      let words = Set(script.lines.flatMap { $0.split { " │".contains($0) } })
      let missing = option.help.split(separator: " ").filter { !words.contains($0) }
      #expect(missing.isEmpty, "\(option.name): \(missing)")
      #expect(
        !script.lines.contains { $0.contains("from the n") && !$0.contains("from the next ") })
      script.press(.down)
    }
  }

  @Test func `arrows ask for the next value, and its event shows it`() {
    var script = opened()
    script.go(to: "score")
    script.press(.right)
    #expect(script.commands == [.control(.set(.of("score", "average")))])
    #expect(!line("score", script).contains("average"))
    script.play([Event(time: 1, kind: .control(.set(.of("score", "average"))))])
    #expect(line("score", script).contains("average"))
    #expect(line("score", script).contains("* from the next decision on"))
    #expect(script.shows("began as greedy; takes one of"))
  }

  @Test func `a number is typed`() {
    var script = opened()
    script.go(to: "temperature")
    #expect(script.lines.contains { $0.contains("▶ temperature") })
    script.type("1.5")
    script.press(.enter)
    #expect(script.commands == [.control(.set(.of("temperature", "1.5")))])
    #expect(script.lines.contains { $0.contains("▶ temperature") })
  }

  @Test func `a number that is no good stays to be corrected, and Esc goes back`() {
    var script = opened()
    script.go(to: "temperature")
    script.press(.enter)
    script.type("hot")
    script.press(.enter)
    #expect(script.commands.isEmpty)
    #expect(script.shows("> hot"))
    #expect(script.footer.contains("temperature needs a number from 0 to 100"))
    script.press(.escape)
    #expect(script.lines.contains { $0.contains("▶ temperature") })
  }

  @Test func `no arrow leaves a setting's range`() throws {
    for option in RunOption.all {
      var script = opened()
      script.state.overlay = SettingsOverlay(option)
      for key in [Key.Code.left, .right] {
        for _ in 0..<60 {
          let before = script.commands.count
          script.press(key)
          for case .run(.control(let control)) in script.commands.dropFirst(before) {
            if case .set(let setting) = control {
              #expect(try Setting(setting.option, from: setting.value.text) == setting)
            }
            script.play([Event(time: 1, kind: .control(control))])
          }
        }
      }
    }
  }

  @Test(arguments: [
    ("score average", Control.set(.of("score", "average"))),
    ("thinking-budget off", .set(.of("thinking-budget", "off"))),
    ("threshold 6.5", .setThreshold(6.5)), ("mode base", .setMode(.base)),
    ("adapt speedup=2", .set(.of("adapt", "speedup=2"))),
  ])
  func `the set command does the same`(text: String, control: Control) {
    var script = Script(columns: 120, rows: 36)
    script.play([Run.started])
    script.type("/set \(text)")
    script.press(.enter)
    #expect(script.commands == [.control(control)])
  }

  @Test func `a command that cannot be done says why and stays`() {
    var script = Script(columns: 120, rows: 36)
    script.type("/set seed 3")
    script.press(.enter)
    #expect(script.footer.contains("The run has not begun yet."))
    script.play([Run.started])
    script.press(.enter)
    #expect(script.commands == [.control(.set(.of("seed", "3")))])
    script.type("/set heat 3")
    script.press(.enter)
    #expect(script.footer.contains("There is no setting heat"))
    #expect(script.state.composer.text == "/set heat 3")
  }

  @Test func `a judgement that cannot be read asks in the footer`() {
    var script = Script(columns: 120, rows: 36)
    script.play([Run.started, Event(time: 1, kind: .turnStarted(.init(turn: 1, prompt: "p")))])
    script.play(
      Run.step(1, .init(text: "One.", score: nil), at: 2).filter {
        switch $0.kind {
        case .stepDecided, .stepCommitted: false
        default: true
        }
      })
    #expect(script.footer.contains("Step 1: the judge cannot be read"))
    #expect(script.footer.contains("Tab, then a accepts, r rejects"))
    #expect(script.lines[0].contains("asking"))
    script.press(.tab)
    script.type("a")
    #expect(script.commands == [.control(.steer(.override(step: 1, verdict: .accepted)))])
  }
}

extension Script {
  /// Chooses the setting called `name`.
  fileprivate mutating func go(to name: String) {
    for _ in RunOption.all where !lines.contains(where: { $0.contains("▶ \(name) ") }) {
      press(.down)
    }
  }
}
