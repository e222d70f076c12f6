import Foundation

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// True colour for terminals that take it though their terminfo entry knows only 256 colours.
///
/// Such a terminal says so in COLORTERM. ncurses believes its terminfo alone, so an entry that adds
/// true colour to the terminal's own is compiled into a folder that lives as long as opening takes.
enum DirectColor {
  /// Runs `open` with the terminal type to open: one with true colour where `term` lacks it, the
  /// terminal takes it and `tic` is there, else `term`.
  static func withTerminalType<Result>(_ term: String, _ open: (String) -> Result) -> Result {
    guard
      ["truecolor", "24bit"].contains(Screen.environment("COLORTERM")),
      Screen.environment("NO_COLOR") == nil, Screen.environment("TERMINFO") == nil,
      // The name goes into an entry's source, where other characters could mean something.
      term.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-+.".contains($0)) }),
      !term.hasSuffix("-direct")
    else { return open(term) }
    var template = Array(
      (FileManager.default.temporaryDirectory.path + "/specreason-XXXXXX").utf8CString)
    guard mkdtemp(&template) != nil else { return open(term) }
    let folder = String(
      decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let name = "specreason-direct"
    guard compile(entry(name, extending: term), into: folder) else { return open(term) }
    setenv("TERMINFO", folder, 1)
    // What the editor and others inherit is what we got.
    defer { unsetenv("TERMINFO") }
    return open(name)
  }

  /// The source of an entry: that of `term` with the colours of xterm-direct. The values 0 to 7
  /// stay the basic colours.
  private static func entry(_ name: String, extending term: String) -> String {
    func color(_ basic: Int) -> String {
      "\\E[%?%p1%{8}%<%t\(basic)%p1%d%e\(basic)8;2;%p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;"
        + "%p1%{255}%&%d%;m"
    }
    return """
      \(name)|\(term) with true colour,
      \tRGB, ccc@, colors#0x1000000, pairs#0x10000, initc@, oc@,
      \tsetab=\(color(4)), setaf=\(color(3)), use=\(term),

      """
  }

  private static func compile(_ entry: String, into folder: String) -> Bool {
    let source = folder + "/entry"
    guard FileManager.default.createFile(atPath: source, contents: Data(entry.utf8)) else {
      return false
    }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for stream: CInt in 0...2 {
      posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_RDWR, 0)
    }
    var arguments = ["tic", "-x", "-o", folder, source].map { (text: String) in strdup(text) }
    arguments.append(nil)
    defer { for argument in arguments { free(argument) } }
    var process = pid_t()
    guard posix_spawnp(&process, "tic", &actions, nil, &arguments, environ) == 0 else {
      return false
    }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 {
      guard errno == EINTR else { return false }
    }
    return status == 0
  }
}
