import CTerminal
import Viewer

/// Turns styles into what the terminal at hand can show.
struct Palette {
  private let depth: ColorDepth
  private let colors: Int
  private var pairs: [Colors: CInt] = [:]

  private struct Colors: Hashable {
    var foreground: CInt
    var background: CInt
  }

  /// `colors` as the terminal counts them; `isColorWanted` is false under NO_COLOR.
  init(colors: Int, isColorWanted: Bool) {
    self.colors = colors
    depth =
      !isColorWanted || colors < 8
      ? .mono : colors < 256 ? .ansi16 : colors < 1 << 24 ? .palette256 : .trueColor
  }

  /// Attribute bits and colour pair for `style`.
  mutating func resolve(_ style: Style) -> (attributes: CInt, pair: CInt) {
    var attributes = style.attributes
    let colors = Colors(
      foreground: index(of: style.foreground, brightens: &attributes),
      background: index(of: style.background))
    return (CInt(attributes.rawValue), pair(for: colors))
  }

  private mutating func pair(for colors: Colors) -> CInt {
    if let pair = pairs[colors] { return pair }
    let pair = ct_pair(colors.foreground, colors.background)
    pairs[colors] = pair
    return pair
  }

  private func index(of color: Color?, brightens attributes: inout Style.Attributes) -> CInt {
    guard let index = color?.index(at: depth) else { return -1 }
    // With eight colours the bright ones are the plain ones in bold.
    guard index >= colors else { return CInt(index) }
    // Black in bold stays black on some terminals, on a black background.
    if index == 8 {
      attributes.insert(.dim)
      return 7
    }
    attributes.insert(.bold)
    return CInt(index % 8)
  }

  private func index(of color: Color?) -> CInt {
    guard let index = color?.index(at: depth) else { return -1 }
    return CInt(index >= colors ? index % 8 : index)
  }
}
