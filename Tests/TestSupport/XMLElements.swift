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

  private final class Counter: NSObject, XMLParserDelegate {
    var counts: [String: Int] = [:]

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
      qualifiedName: String?, attributes: [String: String] = [:]
    ) {
      counts[name, default: 0] += 1
    }
  }
}
