import Traces
import Viewer

/// The drawings of the page. Colours come from its style sheet, words from their labels.
enum HTMLCharts {
  private static let digitWidth = 14.0
  private static let digitHeight = 40.0

  /// The judge's probabilities of the ten digits as bars; empty where it gave none.
  static func digits(_ probabilities: [Double], threshold: Double?) -> String {
    guard probabilities.count == 10, let most = probabilities.max(), most > 0 else { return "" }
    let bars = probabilities.enumerated().flatMap { digit, probability -> [SVGElement] in
      let height = max(0, probability) / most * digitHeight
      let x = Double(digit) * digitWidth
      let passes = threshold.map { Double(digit) >= $0 } ?? false
      return [
        SVGElement(
          "rect",
          [
            "x": x + 1, "y": digitHeight - height, "width": digitWidth - 2, "height": height,
            "class": passes ? "passes" : "fails",
          ]),
        SVGElement(
          "text", ["x": x + digitWidth / 2, "y": digitHeight + 12, "text-anchor": "middle"],
          text: "\(digit)"),
      ]
    }
    let passing = threshold.map { ", those from \(Format.score($0)) up accept" } ?? ""
    let told = probabilities.enumerated().filter { $0.element >= 0.005 }.map {
      "\($0.offset): \(Format.percent($0.element))"
    }
    return SVGElement.document(
      width: 10 * digitWidth, height: digitHeight + 15,
      [
        "class": "digits", "role": "img", "width": "140", "height": "55",
        "aria-label": "Probabilities of the digits: \(told.joined(separator: ", "))\(passing)",
      ], bars)
  }

  private static let waterfallWidth = 900.0
  private static let laneHeight = 20.0
  private static let labelWidth = 60.0

  /// Who worked when in a turn; empty where nothing is known of that.
  static func waterfall(_ timeline: Timeline) -> String {
    guard timeline.seconds > 0, !timeline.spans.isEmpty else { return "" }
    let lanes = Timeline.Lane.allCases.filter { lane in
      timeline.spans.contains { $0.lane == lane }
    }
    let scale = (waterfallWidth - labelWidth) / timeline.seconds
    func y(_ lane: Timeline.Lane) -> Double {
      Double(lanes.firstIndex(of: lane) ?? 0) * laneHeight
    }
    let labels = lanes.map {
      SVGElement("text", ["x": 0, "y": y($0) + 14], text: $0.rawValue)
    }
    let bars = timeline.spans.map { span in
      SVGElement(
        "rect",
        [
          "x": labelWidth + span.start * scale, "y": y(span.lane) + 3,
          "width": max(0.5, (span.end - span.start) * scale), "height": laneHeight - 6,
          "class": "\(span.lane.rawValue)\(span.isDiscarded ? " wasted" : "")",
        ], title: label(of: span))
    }
    let height = Double(lanes.count) * laneHeight
    let axis = (0...4).map { quarter in
      let share = Double(quarter) / 4
      return SVGElement(
        "text",
        [
          "x": labelWidth + share * (waterfallWidth - labelWidth), "y": height + 14,
          "text-anchor": quarter == 4 ? "end" : quarter == 0 ? "start" : "middle",
        ], text: quarter == 0 ? "0 s" : Format.seconds(share * timeline.seconds))
    }
    let wasted = timeline.spans.filter(\.isDiscarded).reduce(0) { $0 + $1.end - $1.start }
    return SVGElement.document(
      width: waterfallWidth, height: height + 18,
      [
        "class": "waterfall", "role": "img",
        "aria-label":
          "Who worked when: \(Format.count(timeline.spans.count, "piece", "pieces")) of "
          + "work in \(Format.seconds(timeline.seconds)), \(Format.seconds(wasted)) of it wasted. "
          + "The table after this drawing says the same.",
      ], labels + bars + axis)
  }

  /// The same as a table, for those who do not see the drawing.
  static func table(_ timeline: Timeline) -> Table {
    Table(
      of: timeline.spans,
      [
        "step": { $0.step.map(String.init) ?? "answer" }, "who": { $0.lane.rawValue },
        "from": { Format.seconds($0.start) }, "took": { Format.seconds($0.end - $0.start) },
        "tokens": { "\($0.tokens)" }, "wasted": { $0.isDiscarded ? "yes" : "" },
      ]
    ).withoutEmptyColumns
  }

  private static func label(of span: Timeline.Span) -> String {
    let step = span.step.map { "step \($0), " } ?? ""
    let waste = span.isDiscarded ? ", wasted" : ""
    return "\(step)\(span.lane.rawValue): \(Format.seconds(span.end - span.start)) from "
      + "\(Format.seconds(span.start)), \(Format.count(span.tokens, "token", "tokens"))\(waste)"
  }
}
