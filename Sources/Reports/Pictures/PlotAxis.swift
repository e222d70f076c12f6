import Foundation

/// One axis of a plot, with ticks at round numbers.
struct PlotAxis {
  private let range: ClosedRange<Double>
  private let pixels: ClosedRange<Double>
  private let isFlipped: Bool
  private let step: Double

  /// An axis that covers `lower` to `upper`.
  ///
  /// - Parameters:
  ///   - pixels: Where the axis is drawn.
  ///   - isFlipped: Greater numbers have smaller coordinates, as on a vertical axis of an image.
  init(
    from lower: Double, to upper: Double, pixels: ClosedRange<Double>, isFlipped: Bool = false
  ) {
    let span = upper > lower ? upper - lower : 1
    // 1, 2 or 5 times a power of ten, so that there are about six ticks at most.
    let power = pow(10, (log10(span / 5)).rounded(.down))
    step = [1, 2, 5, 10].map { $0 * power }.first { span / $0 <= 6 } ?? 10 * power
    self.range = (lower / step).rounded(.down) * step...((lower + span) / step).rounded(.up) * step
    self.pixels = pixels
    self.isFlipped = isFlipped
  }

  /// The numbers to mark, in order.
  var ticks: [Double] {
    Array(stride(from: range.lowerBound, through: range.upperBound + step / 2, by: step))
  }

  /// The coordinate of `value`, in pixels.
  func position(_ value: Double) -> Double {
    let share = (value - range.lowerBound) / (range.upperBound - range.lowerBound)
    let length = pixels.upperBound - pixels.lowerBound
    return isFlipped ? pixels.upperBound - share * length : pixels.lowerBound + share * length
  }

  /// `value` with as many decimals as tell neighbouring ticks apart.
  func label(_ value: Double) -> String {
    let decimals = max(0, Int(-log10(step).rounded(.down)))
    return String(format: "%.\(decimals)f", value)
  }
}
