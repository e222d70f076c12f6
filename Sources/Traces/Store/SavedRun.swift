import Foundation

/// What a list of saved runs tells about one.
public struct SavedRun: Sendable, Equatable {
  /// Its name: the time it began (UTC) and four digits.
  public let id: String
  /// Its trace.
  public let path: String
  /// When it began; nil where its file has another kind of name.
  public let began: Date?
  /// What the person called it; nil where they did not.
  public internal(set) var title: String?
  /// The first turn's prompt; empty where no turn can be read.
  public private(set) var prompt = ""
  /// Number of turns.
  public private(set) var turns = 0
  /// The models that it ended with; nil where that cannot be read.
  public private(set) var models: (base: ModelDescription, draft: ModelDescription?)?
  private var options: RunOptions?
  /// The mode that it ended with.
  public var mode: Mode? { options?.mode }
  /// How its last turn ended; nil where it did not.
  public private(set) var stop: StopReason?
  /// All prompts and answers, for searching.
  public private(set) var text = ""

  /// The prompt on one line, or what the person called the run.
  public var name: String {
    let name = title ?? prompt
    return name.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// How the run stands, in a word.
  public var outcome: String { turns == 0 ? "unreadable" : stop?.rawValue ?? "unfinished" }

  /// Reads the trace at `path` as far as its summary needs; damaged lines are passed over.
  init(path: String) {
    id = RunFolder.id(ofPath: path)
    self.path = path
    began = RunFolder.date(ofID: id)
    title = try? String(contentsOfFile: RunFolder.titlePath(of: path), encoding: .utf8)
    // Not mapped: another process that makes the file shorter meanwhile would end this one.
    guard let content = try? Data(contentsOf: URL(filePath: path)) else { return }
    content.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return }
      var start = 0
      while start < bytes.count {
        let newline = memchr(base + start, CInt(UInt8(ascii: "\n")), bytes.count - start)
        let end = newline.map { base.distance(to: UnsafeRawPointer($0)) } ?? bytes.count
        let line = bytes[start..<end]
        start = end + 1
        guard Self.matters(line) else { continue }
        // `try?` flattens: what cannot be read and what is unknown are passed over alike.
        if let event = try? TraceCoding.event(from: String(decoding: line, as: UTF8.self)) {
          apply(event)
        }
      }
    }
  }

  /// Tokens and steps are most of a trace and tell nothing here; every line begins with its type.
  private static func matters(_ line: Slice<UnsafeRawBufferPointer>) -> Bool {
    types.contains { line.starts(with: $0) }
  }

  private static let types = ["run.started", "turn.started", "turn.ended", "answer\"", "control"]
    .map { Array("{\"type\":\"\($0)".utf8) }

  private mutating func apply(_ event: Event) {
    switch event.kind {
    case .runStarted(let run):
      models = (run.base, run.draft)
      options = run.options
    case .control(.set(let setting)):
      options?.apply(setting)
    case .turnStarted(let turn):
      if turns == 0 { prompt = turn.prompt }
      turns += 1
      stop = nil
      text += turn.prompt + "\n"
    case .answer(let answer):
      text += answer.text + "\n"
    case .turnEnded(let end):
      // Its beginning may be damaged.
      turns = max(turns, end.turn)
      stop = end.stop
    default:
      break
    }
  }

  /// The same run with the same content.
  public static func == (one: SavedRun, other: SavedRun) -> Bool {
    one.id == other.id && one.path == other.path && one.title == other.title
      && one.turns == other.turns && one.stop == other.stop && one.text == other.text
  }
}
