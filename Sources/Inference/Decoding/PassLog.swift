/// One forward pass through a model.
public struct Pass: Sendable, Equatable {
  /// Tokens computed together.
  public var rows: Int
  /// Tokens in the KV cache before it.
  public var context: Int
  /// Wall time in seconds, with the logits that were wanted of it and what was done with them, such
  /// as sampling.
  public var seconds: Double

  /// A pass of `rows` tokens.
  public init(rows: Int, context: Int, seconds: Double) {
    self.rows = rows
    self.context = context
    self.seconds = seconds
  }
}

/// The passes of a session, since somebody last took them.
struct PassLog {
  private(set) var passes: [Pass] = []
  /// Passes since the session began.
  private(set) var count = 0
  private var began: ContinuousClock.Instant?
  private let clock = ContinuousClock()

  /// A pass begins.
  mutating func begin() { began = clock.now }

  /// The pass that was begun has computed `rows` tokens after `context` others.
  mutating func end(rows: Int, context: Int) {
    guard let began else { return }
    count += 1
    passes.append(Pass(rows: rows, context: context, seconds: (clock.now - began) / .seconds(1)))
  }

  /// Counts what was done since as part of the last pass, if that came after the first `mark`.
  mutating func extend(after mark: Int) {
    guard count > mark, let began, !passes.isEmpty else { return }
    passes[passes.count - 1].seconds = (clock.now - began) / .seconds(1)
  }

  /// Gives away the passes.
  mutating func take() -> [Pass] {
    defer { passes = [] }
    return passes
  }
}
