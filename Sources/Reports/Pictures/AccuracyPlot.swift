import Evaluation
import Traces

/// Accuracy against median seconds per problem, as an SVG plot.
///
/// Modes differ in shape and name as well as in colour; a line joins the thresholds of one mode in
/// order. Where methods are compared, a dashed line joins those that no other one beats. With several
/// seeds, bars show the quartiles.
package struct AccuracyPlot: Sendable {
  private static let size = (width: 720.0, height: 480.0)
  /// What a legend beside the frame takes.
  private static let legendWidth = 190.0
  /// The most series of which the legend fits into the frame.
  private static let mostInFrame = 6
  private static let frame = (left: 70.0, top: 50.0, right: 700.0, bottom: 420.0)

  private struct Series {
    var name: String
    var points: [EvaluationSummary]
  }

  private let title: String
  private let series: [Series]
  private let frontier: [EvaluationSummary]
  private let seconds: PlotAxis
  private let accuracy: PlotAxis

  /// A plot of `summaries` with the title `title`.
  package init(_ summaries: [EvaluationSummary], title: String) {
    self.title = title
    let hasJudges = Set(summaries.compactMap(\.judge)).count > 1
    let hasFirstSteps = Set(summaries.compactMap(\.firstBaseSteps)).count > 1
    var series: [Series] = []
    for summary in summaries {
      var name = summary.method ?? summary.mode.rawValue
      let isMethod = summary.method != nil
      if hasJudges, !isMethod, let judge = summary.judge { name += ", \(judge.rawValue)" }
      if hasFirstSteps, !isMethod, let steps = summary.firstBaseSteps { name += ", first \(steps)" }
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
    frontier = summaries.contains { $0.method != nil } ? summaries.frontier : []
    let times = summaries.flatMap {
      [$0.seconds.median, $0.overSeeds?.seconds.lower, $0.overSeeds?.seconds.upper]
        .compactMap(\.self)
    }
    seconds = PlotAxis(from: 0, to: times.max() ?? 1, pixels: Self.frame.left...Self.frame.right)
    let shares = summaries.flatMap {
      [$0.accuracy, $0.overSeeds?.accuracy.lower].compactMap(\.self)
    }
    accuracy = PlotAxis(
      from: min(0.9, shares.min() ?? 0) * 100, to: 100, pixels: Self.frame.top...Self.frame.bottom,
      isFlipped: true)
  }

  /// The SVG document.
  package var svg: String {
    let title = [
      SVGElement("title", text: title),
      SVGElement("rect", ["width": "100%", "height": "100%", "fill": "#fff"]),
      SVGElement(
        "text", ["x": Self.frame.left, "y": 24, "font-size": 15, "font-weight": "bold"], text: title
      ),
    ]
    let points = series.enumerated().flatMap { index, series in
      drawn(series, look: Self.look(index))
    }
    return SVGElement.document(
      width: Self.size.width + (hasOuterLegend ? Self.legendWidth : 0), height: Self.size.height,
      ["font-family": "sans-serif", "font-size": 12, "fill": "#222"],
      title + axes + frontierLine + points + legend)
  }

  // MARK: Axes

  private var axes: [SVGElement] {
    let frame = Self.frame
    let columns = seconds.ticks.flatMap { tick in
      let x = seconds.position(tick)
      return [
        line(from: (x, frame.top), to: (x, frame.bottom), color: "#ddd"),
        text(seconds.label(tick), x: x, y: frame.bottom + 18, anchor: "middle"),
      ]
    }
    let rows = accuracy.ticks.flatMap { tick in
      let y = accuracy.position(tick)
      return [
        line(from: (frame.left, y), to: (frame.right, y), color: "#ddd"),
        text(accuracy.label(tick) + "%", x: frame.left - 8, y: y + 4, anchor: "end"),
      ]
    }
    return columns + rows + [
      text(
        "seconds per problem, median", x: (frame.left + frame.right) / 2, y: frame.bottom + 40,
        anchor: "middle"),
      text("right answers", x: frame.left, y: frame.top - 10, anchor: "middle"),
    ]
  }

  // MARK: Points

  private struct Look {
    let color: String
    /// Corners of the mark relative to its centre, in pixels; none for a circle.
    let corners: [(Double, Double)]
  }

  /// Okabe and Ito's palette, whose colours differ in lightness too, each with its own shape.
  private static let looks = [
    Look(color: "#0072b2", corners: []),
    Look(color: "#d55e00", corners: [(-5, -5), (5, -5), (5, 5), (-5, 5)]),
    Look(color: "#009e73", corners: [(0, -6), (6, 5), (-6, 5)]),
    Look(color: "#cc79a7", corners: [(0, -7), (7, 0), (0, 7), (-7, 0)]),
    Look(color: "#e69f00", corners: [(-6, -5), (6, -5), (0, 6)]),
    Look(color: "#56b4e9", corners: [(-7, -3), (7, -3), (7, 3), (-7, 3)]),
  ]

  /// The look of series `index`; once the colours are used up, they come again in other shapes.
  private static func look(_ index: Int) -> Look {
    let shape = looks[(index + index / looks.count) % looks.count]
    return Look(color: looks[index % looks.count].color, corners: shape.corners)
  }

  private var hasOuterLegend: Bool { series.count > Self.mostInFrame }

  private var frontierLine: [SVGElement] {
    guard frontier.count > 1 else { return [] }
    return [
      SVGElement(
        "polyline",
        [
          "points": SVGElement.points(frontier.map(place)), "fill": "none", "stroke": "#777",
          "stroke-dasharray": "6 4",
        ])
    ]
  }

  private func place(_ summary: EvaluationSummary) -> (x: Double, y: Double) {
    (seconds.position(summary.seconds.median), accuracy.position(summary.accuracy * 100))
  }

  private func drawn(_ series: Series, look: Look) -> [SVGElement] {
    var elements: [SVGElement] = []
    let places = series.points.map(place)
    if places.count > 1 {
      elements.append(
        SVGElement(
          "polyline",
          ["points": SVGElement.points(places), "fill": "none", "stroke": look.color]))
    }
    for (summary, place) in zip(series.points, places) {
      if let spread = summary.overSeeds {
        elements.append(
          line(
            from: (seconds.position(spread.seconds.lower), place.y),
            to: (seconds.position(spread.seconds.upper), place.y), color: look.color, opacity: 0.6))
        elements.append(
          line(
            from: (place.x, accuracy.position(spread.accuracy.lower * 100)),
            to: (place.x, accuracy.position(spread.accuracy.upper * 100)), color: look.color,
            opacity: 0.6))
      }
      elements.append(mark(look, at: place))
      if let threshold = summary.threshold, summary.method == nil {
        elements.append(text("τ \(threshold.attribute)", x: place.x + 9, y: place.y - 6))
      }
    }
    return elements
  }

  private var legend: [SVGElement] {
    series.enumerated().flatMap { index, series in
      let y =
        hasOuterLegend
        ? Self.frame.top + 14 + 20 * Double(index)
        : Self.frame.bottom - 14 - 20 * Double(self.series.count - 1 - index)
      let x = hasOuterLegend ? Self.frame.right + 20 : Self.frame.right - 170
      return [
        mark(Self.look(index), at: (x, y - 4)), text(series.name, x: x + 12, y: y),
      ]
    }
  }

  private func mark(_ look: Look, at place: (x: Double, y: Double)) -> SVGElement {
    guard !look.corners.isEmpty else {
      return SVGElement("circle", ["cx": place.x, "cy": place.y, "r": 5, "fill": look.color])
    }
    let corners = look.corners.map { (x: place.x + $0.0, y: place.y + $0.1) }
    return SVGElement("polygon", ["points": SVGElement.points(corners), "fill": look.color])
  }

  // MARK: Elements

  private func line(
    from start: (x: Double, y: Double), to end: (x: Double, y: Double), color: String,
    opacity: Double? = nil
  ) -> SVGElement {
    SVGElement(
      "line",
      [
        "x1": start.x, "y1": start.y, "x2": end.x, "y2": end.y, "stroke": color,
        "stroke-opacity": opacity,
      ])
  }

  private func text(_ content: String, x: Double, y: Double, anchor: String? = nil) -> SVGElement {
    SVGElement("text", ["x": x, "y": y, "text-anchor": anchor], text: content)
  }
}
