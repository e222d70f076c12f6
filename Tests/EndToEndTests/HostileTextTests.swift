import DemoPair
import Foundation
import TestSupport
import Testing
import Traces

/// Text from models, files and people never reaches the terminal raw.
@Suite(.enabled(if: TmuxTerminal.isAvailable, "tmux is not installed"), .serialized)
struct HostileTextTests {
  /// A model of the demo pair that writes control bytes where it would write punctuation.
  private func hostileModel(_ model: URL, at path: String) throws {
    var content = try Data(contentsOf: model)
    let tokens = try #require(content.range(of: Data("tokenizer.ggml.tokens".utf8))).upperBound
    // Byte-level BPE writes bytes as letters: ě is ESC, ć BEL, ĩ the byte 0x87 and Ľ the byte 0x9B,
    // which are no UTF-8 alone. Each token trades its text with a common one.
    for (common, control) in [(".", "ě"), ("=", "Ľ"), ("?", "ć"), (",", "ĩ")] {
      let (first, second) = (Self.entry(common), Self.entry(control))
      let places = [
        try #require(content.range(of: first, in: tokens..<content.count)),
        try #require(content.range(of: second, in: tokens..<content.count)),
      ].sorted { $0.lowerBound < $1.lowerBound }
      let between = content[places[0].upperBound..<places[1].lowerBound]
      content.replaceSubrange(
        places[0].lowerBound..<places[1].upperBound,
        with: Data(content[places[1]]) + between + Data(content[places[0]]))
    }
    try content.write(to: URL(fileURLWithPath: path))
  }

  /// A string in a GGUF array: its length in 8 bytes, little-endian, and its bytes.
  private static func entry(_ text: String) -> Data {
    Data([UInt8(text.utf8.count), 0, 0, 0, 0, 0, 0, 0]) + Data(text.utf8)
  }

  @Test func `models, file names and pastes full of control bytes only draw`() throws {
    let folder = try TemporaryFolder()
    let recording = URL(fileURLWithPath: folder.path + "/bytes")
    let pair = try DemoPair.locate()
    let base = folder.path + "/b\u{1B}]0;title\u{7}\u{202E}.gguf"
    let draft = folder.path + "/d\u{9B}31m.gguf"
    try hostileModel(pair.base, at: base)
    try hostileModel(pair.draft, at: draft)
    let terminal = try TmuxTerminal(
      columns: 120, rows: 36, environment: ["XDG_STATE_HOME": folder.path], recording: recording,
      "\(Program.specreason) --base '\(base)' --draft '\(draft)' --mode reason --budget 200")
    try terminal.wait(for: "the start screen") { $0.contains("idle") }
    let hostile =
      "Why \u{1B}]52;c;aGk=\u{7} \u{1B}[2J \u{9B}31m \u{202E}evil \u{200B}\u{FEFF} e"
      + String(repeating: "\u{301}", count: 500) + " 👨‍👩‍👧‍👦"
    try terminal.paste(hostile)
    try terminal.wait(for: "the pasted text") { $0.contains("evil") }
    try terminal.press("Enter")
    try terminal.wait(for: "the turn's end") { $0.contains("idle") && $0.contains("You") }
    try terminal.press("C-c", "C-c")
    #expect(try terminal.waitForExit() == 0)

    let bytes = try Data(contentsOf: recording)
    let read = TerminalBytes(bytes)
    #expect(read.suspicious.isEmpty)
    #expect(read.systemCommands.isEmpty)
    // The marks that stand for ESC are on the screen: the text was there.
    #expect(read.scalars.contains("␛"))
    withExtendedLifetime(folder) {}
  }

