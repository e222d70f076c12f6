import Viewer

/// What an attribute of an SVG element can hold.
protocol SVGValue {
  /// The value as it stands between the quotes, not yet escaped.
  var attribute: String { get }
}

extension String: SVGValue {
  var attribute: String { self }
}

extension Int: SVGValue {
  var attribute: String { String(self) }
}

extension Double: SVGValue {
  /// At most one decimal: a tenth of a pixel is finer than anyone sees.
  var attribute: String {
    let text = Format.fixed(self, 1)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}

/// An element of an SVG document. Text and attributes may hold anything: they are escaped.
struct SVGElement {
  /// The element as markup.
  let markup: String

  /// An element without children; attributes whose value is nil are left out.
  init(
    _ name: String, _ attributes: KeyValuePairs<String, (any SVGValue)?> = [:], text: String? = nil
  ) {
    let start = Self.start(name, attributes)
    markup = text.map { "\(start)>\(Markup.escaped($0))</\(name)>" } ?? "\(start)/>"
  }

  /// An element whose `title` a pointer that rests on it shows.
  init(
    _ name: String, _ attributes: KeyValuePairs<String, (any SVGValue)?>, title: String
  ) {
    markup =
      Self.start(name, attributes) + "><title>\(Markup.escaped(title))</title></\(name)>"
  }

  private static func start(
    _ name: String, _ attributes: KeyValuePairs<String, (any SVGValue)?>
  ) -> String {
    "<\(name)" + attributes.map(Self.attribute).joined()
  }

  private static func attribute(_ name: String, _ value: (any SVGValue)?) -> String {
    value.map { " \(name)=\"\(Markup.escaped($0.attribute))\"" } ?? ""
  }

  /// A list of points as `points` of a polygon or polyline takes it.
  static func points(_ points: [(x: Double, y: Double)]) -> String {
    points.map { "\($0.x.attribute),\($0.y.attribute)" }.joined(separator: " ")
  }

  /// A document of `elements`, one a line, drawn in order.
  ///
  /// - Parameters:
  ///   - width: The width of the drawing in user units.
  ///   - height: Its height in user units.
  ///   - attributes: What all elements inherit.
  static func document(
    width: Double, height: Double, _ attributes: KeyValuePairs<String, (any SVGValue)?>,
    _ elements: [SVGElement]
  ) -> String {
    let frame: KeyValuePairs<String, (any SVGValue)?> = [
      "xmlns": "http://www.w3.org/2000/svg",
      "viewBox": "0 0 \(width.attribute) \(height.attribute)",
    ]
    let start = Self.start("svg", frame) + attributes.map(attribute).joined() + ">"
    return ([start] + elements.map(\.markup) + ["</svg>"]).joined(separator: "\n") + "\n"
  }
}
