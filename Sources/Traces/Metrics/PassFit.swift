/// The figures of a ``CostModel``, fitted to passes so that single slow ones do not matter.
///
/// F at a number of rows is the weighted median of the seconds of its blocks, less attention; where a
/// larger number of rows would be faster, both get their mean (isotonic regression by pooling adjacent
/// violators). Blocks of the measurement at the start count as at most ``CostModel/probePasses``
/// passes. What only that measurement tells is scaled by how the run differed from it, at the rows that
/// the run had.
struct PassFit: Sendable, Equatable {
  private struct Knot: Equatable {
    var rows: Double
    var seconds: Double
    var weight: Double
    /// Passes of the run alone.
    var runWeight: Double
  }

  /// What attention takes for each position that a row attends to.
  struct Attention: Sendable, Equatable {
    /// Seconds of a pass, however many rows it has: keys and values are read once.
    var perPass = 0.0
    /// Seconds of each row.
    var perRow = 0.0

    /// Seconds of a pass of `rows` that attend to `positions` each.
    func seconds(rows: Double, positions: Double) -> Double {
      positions * (perPass + perRow * rows)
    }
  }

  /// k and l of the model.
  private(set) var attention = Attention()
  /// 5th to 95th percentile of what blocks took ÷ what this fit says, by their time; at least as wide
  /// as ``leastSpread``, and as ``firstSpread`` until the run told eight blocks.
  private(set) var spread = 1 - PassFit.firstSpread...1 + PassFit.firstSpread
  private var knots: [Knot] = []

  /// A model's speed alone differs so much from its speed beside another, however steady both are.
  private static let leastSpread = 0.05
  private static let firstSpread = 0.15
  private static let blocksForSpread = 8
  /// Contexts must differ so much to tell what attention costs.
  private static let leastContextSpan = 96.0
  /// Attention is taken to cost no more than all else of one token at this context.
  private static let leastEqualContext = 192.0
  /// Passes of fewer rows tell what attention costs in decoding, others what it costs in prefill.
  private static let leastRowsOfPrefill = 8.0

  init() {}

  init(_ blocks: PassBlocks) {
    let buckets = blocks.buckets.sorted { $0.key < $1.key }.map(\.value)
    // Two rounds: the bound on attention needs F, and F needs attention.
    knots = Self.knots(buckets, attention: Attention())
    let bound = (knots.first.map { $0.seconds / $0.rows } ?? 0) / Self.leastEqualContext
    attention = Self.attention(buckets, atMost: bound)
    if attention != Attention() { knots = Self.knots(buckets, attention: attention) }
    Self.pool(&knots)
    spread = ratios(buckets)
  }

  /// F(rows); nil where passes of so few rows were never seen.
  func seconds(rows: Int) -> Double? { Self.seconds(rows: Double(rows), by: knots) }

  private static func seconds(rows: Double, by knots: [Knot]) -> Double? {
    guard let first = knots.first, let last = knots.last, rows * 2 >= first.rows else { return nil }
    if rows <= first.rows { return first.seconds }
    if rows >= last.rows { return last.seconds * rows / last.rows }
    let next = knots.firstIndex { $0.rows >= rows } ?? knots.count - 1
    let (low, high) = (knots[next - 1], knots[next])
    let part = (rows - low.rows) / (high.rows - low.rows)
    return low.seconds + part * (high.seconds - low.seconds)
  }

  private static func knots(_ buckets: [PassBlocks.Bucket], attention: Attention) -> [Knot] {
    var knots: [Knot] = []
    /// What the measurement at the start says, and what the run does.
    var probed: [Knot] = []
    var ran: [Knot] = []
    for bucket in buckets {
      let all = bucket.run + bucket.probe
      let count = all.reduce(0) { $0 + $1.count }
      guard count > 0 else { continue }
      let rows = all.reduce(0) { $0 + $1.rows * $1.count } / count
      func values(_ blocks: [PassBlocks.Block]) -> [(value: Double, weight: Double)] {
        blocks.map {
          let attended = attention.seconds(rows: $0.rows, positions: $0.attended)
          return (max(0, $0.seconds - attended) * rows / $0.rows, $0.count)
        }
      }
      let (run, probe) = (values(bucket.run), values(bucket.probe))
      let runWeight = run.reduce(0) { $0 + $1.weight }
      let probeWeight = probe.reduce(0) { $0 + $1.weight }
      let share = min(1, Double(CostModel.probePasses) / max(1, probeWeight))
      func knot(_ values: [(value: Double, weight: Double)]) -> Knot {
        Knot(
          rows: rows, seconds: weightedQuantile(0.5, of: values),
          weight: runWeight + probeWeight * share, runWeight: runWeight)
      }
      knots.append(knot(run + probe.map { ($0.value, $0.weight * share) }))
      if !run.isEmpty { ran.append(knot(run)) }
      if !probe.isEmpty { probed.append(knot(probe)) }
    }
    let drifts = ran.compactMap { knot -> (value: Double, weight: Double)? in
      guard let first = probed.first, knot.rows >= first.rows,
        let measured = seconds(rows: knot.rows, by: probed), measured > 0
      else { return nil }
      return (knot.seconds / measured, min(knot.runWeight, 32))
    }
    let known = drifts.reduce(0) { $0 + $1.weight }
    guard known > 0 else { return knots }
    let drift = 1 + (weightedQuantile(0.5, of: drifts) - 1) * known / (known + 2)
    for place in knots.indices where knots[place].runWeight == 0 { knots[place].seconds *= drift }
    return knots
  }

