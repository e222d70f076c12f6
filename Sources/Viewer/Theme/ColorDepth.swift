import Foundation

/// How many colours a terminal shows.
public enum ColorDepth: Sendable, Comparable {
  case mono, ansi16, palette256, trueColor
}

extension Color {
  /// The nearest colour a terminal of this depth can show: an index into its palette, or 24-bit
  /// RGB for true colour; nil without colour.
  ///
  /// Nearest in CIELAB (CIE 1976), where equal distances look about equally different. Of the 16
  /// basic colours the one of the same hue: terminals show them as they like, and what a colour
  /// means hangs on its name.
  public func index(at depth: ColorDepth) -> Int? {
    switch (self, depth) {
    case (_, .mono): nil
    case (.ansi(let index), _): Int(index)
    case (.rgb(let red, let green, let blue), .trueColor):
      // In direct-colour terminals the values 0 to 7 mean the basic colours.
      max(8, Int(red) << 16 | Int(green) << 8 | Int(blue))
    case (.rgb, .palette256): nearest(among: 16..<256)
    case (.rgb, .ansi16): nearestBasic
    }
  }

  private func nearest(among indices: some Sequence<Int>) -> Int {
    let target = lab
    return indices.min {
      Self.distance(target, Self.paletteLab[$0])
        < Self.distance(target, Self.paletteLab[$1])
    } ?? 7
  }

  /// Below this distance from grey a colour counts as grey.
  private static let leastChroma = 12.0

  private var nearestBasic: Int {
    let (lightness, a, b) = lab
    guard (a * a + b * b).squareRoot() >= Self.leastChroma else {
      return nearest(among: [0, 8, 7, 15])
    }
    let degrees = atan2(b, a) * 180 / .pi
    let name =
      switch degrees < 0 ? degrees + 360 : degrees {
      case 60..<103.5: 3
      case 103.5..<160: 2
      case 160..<235: 6
      case 235..<307: 4
      case 307..<355: 5
      default: 1
      }
    let plain = Self.paletteLab[name].l
    let bright = Self.paletteLab[name + 8].l
    return abs(lightness - plain) <= abs(lightness - bright) ? name : name + 8
  }

  /// Red, green and blue; of the terminal's own colours those that xterm gives them.
  private var bytes: [UInt8] {
    switch self {
    case .rgb(let red, let green, let blue): [red, green, blue]
    case .ansi(let index): Self.palette[Int(index) % 256]
    }
  }

  /// The colour as `#rrggbb`.
  public var hex: String {
    "#" + bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// Linear red, green and blue, 0 to 1, by the sRGB transfer function.
  private var linear: [Double] {
    bytes.map { byte in
      let value = Double(byte) / 255
      return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
  }

  /// Contrast with `other` by WCAG 2: 1 (none) to 21 (black on white).
  public func contrast(with other: Color) -> Double {
    let (first, second) = (luminance, other.luminance)
    return (max(first, second) + 0.05) / (min(first, second) + 0.05)
  }

  /// Whether dark text is easier to read on it than light text.
  public var isLight: Bool {
    contrast(with: .rgb(red: 0, green: 0, blue: 0))
      > contrast(with: .rgb(red: 255, green: 255, blue: 255))
  }

  private var luminance: Double {
    let rgb = linear
    return 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2]
  }

  private typealias Lab = (l: Double, a: Double, b: Double)

  private var lab: Lab {
    let rgb = linear
    let x = (0.4124 * rgb[0] + 0.3576 * rgb[1] + 0.1805 * rgb[2]) / 0.9505
    let y = 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2]
    let z = (0.0193 * rgb[0] + 0.1192 * rgb[1] + 0.9505 * rgb[2]) / 1.089
    func f(_ t: Double) -> Double { t > 0.008856 ? cbrt(t) : 7.787 * t + 16.0 / 116 }
    return (116 * f(y) - 16, 500 * (f(x) - f(y)), 200 * (f(y) - f(z)))
  }

  private static func distance(_ left: Lab, _ right: Lab) -> Double {
    let (l, a, b) = (left.l - right.l, left.a - right.a, left.b - right.b)
    return l * l + a * a + b * b
  }

  private static let paletteLab: [Lab] = palette.map {
    Color.rgb(red: $0[0], green: $0[1], blue: $0[2]).lab
  }

  /// xterm's 256 colours: 16 basic ones, a 6×6×6 cube, 24 greys.
  private static let palette: [[UInt8]] = {
    let basic: [[UInt8]] = [
      [0, 0, 0], [205, 0, 0], [0, 205, 0], [205, 205, 0], [0, 0, 238], [205, 0, 205],
      [0, 205, 205], [229, 229, 229], [127, 127, 127], [255, 0, 0], [0, 255, 0], [255, 255, 0],
      [92, 92, 255], [255, 0, 255], [0, 255, 255], [255, 255, 255],
    ]
    let levels: [UInt8] = [0, 95, 135, 175, 215, 255]
    let cube = levels.flatMap { red in
      levels.flatMap { green in levels.map { blue in [red, green, blue] } }
    }
    let greys = (0..<24).map { step in [UInt8](repeating: UInt8(8 + 10 * step), count: 3) }
    return basic + cube + greys
  }()
}
