import Foundation
import FoundationNetworking
import Traces

/// Downloads models from a hub into the cache that other tools share.
///
/// The requests: huggingface_hub's `HfApi.model_info(files_metadata=True)` and `hf_hub_url`.
public struct HubClient: Sendable {
  private let address: HubAddress
  /// Waits after an error until a request is sent again: after so many failures, or so many seconds
  /// as the hub asks.
  private let wait:
    @Sendable (_ error: HubError, _ failures: Int, _ seconds: Int?) async throws -> Void
  private let writer: PartialFile.Writer
  /// Bytes asked for at once, which bounds what can wait in memory for a slow disk.
  private let portion: Int

  /// Failures in a row, none of which brought a byte, after which it is given up.
  private static let mostFailures = 6
  /// Requests for one file after which it is given up.
  private static let mostRequests = 5000
  /// A wait that the hub asks for and that is kept; a longer one is told.
  private static let longestWait = 60
  /// The list of a repository's files has a few megabytes at most.
  private static let largestListing = 64 << 20

  /// A client of the hub at `address`.
  ///
  /// - Parameter onPause: Gets why a request is sent again, and the seconds until then.
  public init(
    _ address: HubAddress, onPause: @escaping @Sendable (HubError, Int) -> Void = { _, _ in }
  ) {
    self.init(address, portion: 256 << 20) { error, failures, seconds in
      let pause = seconds ?? min(30, 1 << min(failures, 5))
      onPause(error, pause)
      try await Task.sleep(for: .seconds(pause))
    }
  }

  init(
    _ address: HubAddress, portion: Int,
    writer: @escaping PartialFile.Writer = { write($0, $1.baseAddress, $1.count) },
    wait: @escaping @Sendable (HubError, Int, Int?) async throws -> Void
  ) {
    self.address = address
    self.portion = portion
    self.writer = writer
    self.wait = wait
  }

  // MARK: Listing

  /// The GGUF models of `reference` at `revision`, a branch, a tag or a commit.
  public func listing(
    of reference: HubReference, revision: String
  ) async throws -> HubListing {
    guard HubPath.isRevision(revision) else {
      throw HubError.answer("\(revision) is no name of a revision")
    }
    let path = ["api", "models", reference.owner, reference.repository, "revision", revision]
    guard
      let url = URL(string: try address.url(path).absoluteString + "?blobs=true")
    else { throw HubError.answer("a name in it makes no address") }
    var failures = 0
    while true {
      do {
        let content = try await content(of: url, what: "\(reference.name) at \(revision)")
        return try HubListing(content, of: reference.name)
      } catch let error as HubError where error.isPassing {
        failures += 1
        guard failures < Self.mostFailures else { throw error }
        try await pause(after: error, failures)
      }
    }
  }

  /// The answer's content, as far as it is no more than a listing can be.
  private func content(of url: URL, what: String) async throws -> Data {
    let collected = Collected()
    let transfer = HubTransfer(address) { response in
      guard response.statusCode != 200 else { return }
      throw error(for: response, what)
    } onData: { data in
      collected.data += data
      guard collected.data.count <= Self.largestListing else {
        throw HubError.answer("it has no end")
      }
    }
    try await transfer.run(url, headers: ["Accept": "application/json"])
    return collected.data
  }

  /// `@unchecked Sendable`: the transfer's queue fills it, and it is read after the transfer's end.
  private final class Collected: @unchecked Sendable {
    var data = Data()
  }

  // MARK: Downloading

  /// Downloads `model`, as far as it is not there, and makes it visible in the cache.
  ///
  /// - Parameter onProgress: Gets the bytes of the model that are there.
  /// - Returns: The path of its first file.
  /// - Throws: ``HubError``, `CancellationError`. What came so far stays, and is gone on with.
  public func pull(
    _ model: HubModel, of reference: HubReference, in listing: HubListing, revision: String,
    onProgress: @escaping @Sendable (Int) -> Void
  ) async throws -> String {
    let cache = HubCache(address.cache, reference)
    var done = 0
    for file in model.files {
      let before = done
      if !cache.has(file) {
        try await fetch(file, of: reference, at: listing.commit, into: cache) {
          onProgress(before + $0)
        }
      }
      done += file.size
      onProgress(done)
    }
    try cache.link(model, at: listing.commit, as: revision)
    return model.files.first.map { cache.path($0, at: listing.commit) } ?? ""
  }

  private func fetch(
    _ file: HubFile, of reference: HubReference, at commit: String, into cache: HubCache,
    onProgress: @escaping @Sendable (Int) -> Void
  ) async throws {
    let lock = try cache.lock(file)
    defer { withExtendedLifetime(lock) {} }
    // Another process may have brought it meanwhile.
    if cache.has(file) { return }
    let partial = try PartialFile(cache.blob(file) + ".incomplete", writer: writer)
    try cache.requireRoom(max(0, file.size - partial.count))
    let parts = file.name.split(separator: "/").map(String.init)
    let url = try address.url(
      [reference.owner, reference.repository, "resolve", commit] + parts)
    let download = HubDownload(file, url, into: partial, portion: portion, onProgress: onProgress)
    var (failures, requests, damages) = (0, 0, 0)
    while true {
      if partial.count == file.size {
        if try partial.checksum() == file.checksum { break }
        damages += 1
        try partial.clear()
        guard damages < 2 else {
          unlink(cache.blob(file) + ".incomplete")
          throw HubError.damaged(file: file.name)
        }
      }
      requests += 1
      let before = partial.count
      do {
        try await download.next(from: address) { error(for: $0, file.name) }
        failures = 0
      } catch let error as HubError where error.isPassing {
        failures = partial.count > before ? 0 : failures + 1
        guard failures < Self.mostFailures, requests < Self.mostRequests else { throw error }
        try await pause(after: error, failures)
      }
    }
    try partial.finish(as: cache.blob(file))
  }

  private func pause(after error: HubError, _ failures: Int) async throws {
    guard case .busy(let seconds?) = error else { return try await wait(error, failures, nil) }
    guard seconds <= Self.longestWait else { throw error }
    try await wait(error, failures, seconds)
  }

  /// What a status of HTTP other than success means for `what`.
  private func error(for response: HTTPURLResponse, _ what: String) -> HubError {
    switch response.statusCode {
    case 401, 403: .refused(what, hasToken: address.token != nil)
    case 404: .notFound(what)
    case 429, 503:
      .busy(seconds: response.value(forHTTPHeaderField: "Retry-After").flatMap { Int($0) })
    default: .status(response.statusCode)
    }
  }
}
