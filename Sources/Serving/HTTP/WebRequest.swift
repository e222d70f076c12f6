import Foundation
import NIOCore
import NIOHTTP1

/// A request as it came, whole.
package struct WebRequest: Sendable {
  /// The method, in capitals, such as `POST`.
  package var method: String
  /// The path, without what follows a `?`.
  package var path: String
  /// The body; empty where there is none.
  package var body: [UInt8]
  private let fields: HTTPHeaders

  init(_ head: HTTPRequestHead, body: ByteBuffer) {
    method = head.method.rawValue
    let path = String(head.uri.prefix { $0 != "?" && $0 != "#" })
    self.path = path.removingPercentEncoding ?? path
    fields = head.headers
    self.body = Array(body.readableBytesView)
  }

  /// The values of the header field called `name`, in order; its capitals do not matter.
  package func values(of name: String) -> [String] { fields[name] }
}
