import Traces

/// Numbers as the screen writes them.
package enum Format {
  /// `value` with `places` decimals, 0 to 4; a dash where it is no number.
  package static func fixed(_ value: Double, _ places: Int) -> String {
    let scale = [1, 10, 100, 1_000, 10_000][max(0, min(4, places))]
    guard value.isFinite, abs(value) < 1e12 else { return "–" }
    let units = Int((abs(value) * Double(scale)).rounded())
    let sign = value < 0 && units > 0 ? "-" : ""
    guard places > 0 else { return sign + String(units) }
    let decimals = String(units % scale)
    let padding = String(repeating: "0", count: max(0, places - decimals.count))
    return "\(sign)\(units / scale).\(padding)\(decimals)"
  }

  /// A judge score or a threshold with one decimal, both rounded down: what is told as 9.0 reaches
  /// τ 9.0.
  package static func score(_ value: Double) -> String {
    // A tenth has no exact binary form, and must not fall to the tenth below.
    fixed(value.isFinite ? (value * 10 + 1e-9).rounded(.down) / 10 : value, 1)
  }

  /// A share, 0 to 1, as whole per cent.
  package static func percent(_ share: Double) -> String { fixed(share * 100, 0) + "%" }

  /// A time with as many decimals as make sense; milliseconds below a tenth of a second.
  package static func seconds(_ value: Double) -> String {
    let (number, unit) = seconds(value, like: value)
    return number + " " + unit
  }

  /// `value` in the unit and with the places that suit `other`.
  private static func seconds(_ value: Double, like other: Double) -> (number: String, unit: String)
  {
    if other < 0.0995 { return (fixed(value * 1_000, 1), "ms") }
    return (fixed(value, other < 10 ? 2 : other < 100 ? 1 : 0), "s")
  }

  /// The size of a file or of memory in steps of 1,000: whole bytes, kB and MB, and GB with one
  /// decimal.
  package static func bytes(_ count: Int) -> String {
    let size = Double(count)
    if size < 999.5 { return "\(count) B" }
    if size < 999.5e3 { return fixed(size / 1e3, 0) + " kB" }
    if size < 999.5e6 { return fixed(size / 1e6, 0) + " MB" }
    return fixed(size / 1e9, 1) + " GB"
  }

  /// What took `seconds`, what the base model alone would have taken, and how many times as long that
  /// is: `18.5 s`, `base alone ≈ 24.1 s (22.3–27.0)`, `1.30×`. Without an estimate, the seconds alone.
  package static func againstBase(_ wall: Double, baseAlone: Bounds?) -> [String] {
    guard let alone = baseAlone, wall > 0 else { return [seconds(wall)] }
    let bounds = [alone.low, alone.high].map { seconds($0, like: alone.estimate).number }
    return [
      seconds(wall), "base alone ≈ \(seconds(alone.estimate)) (\(bounds.joined(separator: "–")))",
      speedup(alone.estimate / wall),
    ]
  }

  package static func speedup(_ value: Double) -> String { fixed(value, 2) + "×" }

  package static func padded(_ text: String, to width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }

  package static func count(_ number: Int, _ one: String, _ many: String) -> String {
    "\(number) \(number == 1 ? one : many)"
  }
}

/// Bars drawn with eighths of a cell.
enum Bar {
  private static let eighths = ["▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"]
  private static let heights = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

  /// A bar over `share` (0 to 1) of `columns`, filled up with `░`.
  static func horizontal(_ share: Double, columns: Int) -> String {
    guard columns > 0 else { return "" }
    let units = Int((clamped(share) * Double(columns * 8)).rounded())
    var bar = String(repeating: "█", count: units / 8)
    if units % 8 > 0 { bar += eighths[units % 8 - 1] }
    return bar + String(repeating: "░", count: columns - bar.count)
  }

  /// One cell filled from below by `share`, 0 to 1; blank for nearly nothing.
  static func vertical(_ share: Double) -> String {
    let share = clamped(share)
    guard share >= 0.005 else { return " " }
    return heights[min(7, Int(share * 8))]
  }

  /// Whole cells for `shares` (each 0 to 1, together at most 1) of `columns`; the cells left over
  /// by rounding go to the shares that lost most.
  static func segments(_ shares: [Double], columns: Int) -> [Int] {
    let exact = shares.map { clamped($0) * Double(max(0, columns)) }
    var cells = exact.map { Int($0) }
    let wanted = min(max(0, columns), Int(exact.reduce(0, +).rounded()))
    let byLoss = exact.indices.sorted {
      exact[$0] - Double(cells[$0]) > exact[$1] - Double(cells[$1])
    }
    for index in byLoss where cells.reduce(0, +) < wanted { cells[index] += 1 }
    return cells
  }

  private static func clamped(_ share: Double) -> Double {
    share.isFinite ? min(1, max(0, share)) : 0
  }
}
