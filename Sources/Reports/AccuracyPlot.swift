import Evaluation
import Foundation
import Traces

/// An evaluation as a plot: accuracy against the median seconds of a problem, in SVG.
///
/// Modes are told by shape and name as well as by colour; thresholds of one mode are joined by a
/// line in their order. With several seeds, bars show the quartiles.
public struct AccuracyPlot: Sendable {
  private static let size = (width: 720.0, height: 480.0)
  private static let frame = (left: 70.0, top: 50.0, right: 700.0, bottom: 420.0)

  private struct Series {
    var name: String
    var points: [EvaluationSummary]
  }

  private let title: String
  private let series: [Series]
  private let seconds: Axis
  private let accuracy: Axis

  /// A plot of `summaries` under `title`.
  public init(_ summaries: [EvaluationSummary], title: String) {
    self.title = title
    let hasJudges = Set(summaries.compactMap(\.judge)).count > 1
    let hasFirstSteps = Set(summaries.compactMap(\.firstBaseSteps)).count > 1
    var series: [Series] = []
    for summary in summaries {
      var name = summary.mode.rawValue
      if hasJudges, let judge = summary.judge { name += ", \(judge.rawValue)" }
      if hasFirstSteps, let steps = summary.firstBaseSteps { name += ", first \(steps)" }
      if let index = series.firstIndex(where: { $0.name == name }) {
        series[index].points.append(summary)
      } else {
        series.append(Series(name: name, points: [summary]))
      }
    }
    for index in series.indices {
      series[index].points.sort { $0.threshold ?? 0 < $1.threshold ?? 0 }
    }
    self.series = series
    let times = summaries.flatMap {
      [$0.seconds.median, $0.overSeeds?.seconds.lower, $0.overSeeds?.seconds.upper]
        .compactMap(\.self)
    }
    seconds = Axis(from: 0, to: times.max() ?? 1, pixels: Self.frame.left...Self.frame.right)
    let shares = summaries.flatMap {
      [$0.accuracy, $0.overSeeds?.accuracy.lower].compactMap(\.self)
    }
    accuracy = Axis(
      from: min(0.9, shares.min() ?? 0) * 100, to: 100, pixels: Self.frame.top...Self.frame.bottom,
      isTurned: true)
  }

