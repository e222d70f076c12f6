/// A view that lies over the screen and gets all keys, text and clicks.
///
/// A new overlay is a type of its own in this folder and an action that opens it.
protocol Overlay: Sendable {
  /// The contexts whose keys count while it is open.
  var contexts: Set<ActionEntry.Context> { get }

  /// The line that is written in it; nil if it takes no text.
  var text: Composer? { get set }

  /// Does `action`. The overlay is closed meanwhile, so `state` may open another one instead.
  mutating func handle(_ action: Action, in state: inout ViewerState) -> OverlayResponse

  /// Takes text that was typed or pasted.
  mutating func insert(_ characters: [Character], in state: inout ViewerState) -> OverlayResponse

  /// Takes a press of the mouse button.
  mutating func press(_ position: Position, in state: inout ViewerState) -> OverlayResponse

  /// Draws it over what is on `canvas`.
  func draw(on canvas: inout Canvas, in state: ViewerState)
}

/// What becomes of an overlay, and the commands that it gives.
enum OverlayResponse {
  case stay([Command] = [])
  case close([Command] = [])
}

extension Overlay {
  var text: Composer? {
    get { nil }
    set {}
  }

  mutating func insert(_ characters: [Character], in state: inout ViewerState) -> OverlayResponse {
    guard var line = text else { return .stay() }
    let isWhole = line.insert(characters.map { $0 == "\n" ? " " : $0 })
    text = line
    if !isWhole { state.sayTooLong() }
    return .stay()
  }

  mutating func press(_ position: Position, in state: inout ViewerState) -> OverlayResponse {
    .stay()
  }
}

extension ViewerState {
  /// Lets the open overlay, if there is one, handle something.
  mutating func inOverlay(
    _ handle: (inout any Overlay, inout ViewerState) -> OverlayResponse
  ) -> [Command] {
    guard var open = overlay else { return [] }
    overlay = nil
    switch handle(&open, &self) {
    case .stay(let commands):
      overlay = open
      return commands
    case .close(let commands):
      return commands
    }
  }
}
