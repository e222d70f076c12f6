import Testing

@testable import Viewer

@Suite struct KeyFileTests {
  private func problems(_ toml: String) -> [KeyFileProblem.Reason] {
    KeyFile(toml, name: "keys.toml").problems.map(\.reason)
  }

  private func script(_ toml: String) -> Script {
    Script(
      columns: 120, keys: KeyFile(toml, name: "keys.toml").keyMap)
  }

  @Test func `every key of the table is found by its own name`() {
    for key in Set(ActionTable.entries.flatMap(\.keys)) {
      #expect(Key(name: key.name) == key, "\(key.name)")
    }
  }

  @Test(arguments: [
    ("ctrl-c", Key.control("c")), ("Ctrl-C", .control("c")), ("Alt-Enter", Key(.enter, .alt)),
    ("Ctrl-Up", Key(.up, .control)), ("Ctrl-↑", Key(.up, .control)), ("F12", Key(.function(12))),
    ("PageDown", Key(.pageDown)), ("Shift-t", .plain("T")), ("T", .plain("T")), ("-", .plain("-")),
    ("Ctrl--", .control("-")), ("Ctrl-I", Key(.tab)),
    ("Ctrl-Alt-Del", Key(.delete, [.control, .alt])),
    ("Space", .plain(" ")), ("é", .plain("é")),
  ])
  func `keys are written as people write them`(name: String, key: Key) {
    #expect(Key(name: name) == key)
  }

  @Test(arguments: ["", "Ctrl-", "F0", "F25", "Hyper-X", "ab", " "])
  func `what is no key is none`(name: String) {
    #expect(Key(name: name) == nil)
  }

  @Test func `a rebound action listens to its new keys alone`() {
    var script = script(#"raise-threshold = ["+", "Ctrl-Up"]"#)
    script.press(.character("]"))
    #expect(script.commands.isEmpty)
    script.control("u")
    script.press(.character("+"))
    #expect(script.commands == [.control(.setThreshold(7.5))])
    script.type("a+")
    #expect(script.state.composer.text == "a+")
    script.send(.key(Key(.up, .control)))
    #expect(script.commands.count == 1)
  }

  @Test func `an empty list takes the keys away, and help and footer know`() {
    var script = script("raise-threshold = []")
    script.press(.character("]"))
    #expect(script.state.composer.text == "]")
    #expect(!script.footer.contains("raise"))
  }

  @Test func `an action without keys gets one, a letter only where nothing is written`() {
    var script = script(#"examples = ["E", "F4"]"#)
    script.type("E")
    #expect(script.state.composer.text == "E")
    script.press(.tab, .character("E"))
    #expect(script.footer.contains("no examples"))
    script.press(.tab, .function(4))
    #expect(script.footer.contains("no examples"))
  }

  @Test func `a table binds keys in its context alone`() {
    let file = KeyFile("[conversation]\nhelp = [\"H\"]", name: "keys.toml")
    #expect(file.problems == [])
    var script = Script(keys: file.keyMap)
    script.press(.character("H"))
    #expect(script.state.composer.text == "H")
    script.press(.function(1))
    #expect(script.state.overlay is HelpOverlay)
    script.press(.escape, .tab, .character("H"))
    #expect(script.state.overlay is HelpOverlay)
  }

  @Test func `mistakes are told and the rest counts`() {
    let file = KeyFile(
      """
      raise-treshold = ["+"]
      quit = "x"
      redraw = ["Hyper-X", "F5"]
      [conversaton]
      help = ["h"]
      [composer]
      send = ["s", "F9"]
      [list]
      quit = ["F7"]
      """, name: "keys.toml")
    let reasons = file.problems.map(\.reason)
    let expected: [KeyFileProblem.Reason] = [
      .unknownAction("raise-treshold"), .wrongType(.quit), .unknownKey("Hyper-X", .redraw),
      .unknownContext("conversaton"), .typed(.plain("s"), .send), .wrongContext(.quit, .list),
    ]
    #expect(reasons.count == expected.count)
    for reason in expected { #expect(reasons.contains(reason), "\(reason)") }
    #expect(file.problems.contains { $0.description.contains("\"raise-threshold\"?") })
    var script = Script(keys: file.keyMap)
    script.press(.function(5))
    #expect(script.commands == [.redraw])
  }

  @Test func `of two actions with one key in the file only the first keeps it, and that is told`() {
    let toml = """
      redraw = ["F5"]
      next-mode = ["F5"]
      """
    #expect(
      problems(toml) == [.conflict(Key(.function(5)), first: .nextMode, second: .redraw)]
        || problems(toml) == [.conflict(Key(.function(5)), first: .redraw, second: .nextMode)])
  }

  @Test func `a key of the person's wins over the table's, and an action left without one is told`()
  {
    #expect(problems(#"next-mode = ["Ctrl-P"]"#) == [])
    #expect(
      problems(#"next-mode = ["Ctrl-L"]"#) == [.taken(.control("l"), by: .nextMode, from: .redraw)])
    #expect(problems("next-mode = [\"Ctrl-L\"]\nredraw = []") == [])
    var script = script(#"next-mode = ["Ctrl-L"]"#)
    script.control("l")
    let isMode = { (command: Command) in
      if case .run(.control(.set(let setting))) = command { setting.option == .mode } else { false }
    }
    #expect(script.commands.contains(where: isMode))
  }

  @Test func `the table's own keys stand in nobody's way`() {
    let all = Dictionary(grouping: ActionTable.entries) { $0.context }.map { context, entries in
      let rows = Dictionary(entries.map { ($0.action, $0.keys) }) { $0 + $1 }.map { action, keys in
        "\(action.rawValue) = [\(keys.map { "\"\($0.name)\"" }.joined(separator: ", "))]"
      }
      return "[\(context.name)]\n" + rows.joined(separator: "\n")
    }
    let file = KeyFile(all.joined(separator: "\n"), name: "keys.toml")
    #expect(file.problems == [])
    #expect(file.keyMap.entries.map(\.keys) == ActionTable.entries.map(\.keys))
  }

  @Test(arguments: ["quit = ", "[", "a = [1, 2]", "help = [1]", "\u{202E}x = []"])
  func `any text gives keys to work with`(toml: String) {
    let file = KeyFile(toml, name: "keys.toml")
    #expect(!file.problems.isEmpty)
    #expect(file.keyMap.entries == ActionTable.entries || toml == "help = [1]")
  }
}