  /// The plot as a file of its own.
  public var svg: String {
    var lines = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(Int(Self.size.width)) "
        + "\(Int(Self.size.height))\" font-family=\"sans-serif\" font-size=\"12\" fill=\"#222\">",
      "<title>\(Markup.escaped(title))</title>",
      "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>",
      text(title, x: Self.frame.left, y: 24, attributes: "font-size=\"15\" font-weight=\"bold\""),
    ]
    lines += axes
    for (index, series) in series.enumerated() {
      lines += drawn(series, look: Self.looks[index % Self.looks.count])
    }
    lines += legend
    return lines.joined(separator: "\n") + "\n</svg>\n"
  }

  // MARK: Axes

  private var axes: [String] {
    let frame = Self.frame
    var lines: [String] = []
    for tick in seconds.ticks {
      let x = seconds.position(tick)
      lines.append(line(x, frame.top, x, frame.bottom, "stroke=\"#ddd\""))
      lines.append(
        text(seconds.label(tick), x: x, y: frame.bottom + 18, attributes: "text-anchor=\"middle\""))
    }
    for tick in accuracy.ticks {
      let y = accuracy.position(tick)
      lines.append(line(frame.left, y, frame.right, y, "stroke=\"#ddd\""))
      lines.append(
        text(
          accuracy.label(tick) + "%", x: frame.left - 8, y: y + 4, attributes: "text-anchor=\"end\""
        ))
    }
    lines.append(
      text(
        "seconds per problem, median", x: (frame.left + frame.right) / 2, y: frame.bottom + 40,
        attributes: "text-anchor=\"middle\""))
    lines.append(
      text("right answers", x: frame.left, y: frame.top - 10, attributes: "text-anchor=\"middle\""))
    return lines
  }

  // MARK: Points

  private struct Look {
    let color: String
    /// Corners of the mark around its middle; none for a circle.
    let corners: [(Double, Double)]
  }

  /// Colours that differ in lightness too (Okabe and Ito's palette), each with a shape of its own.
  private static let looks = [
    Look(color: "#0072b2", corners: []),
    Look(color: "#d55e00", corners: [(-5, -5), (5, -5), (5, 5), (-5, 5)]),
    Look(color: "#009e73", corners: [(0, -6), (6, 5), (-6, 5)]),
    Look(color: "#cc79a7", corners: [(0, -7), (7, 0), (0, 7), (-7, 0)]),
    Look(color: "#e69f00", corners: [(-6, -5), (6, -5), (0, 6)]),
    Look(color: "#56b4e9", corners: [(-7, -3), (7, -3), (7, 3), (-7, 3)]),
  ]

  private func place(_ summary: EvaluationSummary) -> (x: Double, y: Double) {
    (seconds.position(summary.seconds.median), accuracy.position(summary.accuracy * 100))
  }

  private func drawn(_ series: Series, look: Look) -> [String] {
    var lines: [String] = []
    let places = series.points.map(place)
    if places.count > 1 {
      let path = places.map { "\(short($0.x)),\(short($0.y))" }.joined(separator: " ")
      lines.append("<polyline points=\"\(path)\" fill=\"none\" stroke=\"\(look.color)\"/>")
    }
    for (summary, place) in zip(series.points, places) {
      if let spread = summary.overSeeds {
        let stroke = "stroke=\"\(look.color)\" stroke-opacity=\"0.6\""
        lines.append(
          line(
            seconds.position(spread.seconds.lower), place.y,
            seconds.position(spread.seconds.upper), place.y, stroke))
        lines.append(
          line(
            place.x, accuracy.position(spread.accuracy.lower * 100), place.x,
            accuracy.position(spread.accuracy.upper * 100), stroke))
      }
      lines.append(mark(look, at: place))
      if let threshold = summary.threshold {
        lines.append(text("τ \(short(threshold))", x: place.x + 9, y: place.y - 6))
      }
    }
    return lines
  }

  private var legend: [String] {
    series.enumerated().flatMap { index, series in
      let y = Self.frame.bottom - 14 - 20 * Double(self.series.count - 1 - index)
      let look = Self.looks[index % Self.looks.count]
      return [
        mark(look, at: (Self.frame.right - 170, y - 4)),
        text(series.name, x: Self.frame.right - 158, y: y),
      ]
    }
  }

  private func mark(_ look: Look, at place: (x: Double, y: Double)) -> String {
    guard !look.corners.isEmpty else {
      return "<circle cx=\"\(short(place.x))\" cy=\"\(short(place.y))\" r=\"5\" "
        + "fill=\"\(look.color)\"/>"
    }
    let corners = look.corners.map { "\(short(place.x + $0.0)),\(short(place.y + $0.1))" }
    return "<polygon points=\"\(corners.joined(separator: " "))\" fill=\"\(look.color)\"/>"
  }

  // MARK: Elements

  private func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ look: String)
    -> String
  {
    "<line x1=\"\(short(x1))\" y1=\"\(short(y1))\" x2=\"\(short(x2))\" y2=\"\(short(y2))\" \(look)/>"
  }

  private func text(_ content: String, x: Double, y: Double, attributes: String = "") -> String {
    "<text x=\"\(short(x))\" y=\"\(short(y))\" \(attributes)>\(Markup.escaped(content))</text>"
  }

  private func short(_ value: Double) -> String {
    value == value.rounded() ? String(format: "%.0f", value) : String(format: "%.1f", value)
  }
}

/// Numbers along one side of a plot, with ticks at round ones.
private struct Axis {
  private let range: ClosedRange<Double>
  private let pixels: ClosedRange<Double>
  private let isTurned: Bool
  private let step: Double

  /// An axis that holds `lower` to `upper`; `isTurned` when greater numbers have smaller pixels.
  init(
    from lower: Double, to upper: Double, pixels: ClosedRange<Double>, isTurned: Bool = false
  ) {
    let span = upper > lower ? upper - lower : 1
    // The round number (1, 2 or 5 times a power of ten) that makes at most about six steps.
    let power = pow(10, (log10(span / 5)).rounded(.down))
    step = [1, 2, 5, 10].map { $0 * power }.first { span / $0 <= 6 } ?? 10 * power
    self.range = (lower / step).rounded(.down) * step...((lower + span) / step).rounded(.up) * step
    self.pixels = pixels
    self.isTurned = isTurned
  }

  var ticks: [Double] {
    Array(stride(from: range.lowerBound, through: range.upperBound + step / 2, by: step))
  }

  func position(_ value: Double) -> Double {
    let share = (value - range.lowerBound) / (range.upperBound - range.lowerBound)
    let length = pixels.upperBound - pixels.lowerBound
    return isTurned ? pixels.upperBound - share * length : pixels.lowerBound + share * length
  }

  func label(_ value: Double) -> String {
    let decimals = max(0, Int(-log10(step).rounded(.down)))
    return String(format: "%.\(decimals)f", value)
  }
}
