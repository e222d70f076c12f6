/// Seconds of a model's forward passes, learnt from those that were seen.
///
/// A pass of r rows after c tokens of context takes F(r) + (k + l · r) · (c + (r − 1) / 2) seconds. F
/// never falls; it is known at the row counts that were seen, straight between them, and grows in
/// proportion beyond the largest. The last factor is the mean number of positions that a row attends
/// to: k is for reading their keys and values, l for each row's own work on them. See ``PassFit`` for
/// how F, k and l follow from the passes.
public struct CostModel: Sendable, Equatable {
  /// The most rows of one pass when a prompt is prefilled.
  public static let passRows = 128
  /// How much of a measurement at the start counts: as much as this many passes of a run.
  static let probePasses = 24

  private var blocks = PassBlocks()
  private var fit = PassFit()
  private var weightOfFit = 0.0

  /// Nothing is known yet.
  public init() {}

  /// Learns from passes of this model that were computed one after another.
  ///
  /// - Parameter isProbe: They are of a measurement before the run, which counts as a few dozen passes
  ///   at most.
  public mutating func add(_ passes: [PassGroup], isProbe: Bool = false) {
    for group in passes where group.count > 0 && group.rows > 0 && group.seconds > 0 {
      blocks.add(group, isProbe: isProbe)
    }
    // As knowledge grows, each further pass changes less.
    guard blocks.weight > weightOfFit * 1.03 else { return }
    weightOfFit = blocks.weight
    fit = PassFit(blocks)
  }

  /// Seconds of a pass of `rows` tokens after `context` others; nil where no pass tells.
  public func seconds(rows: Int, context: Int) -> Double? {
    guard let own = fit.seconds(rows: rows) else { return nil }
    return own
      + fit.attention.seconds(
        rows: Double(rows), positions: Double(context) + Double(rows - 1) / 2)
  }

  /// Seconds to decode one token after `context` others; nil where no pass tells.
  public func secondsPerToken(at context: Int) -> Double? { seconds(rows: 1, context: context) }

  /// Seconds to decode `tokens` tokens one by one after `context` others; nil where no pass tells.
  public func decoding(_ tokens: Int, from context: Int) -> Double? {
    guard let first = secondsPerToken(at: context) else { return nil }
    let count = Double(tokens)
    return count * first + fit.attention.seconds(rows: 1, positions: count * (count - 1) / 2)
  }

  /// Seconds to prefill `tokens` tokens after `context` others, in passes of ``passRows``; nil where no
  /// pass tells.
  public func prefill(_ tokens: Int, from context: Int) -> Double? {
    let (full, rest) = max(0, tokens).quotientAndRemainder(dividingBy: Self.passRows)
    var seconds = 0.0
    if full > 0 {
      guard let first = self.seconds(rows: Self.passRows, context: context) else { return nil }
      // Each of the full passes attends to as many positions more as one has rows.
      let (count, rows) = (Double(full), Double(Self.passRows))
      let further = rows * count * (count - 1) / 2
      seconds = count * first + fit.attention.seconds(rows: rows, positions: further)
    }
    if rest > 0 {
      guard let last = self.seconds(rows: rest, context: context + full * Self.passRows) else {
        return nil
      }
      seconds += last
    }
    return seconds
  }

  /// `seconds` that this model gave, with bounds: in 90 of 100 parts of the time of all passes, what
  /// passes of one kind took in one event, or in a long run in a few, lay so far from what this model
  /// says of it. Never nearer than 5%.
  public func bounds(of seconds: Double) -> Bounds {
    Bounds(
      low: seconds * fit.spread.lowerBound, estimate: seconds,
      high: seconds * fit.spread.upperBound)
  }
}
