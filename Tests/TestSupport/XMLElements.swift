import Foundation

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// What elements a document has, read by an XML parser that is not ours.
public enum XMLElements {
  /// How often each element occurs in `document`; nil where it is not well-formed.
  public static func counted(in document: String) -> [String: Int]? {
    let counter = Counter()
    let parser = XMLParser(data: Data(document.utf8))
    parser.delegate = counter
    return parser.parse() ? counter.counts : nil
  }

  /// The characters in each element called `name` that has no other in it, in order; nil where
  /// `document` is not well-formed.
  public static func texts(of name: String, in document: String) -> [String]? {
    let counter = Counter()
    let parser = XMLParser(data: Data(document.utf8))
    parser.delegate = counter
    return parser.parse() ? counter.texts.filter { $0.name == name }.map(\.text) : nil
  }

  private final class Counter: NSObject, XMLParserDelegate {
    var counts: [String: Int] = [:]
    var texts: [(name: String, text: String)] = []

    func parser(_ parser: XMLParser, foundCharacters text: String) {
      if !texts.isEmpty { texts[texts.count - 1].text += text }
    }

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
      qualifiedName: String?, attributes: [String: String] = [:]
    ) {
      counts[name, default: 0] += 1
      texts.append((name, ""))
    }
  }
}
