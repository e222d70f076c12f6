/// How long a client waits, and how often it tries again.
public struct Patience: Sendable {
  /// For the first answer of a server, which also shows whether it can be reached.
  public var connecting = Duration.seconds(10)
  /// For a short question about the server, once it is known to be there.
  public var asking = Duration.seconds(60)
  /// For the first token of a text: a long prompt or a queue is silence for minutes.
  public var firstToken = Duration.seconds(600)
  /// For each further one.
  public var stall = Duration.seconds(120)
  /// For the end of an answer after its last token.
  public var ending = Duration.seconds(2)
  /// For the words with which a request is refused.
  public var refusal = Duration.seconds(5)
  /// Tries of one request, the first included; only where nothing of its answer had come.
  public var tries = 4
  /// The wait before the second try; each further one is twice as long, and all vary by half.
  public var retry = Duration.milliseconds(500)
  /// The longest wait that a server may ask for.
  public var longestRetry = Duration.seconds(30)

  /// The waits that suit people and servers.
  public init() {}

  /// The wait before try `number`, counted from 2.
  ///
  /// - Parameter asked: Seconds that the server asked for.
  func wait(before number: Int, asked: Double?) -> Duration {
    // A server may ask for more seconds than a duration holds.
    if let asked, asked.isFinite, asked >= 0 {
      return .seconds(min(asked, longestRetry / .seconds(1)))
    }
    let doubled = retry * Double(1 << min(20, max(0, number - 2)))
    return min(doubled * Double.random(in: 0.5...1.5), longestRetry)
  }
}
