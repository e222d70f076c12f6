import Foundation
import Synchronization

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// HTTP by `URLSession`: certificates are verified, and proxies are taken from the environment as curl
/// takes them.
final class HTTPTransport: ServerTransport {
  private let session: URLSession
  private let delegate: Delegate

  /// - Parameter limit: The most bytes of one answer, after which it is hung up.
  init(limit: Int = ServerLink.answerLimit) {
    delegate = Delegate(limit: limit)
    let configuration = URLSessionConfiguration.ephemeral
    // Waiting is bounded by ``Watch``, which knows what is waited for.
    configuration.timeoutIntervalForRequest = 24 * 3600
    configuration.timeoutIntervalForResource = 24 * 3600
    configuration.httpShouldSetCookies = false
    configuration.httpMaximumConnectionsPerHost = 64
    configuration.urlCache = nil
    session = URLSession(configuration: configuration, delegate: delegate, delegateQueue: nil)
  }

  deinit {
    session.finishTasksAndInvalidate()
  }

  func open(_ request: ServerRequest) async throws -> ServerAnswer {
    var http = URLRequest(url: request.url)
    http.httpMethod = request.body == nil ? "GET" : "POST"
    http.httpBody = request.body
    for (name, value) in request.headers { http.setValue(value, forHTTPHeaderField: name) }
    let task = session.dataTask(with: http)
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        guard delegate.add(task, continuation) else { return }
        task.resume()
      }
    } onCancel: {
      delegate.cancel(task)
    }
  }

  /// Hands what comes for each task to whom it is for.
  private final class Delegate: NSObject, URLSessionDataDelegate {
    private struct Flight {
      /// Waits for the header; nil once that has come.
      var waiting: CheckedContinuation<ServerAnswer, any Error>?
      var body: AsyncThrowingStream<Data, any Error>.Continuation?
      /// Bytes of the body so far.
      var received = 0
    }

    private struct TooMuch: Error {}

    private struct State {
      var flights: [Int: Flight] = [:]
      /// Tasks that were cancelled before they were added.
      var cancelled: Set<Int> = []
    }

    private let state = Mutex(State())
    private let limit: Int

    init(limit: Int) {
      self.limit = limit
    }

    /// Whether `task` is to be started.
    func add(
      _ task: URLSessionDataTask, _ waiting: CheckedContinuation<ServerAnswer, any Error>
    ) -> Bool {
      let isCancelled = state.withLock { state in
        if state.cancelled.remove(task.taskIdentifier) != nil { return true }
        state.flights[task.taskIdentifier] = Flight(waiting: waiting)
        return false
      }
      if isCancelled {
        task.cancel()
        waiting.resume(throwing: CancellationError())
      }
      return !isCancelled
    }

    func cancel(_ task: URLSessionTask) {
      let isKnown = state.withLock { state in
        let isKnown = state.flights[task.taskIdentifier] != nil
        if !isKnown { state.cancelled.insert(task.taskIdentifier) }
        return isKnown
      }
      guard isKnown else { return }
      task.cancel()
      end(task.taskIdentifier, by: CancellationError())
    }

    func urlSession(
      _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
      completionHandler: @escaping @Sendable (URLSession.ResponseDisposition) -> Void
    ) {
      let (stream, continuation) = AsyncThrowingStream.makeStream(of: Data.self)
      let number = dataTask.taskIdentifier
      continuation.onTermination = { [weak self] end in
        // The end of a whole answer needs no hanging up.
        guard case .cancelled = end else { return }
        dataTask.cancel()
        self?.forget(number)
      }
      let waiting = state.withLock { state in
        let waiting = state.flights[number]?.waiting
        state.flights[number]?.waiting = nil
        state.flights[number]?.body = continuation
        return waiting
      }
      let http = response as? HTTPURLResponse
      let fields = (http?.allHeaderFields ?? [:]).map { name, value in
        ("\(name)".lowercased(), "\(value)")
      }
      waiting?.resume(
        returning: ServerAnswer(
          status: http?.statusCode ?? 0, headers: Dictionary(fields) { first, _ in first },
          body: stream))
      completionHandler(waiting == nil ? .cancel : .allow)
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
      let number = dataTask.taskIdentifier
      let (body, received) = state.withLock { state in
        state.flights[number]?.received += data.count
        return (state.flights[number]?.body, state.flights[number]?.received ?? 0)
      }
      body?.yield(data)
      // Who reads it may be slow, and what waits for that fills the memory.
      guard received > limit else { return }
      dataTask.cancel()
      end(number, by: TooMuch())
    }

    func urlSession(
      _ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?
    ) {
      end(task.taskIdentifier, by: error)
    }

    // A redirect could lead a key to another host, so none is followed.
    func urlSession(
      _ session: URLSession, task: URLSessionTask,
      willPerformHTTPRedirection response: HTTPURLResponse, newRequest request: URLRequest,
      completionHandler: @escaping @Sendable (URLRequest?) -> Void
    ) {
      completionHandler(nil)
    }

    private func end(_ number: Int, by error: (any Error)?) {
      let flight = state.withLock { $0.flights.removeValue(forKey: number) }
      flight?.waiting?.resume(throwing: error ?? URLError(.badServerResponse))
      flight?.body?.finish(throwing: error)
    }

    private func forget(_ number: Int) {
      state.withLock { _ = $0.flights.removeValue(forKey: number) }
    }
  }
}
