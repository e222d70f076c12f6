import CKernels
import Glibc

/// Computes the gated delta nets of a batch: products, a short convolution, and for each token, in
/// order, what it writes to the states of its text and reads from them.
final class DeltaNet {
  private let net: DeltaNetConfiguration
  private let epsilon: Float
  /// Where each layer stands among the recurrent ones.
  private let places: [Int]
  /// Queries, keys and values before the convolution, shape (batch, channels).
  private let inputs: Buffer<Float>
  /// The same after it, shape (batch, channels).
  private let convolved: Buffer<Float>
  /// The last inputs of an earlier pass and the first of this one, shape (2 · history, channels).
  private let seam: Buffer<Float>
  /// Gates; then the outputs that they were multiplied with, shape (batch, values).
  private let gates: Buffer<Float>
  /// Outputs of the heads, shape (batch, values).
  private let outputs: Buffer<Float>
  /// What each token writes, where nobody keeps it, shape (value heads, head width).
  private let updates: Buffer<Float>
  /// Shape (batch, rows of the matrix): rates, or rates and decays.
  private let rates: Buffer<Float>
  /// Shape (batch, value heads).
  private let decays: Buffer<Float>
  /// Factors that make an RMS norm the length 1, for keys, and 1 ÷ √width, for queries.
  private let keyFactors: Buffer<Float>
  private let queryFactors: Buffer<Float>

  /// Allocates memory for batches of up to `batchCapacity` tokens.
  init(_ c: ModelConfiguration, _ net: DeltaNetConfiguration, batchCapacity: Int) {
    self.net = net
    epsilon = c.normEpsilon
    var count = 0
    places = net.isLayer.map { isRecurrent in
      defer { count += isRecurrent ? 1 : 0 }
      return count
    }
    inputs = Buffer(batchCapacity * net.channels)
    convolved = Buffer(batchCapacity * net.channels)
    seam = Buffer(2 * net.history * net.channels)
    gates = Buffer(batchCapacity * net.valueWidth)
    outputs = Buffer(batchCapacity * net.valueWidth)
    updates = Buffer(net.valueWidth)
    rates = Buffer(batchCapacity * 2 * net.valueHeadCount)
    decays = Buffer(batchCapacity * net.valueHeadCount)
    let width = Float(net.headWidth)
    keyFactors = Buffer(net.headWidth)
    keyFactors.start.update(repeating: 1 / width.squareRoot(), count: net.headWidth)
    queryFactors = Buffer(net.headWidth)
    queryFactors.start.update(repeating: 1 / width, count: net.headWidth)
  }

  /// The results of the rows from `row` on, shape (rows, values).
  func results(from row: Int) -> UnsafePointer<Float> {
    UnsafePointer(gates[row * net.valueWidth])
  }

  /// Computes `rows` in layer `index`, whose input was prepared in `products`; these must be all
  /// rows of their texts.
  func compute(
    _ weights: DeltaNetWeights, _ index: Int, _ rows: Range<Int>, of texts: [TextRows],
    _ products: Products, on pool: ComputePool
  ) {
    products.multiply(
      Product(weights.inputs, into: inputs[rows.lowerBound * net.channels]),
      Product(weights.gate, into: gates[rows.lowerBound * net.valueWidth]),
      Product(weights.rates, into: rates[rows.lowerBound * weights.rates.rows]), rows, on: pool)
    if let matrix = weights.decays {
      products.multiply(
        Product(matrix, into: decays[rows.lowerBound * net.valueHeadCount]), rows, on: pool)
    }
    for text in texts {
      guard let state = text.state else { continue }
      convolve(weights, places[index], text.rows, state, on: pool)
      step(weights, places[index], text.rows, state, on: pool)
    }
  }

  // MARK: Convolution

