import Foundation
import FoundationNetworking

/// One request and the stream of its answer.
///
/// `@unchecked Sendable`: all state is used on the session's delegate queue alone, which runs one
/// operation at a time.
final class HubTransfer: NSObject, URLSessionDataDelegate, @unchecked Sendable {
  private static let mostRedirections = 5
  /// Headers that go along to where the hub sends.
  private static let carried = ["Range", "If-Range", "Accept-Encoding", "User-Agent", "Accept"]

  private let address: HubAddress
  private let onResponse: (HTTPURLResponse) throws -> Void
  private let onData: (Data) throws -> Void
  private var continuation: CheckedContinuation<Void, any Error>?
  private var failure: (any Error)?
  private var redirections = 0

  /// - Parameters:
  ///   - onResponse: Gets the head of the answer; what it throws ends the transfer.
  ///   - onData: Gets each part of the answer's content, likewise.
  init(
    _ address: HubAddress, onResponse: @escaping (HTTPURLResponse) throws -> Void,
    onData: @escaping (Data) throws -> Void
  ) {
    self.address = address
    self.onResponse = onResponse
    self.onData = onData
  }

  /// Sends a request for `url` with `headers`, and waits for the end of the answer.
  ///
  /// - Throws: ``HubError``, `CancellationError`, and what the closures throw.
  func run(_ url: URL, headers: [String: String]) async throws {
    let configuration = URLSessionConfiguration.ephemeral
    configuration.urlCache = nil
    configuration.httpCookieStorage = nil
    configuration.timeoutIntervalForRequest = 60
    let queue = OperationQueue()
    queue.maxConcurrentOperationCount = 1
    let session = URLSession(configuration: configuration, delegate: self, delegateQueue: queue)
    // The session holds its delegate until then.
    defer { session.finishTasksAndInvalidate() }
    var request = URLRequest(url: url)
    for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
    authorize(&request)
    let task = session.dataTask(with: request)
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        queue.addOperation {
          self.continuation = continuation
          task.resume()
        }
      }
    } onCancel: {
      task.cancel()
    }
    try Task.checkCancellation()
  }

  private func authorize(_ request: inout URLRequest) {
    guard let token = address.token, let url = request.url, address.isHub(url) else { return }
    request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization")
  }

  // MARK: URLSession

  func urlSession(
    _ session: URLSession, task: URLSessionTask,
    willPerformHTTPRedirection response: HTTPURLResponse, newRequest request: URLRequest,
    completionHandler: @escaping (URLRequest?) -> Void
  ) {
    do {
      completionHandler(try redirected(request, from: response.url))
    } catch {
      failure = failure ?? error
      completionHandler(nil)
      task.cancel()
    }
  }

  /// The request that follows a redirection: with the same headers, and with the token only where it
  /// leads to the hub itself.
  private func redirected(_ request: URLRequest, from url: URL?) throws(HubError) -> URLRequest {
    redirections += 1
    guard redirections <= Self.mostRedirections else { throw .redirection("it goes on and on") }
    guard let target = request.url, let scheme = target.scheme?.lowercased(),
      ["http", "https"].contains(scheme), target.user() == nil
    else { throw .redirection("that is no address of the web") }
    guard scheme == "https" || url?.scheme?.lowercased() != "https" else {
      throw .redirection("from an encrypted connection to one that is not")
    }
    var next = URLRequest(url: target)
    for name in Self.carried {
      next.setValue(request.value(forHTTPHeaderField: name), forHTTPHeaderField: name)
    }
    authorize(&next)
    return next
  }

  func urlSession(
    _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
    completionHandler: @escaping (URLSession.ResponseDisposition) -> Void
  ) {
    do {
      guard let response = response as? HTTPURLResponse else {
        throw HubError.answer("it is not of HTTP")
      }
      if failure == nil { try onResponse(response) }
    } catch {
      failure = failure ?? error
    }
    completionHandler(failure == nil ? .allow : .cancel)
    if failure != nil { dataTask.cancel() }
  }

  func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
    guard failure == nil else { return }
    do {
      try onData(data)
    } catch {
      failure = error
      dataTask.cancel()
    }
  }

  func urlSession(
    _ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?
  ) {
    guard let continuation else { return }
    self.continuation = nil
    if let failure {
      continuation.resume(throwing: failure)
    } else if let error {
      continuation.resume(throwing: HubError.connection(Self.reason(error)))
    } else {
      continuation.resume()
    }
  }

  /// Why a connection failed, without the address, which may be signed for this person.
  private static func reason(_ error: any Error) -> String {
    guard let error = error as? URLError else { return "it broke" }
    return switch error.code {
    case .timedOut: "nothing came for a minute"
    case .cannotFindHost, .dnsLookupFailed: "the host is not known"
    case .cannotConnectToHost: "the host cannot be reached"
    case .networkConnectionLost: "it broke"
    case .secureConnectionFailed, .serverCertificateUntrusted, .serverCertificateHasBadDate,
      .serverCertificateHasUnknownRoot, .serverCertificateNotYetValid:
      "the host has no certificate that is trusted"
    default: "it broke"
    }
  }
}
