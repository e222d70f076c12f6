import Foundation
import TestSupport
import Testing

/// `config.toml`, `keys.toml`, themes, and the commands that show them.
struct ConfigurationTests {
  /// Runs the program with `files` in its configuration folder.
  private func run(
    _ arguments: [String], files: [String: String], input: String = ""
  ) throws -> Program.Result {
    let folder = try TemporaryFolder()
    for (name, text) in files { try folder.write("specreason/" + name, Array(text.utf8)) }
    return try withExtendedLifetime(folder) {
      try Program.run(
        Program.specreason, arguments, input: input,
        environment: ["XDG_CONFIG_HOME": folder.path])
    }
  }

  private struct Row: Decodable {
    var name: String
    var value: String?
    var origin: String
  }

  private func settings(_ arguments: [String], file: String) throws -> [String: Row] {
    let result = try run(["config"] + arguments + ["--json"], files: ["config.toml": file])
    #expect(result.status == 0, "\(result.errors)")
    let rows = try result.output.split(separator: "\n").map {
      try JSONDecoder().decode(Row.self, from: Data($0.utf8))
    }
    return Dictionary(uniqueKeysWithValues: rows.map { ($0.name, $0) })
  }

  @Test func `each setting tells its value and where it comes from`() throws {
    let rows = try settings(
      ["--budget", "500", "--no-ascii"],
      file: "threshold = 6.5\nbudget = 100\nascii = true\nreduced-motion = true\n")
    #expect(rows["threshold"]?.value == "6.5" && rows["threshold"]?.origin == "file")
    #expect(rows["budget"]?.value == "500" && rows["budget"]?.origin == "flag")
    #expect(rows["ascii"]?.value == "false" && rows["ascii"]?.origin == "flag")
    #expect(rows["reduced-motion"]?.value == "true" && rows["reduced-motion"]?.origin == "file")
    #expect(rows["top-p"]?.value == "0.95" && rows["top-p"]?.origin == "default")
  }

  @Test func `a command's table counts for it alone and before what counts for all`() throws {
    let file = """
      threshold = 6
      [eval]
      threshold = 3
      thresholds = [1, 2]
      [judge]
      kind = "reference"
      """
    #expect(try settings(["chat"], file: file)["threshold"]?.value == "6")
    let rows = try settings(["eval"], file: file)
    #expect(rows["threshold"]?.value == "3")
    #expect(rows["thresholds"]?.value == "1 2")
    #expect(rows["judge"]?.value == "reference")
  }

  /// The first event of a run, as an object.
  private func started(_ result: Program.Result) throws -> [String: Any] {
    let line = try #require(result.output.split(separator: "\n").first)
    return try #require(
      JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
  }

  @Test func `a run takes what the file sets, and its flags go first`() throws {
    let files = ["config.toml": "threshold = 6.5\nseed = 7\n[chat]\nbudget = 5\n"]
    let run = try started(run(["run", "--json", "--seed=9", "Two plus two?"], files: files))
    #expect(run["threshold"] as? Double == 6.5)
    #expect(run["seed"] as? Int == 9)
    #expect(run["budget"] as? Int == 8192)
  }

  @Test func `a judge of one's own asks its own question, and the trace tells which`() throws {
    let file = """
      [judge]
      question = "How sure are you of the last step, 0 to 9?"
      """
    let run = try started(
      run(["run", "--json", "Two plus two?"], files: ["config.toml": file]))
    #expect(run["judge"] as? String == "own")
    let wording = try #require(run["judgeWording"] as? [String: Any])
    #expect(wording["question"] as? String == "How sure are you of the last step, 0 to 9?")
    let bare = try self.run(["run", "--judge", "own", "Two plus two?"], files: [:])
    #expect(bare.status == 2)
    #expect(bare.errors.contains("--judge-question"))
  }

  @Test func `an unknown key is told with the nearest known one, and the rest counts`() throws {
    let result = try run(
      ["run", "--json", "Two plus two?"],
      files: ["config.toml": "treshold = 3\nbudget = 50\nwhatever = 1\n"])
    #expect(result.errors.contains("\"treshold\". Did you mean \"threshold\"?"))
    #expect(result.errors.contains("\"whatever\"."))
    #expect(try started(result)["budget"] as? Int == 50)
  }

  @Test(arguments: [
    ("threshold = 12", "threshold"), ("threshold = \"high\"", "threshold"),
    ("budget = [1, 2]", "budget"), ("mode = true", "mode"), ("seed = 1979-05-27", "seed"),
    ("ahead = 3", "ahead"), ("[run]\nmode = \"fast\"", "run.mode"),
  ])
  func `a value that is no good stops the program and is told with file and key`(
    file: String, word: String
  ) throws {
    let result = try run(["run", "Two plus two?"], files: ["config.toml": file])
    #expect(result.status == 2)
    #expect(result.errors.contains("config.toml: \(word)"), "\(result.errors)")
  }