  /// Fills `convolved` with normalised queries and keys and with values, and turns rates and decays
  /// into factors.
  private func convolve(
    _ weights: DeltaNetWeights, _ layer: Int, _ rows: Range<Int>, _ state: RecurrentState,
    on pool: ComputePool
  ) {
    let (channels, history, count) = (net.channels, net.history, rows.count)
    let first = inputs[rows.lowerBound * channels]
    seam.start.update(from: state.historyBefore(layer), count: history * channels)
    (seam.start + history * channels).update(from: first, count: min(history, count) * channels)
    net.moveHistory(
      state.historyBefore(layer), past: first, count: count, into: state.historyAfter(layer))
    let log = state.passLog
    pool.run(count, grain: 1, work: 4 * count * channels * net.taps) { range in
      for row in range {
        let input = first + row * channels
        let seen = row < history ? seam.start + row * channels : input - history * channels
        let place = convolved[(rows.lowerBound + row) * channels]
        sr_convolve_silu(seen, weights.convolution, net.taps, channels, place, channels)
        normalise(place)
        setFactors(weights, rows.lowerBound + row)
        guard let log else { continue }
        log.input(layer, row).update(from: input, count: channels)
        log.key(layer, row, 0).update(from: place + net.keyWidth, count: net.keyWidth)
        log.decay(layer, row).update(
          from: decays[(rows.lowerBound + row) * net.valueHeadCount], count: net.valueHeadCount)
      }
    }
  }

  /// Gives the queries and keys of one row their lengths.
  private func normalise(_ row: UnsafeMutablePointer<Float>) {
    let epsilon = epsilon / Float(net.headWidth)
    for head in 0..<net.keyHeadCount {
      let query = row + head * net.headWidth
      let key = query + net.keyWidth
      sr_rms_norm(query, queryFactors.start, epsilon, query, net.headWidth)
      sr_rms_norm(key, keyFactors.start, epsilon, key, net.headWidth)
    }
  }

  /// Rates become sigmoids, in the first part of their row; decays become factors.
  private func setFactors(_ weights: DeltaNetWeights, _ row: Int) {
    let heads = net.valueHeadCount
    let decays = decays[row * heads]
    let rates = rates[row * weights.rates.rows]
    if weights.decays == nil {
      let share = heads / net.keyHeadCount
      for head in 0..<heads {
        decays[head] = rates[(2 * (head / share) + 1) * share + head % share]
      }
      for head in 0..<heads { rates[head] = rates[2 * (head / share) * share + head % share] }
    }
    for head in 0..<heads {
      let sum = Double(decays[head] + weights.decayBias[head])
      // log(1 + eˣ), without overflow
      let softplus = max(sum, 0) + log1p(exp(-abs(sum)))
      decays[head] = Float(exp(softplus * Double(weights.decayScale[head])))
      rates[head] = Float(1 / (1 + exp(-Double(rates[head]))))
    }
  }

  // MARK: States

  /// Takes the tokens of a text through the states of all heads, and leaves the gated outputs in
  /// `gates`.
  private func step(
    _ weights: DeltaNetWeights, _ layer: Int, _ rows: Range<Int>, _ state: RecurrentState,
    on pool: ComputePool
  ) {
    let width = net.headWidth
    let log = state.passLog
    let work = 3 * rows.count * net.valueHeadCount * width * width
    pool.run(net.valueHeadCount, grain: 1, work: work) { heads in
      for head in heads {
        let keyHead = net.keyHead(of: head)
        let after = state.headAfter(layer, head)
        for row in rows {
          let inputs = convolved[row * net.channels]
          let place = row * net.valueWidth + head * width
          let out = outputs[place]
          var step = sr_delta_step(
            before: row == rows.lowerBound ? state.headBefore(layer, head) : after, after: after,
            key: inputs + net.keyWidth + keyHead * width, query: inputs + keyHead * width,
            value: inputs + 2 * net.keyWidth + head * width,
            decay: decays[row * net.valueHeadCount + head].pointee,
            rate: rates[row * weights.rates.rows + head].pointee,
            update: log?.update(layer, row - rows.lowerBound, head) ?? updates[head * width],
            out: out, key_width: width, value_width: width)
          sr_token_delta(&step)
          sr_rms_norm(out, weights.norm, epsilon, out, width)
          sr_silu_multiply(gates[place], out, width)
        }
      }
    }
  }
}