  /// A recorded turn whose prompt, steps and answer are lines of a megabyte.
  private func hugeRun(at path: String) throws {
    let texts = [
      String(repeating: "x", count: 1_000_000), "e" + String(repeating: "\u{301}", count: 500_000),
      String(repeating: "\u{202E}\u{200B}\u{1B}[2J\u{9B}", count: 100_000),
      String(repeating: "$x_{**", count: 160_000), String(repeating: "| 漢 ", count: 200_000),
    ]
    let model = ModelDescription(name: "m", source: "m.gguf")
    var kinds: [Event.Kind] = [
      .runStarted(
        RunStarted(
          version: "1", base: model, draft: model,
          options: .published(judge: .short, budget: 100, seed: 1), machine: "m",
          baseSecondsPerToken: nil)),
      .turnStarted(TurnStarted(turn: 1, prompt: "the beginning " + texts[0])),
    ]
    for (place, text) in texts.enumerated() {
      kinds += [
        .token(TokenEvent(step: place + 1, by: .draft, text: text)),
        .stepCommitted(
          StepCommitted(
            step: place + 1, by: .draft, status: .draftAccepted, text: text, tokens: 1, seconds: 1,
            cut: false)),
      ]
    }
    kinds += [
      .answer(
        Answer(text: texts[0] + " the end", boxed: texts[0], by: .base, tokens: 1, seconds: 1)),
      .turnEnded(
        TurnEnded(
          turn: 1, stop: .answer, seconds: 9, tokens: TokenCounts(), accepted: 5, rejected: 0,
          estimatedSpeedup: nil)),
    ]
    let lines = try kinds.enumerated().map {
      try TraceCoding.line(Event(time: Double($0.offset), kind: $0.element)) + "\n"
    }
    try Data(lines.joined().utf8).write(to: URL(fileURLWithPath: path))
  }

  @Test func `lines of a megabyte are read from end to beginning`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/huge.jsonl"
    try hugeRun(at: path)
    let recording = URL(fileURLWithPath: folder.path + "/bytes")
    let terminal = try TmuxTerminal(
      columns: 120, rows: 36, environment: ["XDG_STATE_HOME": folder.path], recording: recording,
      "\(Program.specreason) replay --speed max \(path)")
    try terminal.wait(for: "the turn's end") { $0.contains("answered") && $0.contains("✓✓✓✓✓") }
    try terminal.press("Home")
    try terminal.wait(for: "the beginning") { $0.contains("You  the beginning") }
    try terminal.press("q")
    #expect(try terminal.waitForExit() == 0)
    let read = TerminalBytes(try Data(contentsOf: recording))
    #expect(read.suspicious.isEmpty && read.systemCommands.isEmpty)
    withExtendedLifetime(folder) {}
  }

  @Test func `copying is the one command to the terminal, and it holds the text alone`() throws {
    let folder = try TemporaryFolder()
    let recording = URL(fileURLWithPath: folder.path + "/bytes")
    let terminal = try TmuxTerminal(
      columns: 120, rows: 36, environment: ["XDG_STATE_HOME": folder.path], recording: recording,
      "\(Program.specreason) --seed 3")
    try terminal.wait(for: "the start screen") { $0.contains("idle") }
    try terminal.type(try #require(try DemoPair.problems().first).problem)
    try terminal.press("Enter")
    try terminal.wait(for: "the answer") { $0.contains("answered") && $0.contains("idle") }
    try terminal.press("Tab", "y")
    try terminal.wait(for: "a word about it") { $0.contains("Copied") }
    try terminal.press("C-c", "C-c")
    #expect(try terminal.waitForExit() == 0)

    let read = TerminalBytes(try Data(contentsOf: recording))
    #expect(read.suspicious == ["OSC"])
    let command = try #require(read.systemCommands.first)
    #expect(read.systemCommands.count == 1 && command.hasPrefix("52;c;"))
    let copied = try #require(Data(base64Encoded: String(command.dropFirst(5))))
    let file = folder.path + "/specreason/copied.txt"
    #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == copied && !copied.isEmpty)
    let attributes = try FileManager.default.attributesOfItem(atPath: file)
    #expect(attributes[.posixPermissions] as? Int == 0o600)
    withExtendedLifetime(folder) {}
  }
}
