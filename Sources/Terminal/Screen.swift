import CTerminal
import Viewer

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The terminal while the viewer has it: puts canvases on the glass.
///
/// Belongs to one thread. Close it in every way out, or the shell gets the terminal in raw mode.
struct Screen {
  /// The type assumed for a terminal that terminfo does not have; today's terminals understand it.
  private static let usualType = "xterm-256color"

  private var shown: Canvas?
  private var palette: Palette
  /// A remark about the terminal for the person; nil if there is none.
  let notice: String?
  /// Input from before the screen was opened, when the terminal was not in raw mode.
  let typedAhead: [UInt8]

  /// Takes the terminal on standard input and output. Nothing is drawn when it throws.
  init() throws(TerminalError) {
    guard isatty(STDIN_FILENO) == 1 else { throw .notATerminal(.input) }
    guard isatty(STDOUT_FILENO) == 1 else { throw .notATerminal(.output) }
    guard let term = Self.environment("TERM") else { throw .noTerminalType }
    let size = Self.windowSize
    guard ViewerState.isUsable(size) else { throw .tooSmall(size) }
    var result = Self.open(term)
    let isUnknown = result == CT_UNKNOWN_TERMINAL
    if isUnknown { result = Self.open(Self.usualType) }
    switch result {
    case CT_OK: break
    case CT_UNKNOWN_TERMINAL: throw .unknownTerminal(term)
    case CT_CANNOT_ADDRESS: throw .cannotAddressCursor(term)
    default: throw .system("opening the screen")
    }
    palette = Palette(
      colors: Int(ct_color_count()), isColorWanted: Self.environment("NO_COLOR") == nil)
    notice =
      isUnknown
      ? "This system does not know terminals of type \(DisplayText(term).string): "
        + "yours is treated as \(Self.usualType)." : nil
    typedAhead = Self.waitingInput()
  }

  private static func open(_ term: String) -> ct_result {
    ct_result(UInt32(DirectColor.withTerminalType(term) { ct_open($0) }))
  }

  /// Reads what the terminal has without waiting.
  private static func waitingInput() -> [UInt8] {
    var descriptor = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    guard poll(&descriptor, 1, 0) > 0 else { return [] }
    var bytes = [UInt8](repeating: 0, count: 4_096)
    let count = read(STDIN_FILENO, &bytes, bytes.count)
    return Array(bytes.prefix(max(0, count)))
  }

  /// Asks the terminal for its background (OSC 11); false where it would not understand that.
  func askBackground() -> Bool {
    guard Self.environment("TERM") != "linux" else { return false }
    let query = Array("\u{1B}]11;?\u{1B}\\".utf8)
    return write(STDOUT_FILENO, query, query.count) == query.count
  }

  func close() {
    ct_close()
  }

  /// Asks for mouse reports, or leaves the mouse to the terminal.
  func takeMouse(_ isWanted: Bool) {
    ct_mouse(isWanted ? 1 : 0)
  }

  /// The window's size; 80×24 where the system does not know it.
  static var windowSize: Size {
    var columns: CInt = 0
    var rows: CInt = 0
    ct_window_size(&columns, &rows)
    return Size(columns: columns > 0 ? Int(columns) : 80, rows: rows > 0 ? Int(rows) : 24)
  }

  /// The next frame is drawn in full, on whatever the terminal shows now.
  mutating func forget() {
    shown = nil
    ct_forget()
  }

  /// Stops the process until the shell continues it in the foreground. Returns a signal that asks to
  /// end the process, if one came; the terminal is then left to the shell.
  mutating func suspend(watching signals: Signals) -> CInt? {
    ct_release()
    while true {
      raise(SIGSTOP)
      // Changing the terminal from the background would stop the process again, unheard signals and
      // all. A signal sent together with SIGCONT may arrive a moment later.
      let isForeground = Self.isForeground
      let came = signals.next(waiting: isForeground ? 0 : 50)
      if let signal = came.first(where: Signals.ending.contains) { return signal }
      if isForeground { break }
    }
    retake()
    return nil
  }

  /// Whether this process is in the terminal's foreground process group.
  static var isForeground: Bool {
    let group = tcgetpgrp(STDIN_FILENO)
    return group < 0 || group == getpgrp()
  }

  /// Sets the terminal's modes again; the next frame is drawn in full.
  mutating func retake() {
    ct_retake()
    shown = nil
  }

  /// Gives the terminal to `body`, and takes it again.
  mutating func released<Result>(_ body: () -> Result) -> Result {
    ct_release()
    let result = body()
    retake()
    return result
  }

  /// Puts `canvas` on the glass; only cells that changed are drawn.
  mutating func show(_ canvas: Canvas) {
    if shown?.size != canvas.size {
      ct_resize(CInt(canvas.size.columns), CInt(canvas.size.rows))
      ct_erase()
      shown = nil
    }
    let old = shown?.cells
    for (index, cell) in canvas.cells.enumerated() where cell.width > 0 && cell != old?[index] {
      put(cell, column: index % canvas.size.columns, row: index / canvas.size.columns)
    }
    shown = canvas
    if let cursor = canvas.cursor {
      ct_show(CInt(cursor.column), CInt(cursor.row))
    } else {
      ct_show(-1, -1)
    }
  }

  private mutating func put(_ cell: Cell, column: Int, row: Int) {
    let (attributes, pair) = palette.resolve(cell.style)
    var scalars = cell.text.unicodeScalars.map(\.value)
    guard let base = scalars.first else { return }
    // Where ncurses' idea of the width differs from ours, everything after the glyph would move.
    if Int(ct_width(base)) != cell.width {
      scalars = [0x25A1]
      if cell.width == 2 {
        ct_put(CInt(column + 1), CInt(row), [0x20], 1, attributes, pair)
      }
    }
    ct_put(CInt(column), CInt(row), scalars, CInt(scalars.count), attributes, pair)
  }

  /// A variable that is set and not empty.
  static func environment(_ name: String) -> String? {
    guard let value = getenv(name) else { return nil }
    let text = String(cString: value)
    return text.isEmpty ? nil : text
  }
}
