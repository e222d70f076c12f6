import Dispatch
import Foundation
import Synchronization

/// The folder in which runs are saved: `ID.jsonl`, beside it `ID.title` where a run was named.
public struct RunFolder: Sendable {
  /// Where it is; it comes to be with the first run.
  public let path: String

  /// The folder at `path`.
  public init(path: String) {
    self.path = path
  }

  /// `specreason/runs` in the person's folder for programs' state (`XDG_STATE_HOME`, else
  /// `~/.local/state`).
  public static func standard(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> RunFolder {
    let home = environment["HOME"] ?? NSHomeDirectory()
    // The XDG specification wants relative paths ignored.
    let state = environment["XDG_STATE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
    return RunFolder(path: (state ?? home + "/.local/state") + "/specreason/runs")
  }

  // MARK: Reading

  /// All runs, the newest first. Their files are read on all cores.
  public func runs() -> [SavedRun] {
    let names = names()
    let runs = Mutex([SavedRun?](repeating: nil, count: names.count))
    DispatchQueue.concurrentPerform(iterations: names.count) { place in
      let run = SavedRun(path: file(names[place]))
      runs.withLock { $0[place] = run }
    }
    return runs.withLock { $0.compactMap(\.self) }
  }

  /// The name of the run that `name` means: `latest`, a run's name, or the end of just one.
  public func id(of name: String) throws(RunStoreError) -> String {
    let names = names()
    if name == "latest" {
      guard let latest = names.first else { throw RunStoreError(path, .noRuns) }
      return latest
    }
    if names.contains(name) { return name }
    let ending = names.filter { $0.hasSuffix(name) }
    guard let only = ending.first, !name.isEmpty else { throw RunStoreError(name, .notFound) }
    guard ending.count == 1 else { throw RunStoreError(name, .ambiguous(ending)) }
    return only
  }

  /// The file of the run called `id`.
  public func path(ofRun id: String) -> String { file(id) }

  /// The trace of the run called `id`, as far as it can be read.
  public func trace(_ id: String) throws -> TraceFile {
    try TraceFile(path: file(id))
  }

  private func names() -> [String] {
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return entries.filter { $0.hasSuffix(Self.suffix) }.map {
      String($0.dropLast(Self.suffix.count))
    }
    .filter { Self.isRegularFile(file($0)) }.sorted(by: >)
  }

  // MARK: Writing

  /// Saves a new run that begins now; see ``RunWriter`` for the two closures.
  public func begin(
    onSaved: @escaping @Sendable ([Event]) -> Void = { _ in },
    onFailure: @escaping @Sendable (RunStoreError) -> Void
  ) -> RunWriter {
    var path = file(Self.newID(at: Date()))
    // Another process may have begun a run with this name.
    while access(path, F_OK) == 0 || access(RunFile.lockPath(of: path), F_OK) == 0 {
      path = file(Self.newID(at: Date()))
    }
    return RunWriter(at: path, nil, onSaved: onSaved, onFailure: onFailure)
  }

  /// Opens the run called `id` to go on with it; see ``RunWriter`` for the two closures.
  ///
  /// The file stays as it is until the first event after a question or another request is saved:
  /// then a turn that was broken off is ended in it. Where lines are damaged, a new file without
  /// them takes its place, and the old one is kept as `ID.jsonl.damaged`.
  ///
  /// - Throws: ``RunStoreError`` or ``TraceError``.
  public func reopen(
    _ id: String, onSaved: @escaping @Sendable ([Event]) -> Void = { _ in },
    onFailure: @escaping @Sendable (RunStoreError) -> Void
  ) throws -> (writer: RunWriter, trace: TraceFile) {
    let (file, trace) = try RunFile.reopen(at: file(id))
    return (RunWriter(at: file.path, file, onSaved: onSaved, onFailure: onFailure), trace)
  }

  /// Names the run called `id`; an empty title takes the name away.
  public func rename(_ id: String, to title: String) throws {
    let titlePath = Self.titlePath(of: file(id))
    guard !title.allSatisfy(\.isWhitespace) else {
      unlink(titlePath)
      return
    }
    try Data(title.utf8).write(to: URL(filePath: titlePath), options: .atomic)
    chmod(titlePath, 0o600)
  }

  /// Puts the run called `id` into the trash, unless it is open somewhere.
  public func delete(_ id: String) throws(RunStoreError) {
    let lock = try RunFile.lock(file(id))
    defer { withExtendedLifetime(lock) {} }
    if mkdir(trash, 0o700) != 0, errno != EEXIST { throw .system(trash, "Making") }
    try move(id, from: path, to: trash)
  }

  /// Takes the run called `id` out of the trash again.
  public func restore(_ id: String) throws(RunStoreError) {
    try move(id, from: trash, to: path)
  }

  /// Removes for good what was deleted.
  public func emptyTrash() {
    try? FileManager.default.removeItem(atPath: trash)
  }

  private var trash: String { path + "/trash" }

  private func move(_ id: String, from: String, to: String) throws(RunStoreError) {
    guard Foundation.rename("\(from)/\(id)\(Self.suffix)", "\(to)/\(id)\(Self.suffix)") == 0 else {
      throw errno == ENOENT ? RunStoreError(id, .notFound) : .system(id, "Moving")
    }
    // Its title, and what was kept of it before damaged lines were left out.
    let kept = [Self.suffix + ".damaged", Self.suffix + ".torn"]
    for name in (try? FileManager.default.contentsOfDirectory(atPath: from)) ?? []
    where name == id + Self.titleSuffix || kept.contains(where: { name.hasPrefix(id + $0) }) {
      _ = Foundation.rename("\(from)/\(name)", "\(to)/\(name)")
    }
  }

  // MARK: Names

  private static let suffix = ".jsonl"
  private static let titleSuffix = ".title"

  private func file(_ id: String) -> String { "\(path)/\(id)\(Self.suffix)" }

  static func titlePath(of path: String) -> String {
    path.dropLast(suffix.count) + titleSuffix
  }

  static func id(ofPath path: String) -> String {
    URL(filePath: path).deletingPathExtension().lastPathComponent
  }

  /// The milliseconds since 1970 in the last name that was made.
  private static let lastNamed = Mutex(0)

  /// Time with milliseconds, later than in every name before it, then four digits that keep the
  /// runs of two processes apart.
  private static func newID(at date: Date) -> String {
    let now = Int((date.timeIntervalSince1970 * 1_000).rounded(.down))
    let moment = lastNamed.withLock { last in
      last = max(now, last + 1)
      return last
    }
    let time = Date(timeIntervalSince1970: Double(moment / 1_000)).formatted(
      .iso8601.year().month().day().dateSeparator(.omitted).time(includingFractionalSeconds: false)
        .timeSeparator(.omitted)
    ).replacing("T", with: "-")
    let digits = String(UInt16.random(in: .min ... .max), radix: 16)
    return "\(time)-\(padded("\(moment % 1_000)", to: 3))-\(padded(digits, to: 4))"
  }

  private static func padded(_ digits: String, to count: Int) -> String {
    String(repeating: "0", count: count - digits.count) + digits
  }

  /// The second in a name; earlier versions had no milliseconds in theirs.
  ///
  /// Read by hand: of a list of a thousand runs, a style of Foundation's takes as long as all else.
  static func date(ofID id: String) -> Date? {
    let digits = id.utf8.prefix(15).map { Int32($0) - 48 }
    guard digits.count == 15, digits[8] == Int32(UInt8(ascii: "-")) - 48,
      (digits[..<8] + digits[9...]).allSatisfy({ (0...9).contains($0) })
    else { return nil }
    func number(_ places: Range<Int>) -> Int32 { digits[places].reduce(0) { $0 * 10 + $1 } }
    var time = tm()
    (time.tm_year, time.tm_mon) = (number(0..<4) - 1900, number(4..<6) - 1)
    (time.tm_mday, time.tm_hour) = (number(6..<8), number(9..<11))
    (time.tm_min, time.tm_sec) = (number(11..<13), number(13..<15))
    let written = time
    let seconds = timegm(&time)
    // Thirteen months would become a year and one.
    guard time.tm_mon == written.tm_mon, time.tm_mday == written.tm_mday,
      time.tm_hour == written.tm_hour, time.tm_min == written.tm_min, time.tm_sec == written.tm_sec
    else { return nil }
    return Date(timeIntervalSince1970: Double(seconds))
  }

  /// A named pipe would be waited on for ever.
  private static func isRegularFile(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }
}
