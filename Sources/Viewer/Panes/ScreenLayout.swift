/// The position of every pane on a screen of a given size.
struct ScreenLayout: Equatable {
  /// The width from which the step and run panes stand beside the conversation.
  private static let widthForSidePane = 100

  let size: Size
  /// The conversation's text, inside its frame and padding.
  let conversation: Rect
  /// The step and run panes with their left border; nil if hidden.
  let sidePane: Rect?
  let stripRow: Int
  /// The messages that wait; without rows where none does.
  let queue: Rect
  /// The composer's text, after its prompt.
  let composer: Rect
  let footerRow: Int

  init(
    size: Size, composer text: Composer, queued: Int = 0, sidePane shown: ViewerState.SidePane
  ) {
    self.size = size
    let composerWidth = max(1, size.columns - 7)
    let composerLimit = max(1, min(6, (size.rows - 8) / 2))
    let composerRows = ComposerPane.lines(
      of: text, width: composerWidth, limit: composerLimit
    ).count
    footerRow = size.rows - 1
    composer = Rect(
      column: 4, row: footerRow - composerRows, columns: composerWidth, rows: composerRows)
    let queueRows = QueuePane.rows(of: queued, on: size.rows)
    queue = Rect(
      column: composer.column, row: composer.row - queueRows, columns: composerWidth,
      rows: queueRows)
    stripRow = queue.row - 1

    let sideWidth = Self.sidePaneColumns(size)
    let isShown =
      Self.hasSidePaneBeside(size) ? shown.isShownBeside : shown.isShownOver
    sidePane =
      isShown
      ? Rect(column: size.columns - sideWidth, row: 1, columns: sideWidth, rows: stripRow - 1) : nil
    let isNarrowed = Self.hasSidePaneBeside(size) && shown.isShownBeside
    conversation = Rect(
      column: 2, row: 2,
      columns: max(0, size.columns - (isNarrowed ? sideWidth : 1) - 3), rows: stripRow - 2)
  }

  static func hasSidePaneBeside(_ size: Size) -> Bool { size.columns >= widthForSidePane }

  private static func sidePaneColumns(_ size: Size) -> Int {
    // Beyond what a line of prose and its state take, the panes grow.
    if size.columns >= 120 { return max(38, min(72, size.columns - 134)) }
    return hasSidePaneBeside(size) ? 36 : min(40, size.columns - 2)
  }
}

extension ViewerState {
  /// The smallest screen that the viewer is drawn on.
  public static let smallestSize = Size(columns: 40, rows: 10)

  /// Whether the viewer fits on a screen of this size.
  public static func isUsable(_ size: Size) -> Bool {
    size.columns >= smallestSize.columns && size.rows >= smallestSize.rows
  }
}
