import Foundation
import Synchronization
import Traces

@testable import Terminal
@testable import Viewer

extension FuzzTarget {
  /// What a terminal sends, in pieces that 0xFF ends, with pauses: whatever came, Ctrl-C is heard in the
  /// end.
  static let keys = FuzzTarget(
    "keys",
    seeds: [
      "abc\u{1B}[A\u{1B}OP\u{1B}[<0;3;4M", "\u{1B}[200~pasted\ntext\u{1B}[201~x",
      "\u{1B}]11;rgb:ffff/0000/0000\u{7}", "\u{1B}P1$r0m\u{1B}\\", "\u{1B}[97;5u\u{1B}[1;2A",
      "\u{1B}]10;rgba:1/2/3/4\u{1B}\\\u{1B}P>|XTerm(390)\u{1B}\\", "\u{1B}[?62;22c\u{1B}[12;40R",
      "\u{1B}_Gi=31;OK\u{1B}\\\u{1B}^x\u{1B}\\\u{1B}Xy\u{1B}\\", "\u{1B}[200~a\u{1B}[20",
      "b\rc\r\nd\te",
      "\u{1B}[1;1:3A\u{1B}[57414u\u{1B}[27;2;13~\u{1B}[M`!!\u{1B}[[A",
      "\u{1B}\u{1B}]\u{1B}[O\u{1B}OM",
    ].map { Array($0.utf8) }
  ) { bytes in
    var decoder = KeyDecoder()
    for (place, piece) in bytes.split(separator: 0xFF).enumerated() {
      _ = decoder.feed(piece)
      if place.isMultiple(of: 2), decoder.patience != nil { _ = decoder.timeOut() }
    }
    while decoder.patience != nil { _ = decoder.timeOut() }
    let last = decoder.feed([0x03]) + decoder.timeOut()
    guard case .key(let key)? = last.last else { preconditionFailure("Ctrl-C was not heard") }
    precondition(key == Key(name: "Ctrl-C"))
  }

  /// Keys as a terminal sends them, and between them events of a recorded run, resizes and answers to
  /// what the viewer asks for: the screen is whole after each.
  static let viewer = FuzzTarget(
    "viewer",
    seeds: [
      "hello\r", "/examples\r\u{1B}[B\r", "\t\u{1B}[A\u{1B}[Bx", "?", "/threshold 5\r", "\u{10}the",
      "/find bolt\rnN",
      "w\u{1B}[B\u{1B}[B\r", "\tjjkke", "d", "B", "/theme \t\r", "\u{1B}[<0;40;10M\u{1B}[<64;1;1M",
      "/mode base\r/filter score<7\r",
      "/resume\r", "/replay\r  ", "\u{18}", "\u{1A}\u{C}\u{3}", "/note x\r/branch 1\r", "[[]]",
    ].enumerated().flatMap { number, keys -> [[UInt8]] in
      // Keys before the events of a run, and after them.
      let keys = Array(keys.utf8)
      let events: [UInt8] = [0xFE, 1, 200, 0xFF]
      return [[UInt8(number)] + keys, [UInt8(number)] + events + keys]
    }
  ) { bytes in
    var viewer = FuzzedViewer(playing: bytes.first ?? 0)
    for piece in bytes.dropFirst().split(separator: 0xFF) { viewer.take(Array(piece)) }
  }

  fileprivate static let keysPressed = Atomic<Int>(0)

  /// Says how many keys viewers were given.
  static func reportKeys() {
    let count = keysPressed.load(ordering: .relaxed)
    if count > 0 { FileHandle.standardError.write(Data("keys pressed: \(count)\n".utf8)) }
  }
}

/// A viewer without a terminal.
private struct FuzzedViewer {
  private static let runs = FuzzTarget.files(
    in: "Tests/ReportsTests/Fixtures", "steered.jsonl", "options.jsonl"
  ).map { (try? TraceFile(Data($0)))?.events ?? [] }

  private var state: ViewerState
  private var decoder = KeyDecoder()
  private var events: ArraySlice<Event>

  init(playing choice: UInt8) {
    events = Self.runs.isEmpty ? [] : Self.runs[Int(choice) % Self.runs.count][...]
    state = ViewerState(
      size: Size(columns: 80, rows: 24), themes: [.terminal],
      examples: ["one", "漢字 \u{1B}[2J", ""], isDemoPair: choice < 128, engine: .ready)
  }

  /// Takes in keys, or what a piece stands for that begins with 0xFE; then draws.
  mutating func take(_ piece: [UInt8]) {
    if piece.first == 0xFE {
      send(messages(of: piece))
    } else {
      send(decoder.feed(piece))
      send(decoder.timeOut())
    }
    let canvas = render(state)
    let size = state.terminal.size
    precondition(canvas.size == size)
    for row in 0..<size.rows {
      precondition(canvas.row(row).reduce(0) { $0 + $1.width } == size.columns)
    }
  }

  private mutating func messages(of piece: [UInt8]) -> [Message] {
    let kind = piece.count > 1 ? piece[1] : 0
    let number = piece.count > 2 ? Int(piece[2]) : 0
    let text = String(decoding: piece.dropFirst(2), as: UTF8.self)
    switch kind % 12 {
    case 0:
      return [.resize(Size(columns: number, rows: piece.count > 3 ? Int(piece[3]) % 100 : 24))]
    case 1, 2:
      defer { events = events.dropFirst(number) }
      return events.prefix(number).map { .event($0) }
    case 3: return [.tick]
    case 4: return [.elapsed(Double(number) / 20)]
    case 5: return [.told(text, isWarning: number.isMultiple(of: 2))]
    case 6:
      return [.engine(number.isMultiple(of: 2) ? .loading(text) : .failed(text)), .engine(.ready)]
    case 7: return [.recorded(Array(events))]
    case 8: return [.paste(text)]
    case 9:
      return [.models(.base, [ModelChoice(path: text, name: text, detail: "", obstacle: nil)])]
    case 10: return [.race(events.first)]
    default: return [.following(Array(events))]
    }
  }

  private mutating func send(_ messages: [Message]) {
    for message in messages {
      if case .key = message { FuzzTarget.keysPressed.add(1, ordering: .relaxed) }
      for command in update(&state, message) { answer(command) }
    }
  }

  /// Does what the surroundings of a viewer would.
  private mutating func answer(_ command: Command) {
    switch command {
    case .screen(.edit(let text, let purpose)):
      _ = update(&state, .edited(purpose, .text(text + " \u{202E}edited\n")))
    case .run(.submit):
      for event in events.prefix(40) { _ = update(&state, .event(event)) }
      events = events.dropFirst(40)
    case .run(.runs): _ = update(&state, .runs([]))
    case .run(.demo): _ = update(&state, .demo(Array(events)))
    case .run(.load): _ = update(&state, .loaded(state.run))
    default: break
    }
  }
}
