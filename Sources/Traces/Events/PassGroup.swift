/// Forward passes of one model with as many rows, after contexts of about the same length.
public struct PassGroup: Codable, Sendable, Equatable {
  /// The model: draft or base.
  public var by: Author
  /// Tokens that each pass computed together.
  public var rows: Int
  /// Mean number of tokens in the KV cache before a pass.
  public var context: Int
  /// Number of passes.
  public var count: Int
  /// Wall time of all of them, with the logits that were wanted and sampling.
  public var seconds: Double
  /// The part of `seconds` that went into tokens of the prompt; nil for none.
  public var promptSeconds: Double?

  /// `count` passes of `rows` tokens each, which took `seconds` together.
  public init(
    by: Author, rows: Int, context: Int, count: Int, seconds: Double, promptSeconds: Double? = nil
  ) {
    self.by = by
    self.rows = rows
    self.context = context
    self.count = count
    self.seconds = seconds
    self.promptSeconds = promptSeconds
  }
}

extension [PassGroup]? {
  /// The groups of both; nil if neither has any.
  public func adding(_ other: [PassGroup]?) -> [PassGroup]? {
    guard let self, let other else { return self ?? other }
    return self + other
  }

  /// Seconds of these passes by `model` that went into tokens of the prompt; 0 where no pass is told.
  func promptSeconds(by model: Author) -> Double {
    (self ?? []).reduce(0) { $0 + ($1.by == model ? $1.promptSeconds ?? 0 : 0) }
  }
}
