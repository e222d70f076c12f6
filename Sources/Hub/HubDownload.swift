import Foundation
import FoundationNetworking

/// The requests that bring a file, each from where the one before ended.
///
/// `@unchecked Sendable`: one request runs at a time, and its closures on the queue of its transfer.
final class HubDownload: @unchecked Sendable {
  private let file: HubFile
  private let url: URL
  private let partial: PartialFile
  private let portion: Int
  private let onProgress: @Sendable (Int) -> Void
  /// The mark of the content that the file has so far; nil before any came in this process.
  private var mark: String?
  /// Bytes that the present answer still has to bring.
  private var awaited = 0

  init(
    _ file: HubFile, _ url: URL, into partial: PartialFile, portion: Int,
    onProgress: @escaping @Sendable (Int) -> Void
  ) {
    self.file = file
    self.url = url
    self.partial = partial
    self.portion = portion
    self.onProgress = onProgress
  }

  /// Asks for the next portion and adds it to the file. Where the hub sends another part than the one
  /// that was asked for, or more, nothing of the file can be trusted, and it begins anew.
  func next(
    from address: HubAddress, _ error: @escaping @Sendable (HTTPURLResponse) -> HubError
  ) async throws {
    if partial.count > file.size { try partial.clear() }
    let start = partial.count
    let end = min(file.size, start + portion)
    var headers = ["Accept-Encoding": "identity", "Range": "bytes=\(start)-\(end - 1)"]
    if start > 0, let mark { headers["If-Range"] = mark }
    awaited = 0
    let transfer = HubTransfer(address) { [self] response in
      try begin(response, start..<end, error)
    } onData: { [self] data in
      guard data.count <= awaited else { throw try anew("it is longer than the file") }
      try partial.append(data)
      awaited -= data.count
      onProgress(partial.count)
    }
    try await transfer.run(url, headers: headers)
    guard awaited == 0 else { throw HubError.connection("it ended too early") }
  }

  private func begin(
    _ response: HTTPURLResponse, _ range: Range<Int>, _ error: (HTTPURLResponse) -> HubError
  ) throws {
    switch response.statusCode {
    case 206:
      guard let part = Self.part(toldBy: response), part.range == range, part.total == file.size
      else { throw try anew("it is another part than the one that was asked for") }
      awaited = range.count
    case 200:
      // All of it: the hub knows no parts, or the file is another one now.
      if partial.count > 0 { try partial.clear() }
      awaited = file.size
    case 416: throw try anew("the hub does not have that part")
    default: throw error(response)
    }
    let tag = response.value(forHTTPHeaderField: "ETag")
    // A weak one does not say that every byte is the same.
    mark = tag.flatMap { $0.hasPrefix("\"") ? $0 : nil }
  }

  private func anew(_ reason: String) throws -> HubError {
    try partial.clear()
    mark = nil
    return .answer(reason)
  }

  /// What an answer says it is of the whole: `bytes 0-99/1000`.
  private static func part(
    toldBy response: HTTPURLResponse
  ) -> (range: Range<Int>, total: Int)? {
    guard let field = response.value(forHTTPHeaderField: "Content-Range"),
      let match = field.wholeMatch(of: /bytes (\d+)-(\d+)\/(\d+)/), let first = Int(match.1),
      let last = Int(match.2), let total = Int(match.3), first <= last, last < .max
    else { return nil }
    return (first..<(last + 1), total)
  }
}
