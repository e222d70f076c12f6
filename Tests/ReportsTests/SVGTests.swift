import TestSupport
import Testing

@testable import Reports

struct SVGTests {
  @Test func `text and attributes are escaped, numbers short, and nil left out`() {
    let element = SVGElement(
      "text", ["x": 2.0, "y": 1.26, "z": 3, "class": "\"<&", "fill": nil], text: "a < b\u{1B}")
    #expect(
      element.markup
        == "<text x=\"2\" y=\"1.3\" z=\"3\" class=\"&quot;&lt;&amp;\">a &lt; b\u{FFFD}</text>")
    #expect(SVGElement.points([(x: 1, y: 2.5), (x: -3, y: 0)]) == "1,2.5 -3,0")
  }

  @Test func `a document is well-formed`() {
    let document = SVGElement.document(
      width: 10, height: 20.5, ["font-family": "a \"b\""], [SVGElement("rect"), SVGElement("rect")])
    #expect(document.hasPrefix("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 10 20.5\""))
    #expect(XMLElements.counted(in: document) == ["svg": 1, "rect": 2])
  }
}