  /// Makes F rise with the rows.
  private static func pool(_ knots: inout [Knot]) {
    var pools: [(seconds: Double, weight: Double, count: Int)] = []
    for knot in knots {
      pools.append((knot.seconds, knot.weight, 1))
      while pools.count > 1, pools[pools.count - 2].seconds > pools[pools.count - 1].seconds {
        let (one, other) = (pools[pools.count - 2], pools.removeLast())
        let weight = one.weight + other.weight
        let seconds = (one.seconds * one.weight + other.seconds * other.weight) / weight
        pools[pools.count - 1] = (seconds, weight, one.count + other.count)
      }
    }
    let seconds = pools.flatMap { Array(repeating: $0.seconds, count: $0.count) }
    for place in knots.indices { knots[place].seconds = seconds[place] }
  }

  /// What attention costs, by passes of few rows and by those of many. Where only decoding tells, a
  /// quarter of it is taken to be each row's own.
  private static func attention(
    _ buckets: [PassBlocks.Bucket], atMost bound: Double
  ) -> Attention {
    func isPrefill(_ bucket: PassBlocks.Bucket) -> Bool {
      (bucket.run.first ?? bucket.probe.first).map { $0.rows >= leastRowsOfPrefill } ?? false
    }
    func limited(_ slope: Double?) -> Double? { slope.map { min(max(0, $0), bound) } }
    let decoding = limited(slope(buckets.filter { !isPrefill($0) }))
    let prefill = limited(slope(buckets.filter(isPrefill)))
    guard let decoding else { return Attention(perRow: prefill ?? 0) }
    let perRow = min(decoding, prefill ?? decoding / 4)
    return Attention(perPass: decoding - perRow, perRow: perRow)
  }

  /// Seconds per row and position: medians of passes after short contexts against those after long
  /// ones, of as many rows; nil where contexts differ too little. Passes of the run go before those of
  /// the measurement.
  private static func slope(_ buckets: [PassBlocks.Bucket]) -> Double? {
    slope(in: buckets.map(\.run)) ?? slope(in: buckets.map(\.probe))
  }

  private static func slope(in series: [[PassBlocks.Block]]) -> Double? {
    var slopes: [(value: Double, weight: Double)] = []
    for blocks in series where blocks.count >= 2 {
      let sorted = blocks.sorted { $0.attended < $1.attended }
      let part = max(1, sorted.count / 3)
      let (short, long) = (sorted.prefix(part), sorted.suffix(part))
      func median(_ blocks: ArraySlice<PassBlocks.Block>, _ value: (PassBlocks.Block) -> Double)
        -> Double
      { weightedQuantile(0.5, of: blocks.map { (value($0), $0.count) }) }
      let span = median(long) { $0.attended } - median(short) { $0.attended }
      guard span >= leastContextSpan, let rows = sorted.first?.rows else { continue }
      // Buckets have passes of slightly different numbers of rows.
      let rise =
        median(long) { $0.seconds / $0.rows } - median(short) { $0.seconds / $0.rows }
      let weight = blocks.reduce(0) { $0 + $1.count }
      slopes.append((rise / span, span * rows * weight.squareRoot()))
    }
    return slopes.isEmpty ? nil : weightedQuantile(0.5, of: slopes)
  }

  private func ratios(_ buckets: [PassBlocks.Bucket]) -> ClosedRange<Double> {
    var ratios: [(value: Double, weight: Double)] = []
    for block in buckets.flatMap(\.run) {
      guard let own = seconds(rows: Int(block.rows.rounded())) else { continue }
      let expected = own + attention.seconds(rows: block.rows, positions: block.attended)
      if expected > 0 { ratios.append((block.seconds / expected, block.seconds * block.count)) }
    }
    let isFirst = ratios.count < Self.blocksForSpread
    let least = isFirst ? Self.firstSpread : Self.leastSpread
    guard !isFirst else { return 1 - least...1 + least }
    return min(
      1 - least, weightedQuantile(0.05, of: ratios))...max(
        1 + least, weightedQuantile(0.95, of: ratios))
  }
}

/// The least of `values` below or at which lies a share of at least `share` of the weight; 0 of none.
private func weightedQuantile(_ share: Double, of values: [(value: Double, weight: Double)])
  -> Double
{
  let sorted = values.sorted { $0.value < $1.value }
  let all = sorted.reduce(0) { $0 + $1.weight }
  var sum = 0.0
  for (value, weight) in sorted {
    sum += weight
    if sum >= share * all { return value }
  }
  return sorted.last?.value ?? 0
}