  @Test(arguments: ["threshold =", "a = [}", "[=]", "threshold = 3\0"])
  func `a file that is not TOML is told with its line, and the defaults apply`(
    file: String
  ) throws {
    let files = ["config.toml": file, "keys.toml": file]
    for arguments in [["--version"], ["keys"], ["config"], ["run", "--json", "Two plus two?"]] {
      let result = try run(arguments, files: files)
      #expect(result.status == 0, "\(arguments) \(result.errors)")
      guard arguments != ["keys"] else {
        #expect(result.errors.contains("keys.toml: line 1 is not TOML"))
        continue
      }
      #expect(result.errors.contains("config.toml: line 1 is not TOML"), "\(result.errors)")
      #expect(result.errors.contains("the defaults apply"))
      if arguments.contains("--json") { #expect(try started(result)["threshold"] as? Double == 7) }
    }
    #expect(try run(["keys", "check"], files: files).status == 1)
  }

  @Test func `a configuration file that cannot be read is told, and the defaults apply`() throws {
    let result = try run(["run", "--json", "Two plus two?"], files: ["config.toml/inner": ""])
    #expect(result.status == 0)
    #expect(result.errors.contains("config.toml: the file cannot be read"), "\(result.errors)")
  }

  @Test func `a theme that is not TOML is told and costs that theme alone`() throws {
    let files = ["themes/broken.toml": "a = [}", "themes/mine.toml": "inherits = \"dark\"\n"]
    let list = try run(["themes"], files: files)
    #expect(list.status == 0 && list.output.contains("mine"))
    for theme in ["mine", "broken"] {
      let viewer = try run(["--linear", "--theme", theme], files: files, input: "/quit\n")
      #expect(viewer.status == 0, "\(viewer.errors)")
      #expect(viewer.errors.contains("broken.toml: line 1 is not TOML"), "\(viewer.errors)")
    }
    let unknown = try run(["--linear", "--theme", "nosuch"], files: files, input: "/quit\n")
    #expect(unknown.status == 1 && unknown.errors.contains("nosuch"))
  }

  @Test func `keys are listed as they count, and mistakes are reported`() throws {
    let files = ["keys.toml": "redraw = [\"F5\"]\nraise-treshold = []\n"]
    let list = try run(["keys"], files: files)
    #expect(list.status == 0)
    #expect(
      list.output.split(separator: "\n").contains { $0.contains("redraw") && $0.contains("F5") })
    let check = try run(["keys", "check"], files: files)
    #expect(check.status == 1)
    #expect(check.output.contains("\"raise-threshold\"?"))
    #expect(try run(["keys", "check"], files: [:]).status == 0)
    #expect(try run(["keys", "check", "/nowhere.toml"], files: [:]).status == 2)
  }

  @Test func `a theme of one's own is listed, checked and used`() throws {
    let files = [
      "themes/mine.toml": "inherits = \"dark\"\n[palette]\ncyan = \"#00ffff\"\n",
      "themes/bad.toml": "[scopes]\ntext = \"#12\"\n",
      "themes/pale.toml": "background = \"#ffffff\"\n[scopes]\ntext = \"#eeeeee\"\n",
    ]
    let list = try run(["themes"], files: files)
    #expect(list.output.contains("mine") && list.output.contains("solarized-dark"))
    #expect(try run(["themes", "check", "mine"], files: files).status == 0)
    let check = try run(["themes", "check"], files: files)
    #expect(check.status == 1)
    #expect(check.output.contains("text: \"#12\" is not a colour"))
    #expect(check.output.contains("theme pale: warning: text: a contrast of 1.16:1"))
  }
}

/// `--linear`: the viewer in lines.
struct LinearViewerTests {
  @Test func `problems and commands from a pipe are taken one after the other`() throws {
    let result = try Program.run(
      Program.specreason, ["--linear", "--seed", "3"],
      input: """
        /threshold 9
        Tom has 3 apples. He buys 4 apples. How many apples does Tom have now?
        /threshold 0
        Tom has 3 apples. He buys 4 apples. How many apples does Tom have now?
        """)
    #expect(result.status == 0, "\(result.errors)")
    let lines = result.output.split(separator: "\n")
    let first = try #require(lines.firstIndex { $0.hasPrefix("threshold 9.0") })
    let second = try #require(lines.firstIndex { $0.hasPrefix("threshold 0.0") })
    let decisions = { (part: ArraySlice<Substring>) in
      part.filter { $0.contains(": draft accepted") || $0.contains(": draft rejected") }
    }
    #expect(decisions(lines[first..<second]).allSatisfy { $0.hasSuffix("threshold 9.0") })
    let free = decisions(lines[second...])
    #expect(!free.isEmpty && free.allSatisfy { $0.contains("draft accepted") })
    #expect(lines.filter { $0.hasPrefix("answer: ") }.count == 2)
    #expect(lines.allSatisfy { $0.utf8.allSatisfy { $0 >= 0x20 } })
  }

  @Test func `quit ends it, and what comes after is not read`() throws {
    let result = try Program.run(
      Program.specreason, ["--linear"], input: "/help\n/quit\nTwo plus two?\n")
    #expect(result.status == 0)
    #expect(result.output.contains("/threshold 6.5: "))
    #expect(!result.output.split(separator: "\n").contains { $0.hasPrefix("answer:") })
  }

  @Test(.enabled(if: TmuxTerminal.isAvailable, "tmux is not installed"))
  func `a dumb terminal gets lines, a prompt, and Ctrl-C that cancels and then quits`() throws {
    let terminal = try TmuxTerminal(
      columns: 80, rows: 24, environment: ["TERM": "dumb"], "\(Program.specreason) --seed 3")
    try terminal.wait(for: "the prompt") { $0.contains("ready") && $0.contains(">") }
    try terminal.type("/threshold 3.5")
    try terminal.press("Enter")
    try terminal.wait(for: "its effect") { $0.contains("threshold 3.5") }
    try terminal.press("C-c")
    try terminal.wait(for: "a word") { $0.contains("Ctrl-C again quits") }
    try terminal.press("C-c")
    #expect(try terminal.waitForExit() == 0)
    #expect(try !terminal.showsAlternateScreen())
  }
}
