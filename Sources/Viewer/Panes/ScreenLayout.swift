/// Where everything stands on a screen of a given size.
struct ScreenLayout: Equatable {
  /// From this width on the step and run panes stand beside the conversation.
  private static let widthForSidePane = 100

  let size: Size
  /// The conversation's text, inside its frame and padding.
  let conversation: Rect
  /// The step and run panes with their left border; nil when they are not shown.
  let sidePane: Rect?
  /// The side pane covers the conversation.
  let sidePaneIsOver: Bool
  let stripRow: Int
  /// The composer's text, after its prompt.
  let composer: Rect
  let footerRow: Int

  init(_ state: ViewerState) {
    size = state.size
    let composerWidth = max(1, size.columns - 7)
    let wanted = ComposerPane.lines(of: state.composer, width: composerWidth).count
    let composerRows = min(max(1, wanted), max(1, min(6, (size.rows - 8) / 2)))
    footerRow = size.rows - 1
    composer = Rect(
      column: 4, row: footerRow - composerRows, columns: composerWidth, rows: composerRows)
    stripRow = composer.row - 1

    let isBeside = size.columns >= Self.widthForSidePane
    let sideWidth = isBeside ? (size.columns >= 120 ? 38 : 36) : min(40, size.columns - 2)
    let isShown = isBeside ? state.sidePane.isShownBeside : state.sidePane.isShownOver
    sidePane =
      isShown
      ? Rect(column: size.columns - sideWidth, row: 1, columns: sideWidth, rows: stripRow - 1) : nil
    sidePaneIsOver = isShown && !isBeside
    let right = isShown && isBeside ? size.columns - sideWidth : size.columns - 1
    conversation = Rect(column: 2, row: 2, columns: right - 3, rows: stripRow - 2)
  }

  var hasSidePaneBeside: Bool { size.columns >= Self.widthForSidePane }
}

extension ViewerState {
  /// Below this the screen says so instead of drawing rubbish.
  public static let smallestSize = Size(columns: 40, rows: 10)

  /// Whether a screen of this size has room for the viewer.
  public static func isUsable(_ size: Size) -> Bool {
    size.columns >= smallestSize.columns && size.rows >= smallestSize.rows
  }
}
