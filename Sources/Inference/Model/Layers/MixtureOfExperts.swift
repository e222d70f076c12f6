import CKernels
import Glibc

/// The feed-forward part of a layer with experts, of which a router chooses a few for each token.
///
/// The tokens of a batch are sorted by expert, so that the weights of each chosen expert are read
/// once. The result of a token does not depend on the others: its experts' outputs are added in the
/// experts' order.
final class MixtureOfExperts {
  /// The tokens of a batch that one expert computes.
  private struct Group {
    let network: FeedForward
    /// Their slots: rows of buffers that have one for each expert of each token.
    let slots: Range<Int>
    /// Index of the first gated value.
    let gatedStart: Int
  }

  /// The slot and weight of one expert's output for a token.
  private struct Share {
    let slot: Int
    let weight: Float
  }

  /// Rows of a matrix per unit of work: some microseconds of reading.
  private static let tileRows = 128

  private let configuration: ModelConfiguration
  private let experts: ExpertConfiguration
  private let pool: ComputePool
  /// Shape (batch, embedding).
  private let normed: Buffer<Float>
  /// Shape (batch, experts).
  private let scores: Buffer<Float>
  /// Inputs of the experts, shape (slots, embedding); then their outputs.
  private let slotRows: Buffer<Float>
  /// Gated values of each group, shape (slots of the group, width of its network).
  private let gate: Buffer<Float>
  private let up: Buffer<Float>
  private let routerInputs: PreparedRows
  private let inputs: PreparedRows
  private let gated: PreparedRows
  private var groups: [Group] = []
  /// Group of each slot.
  private var groupOfSlot: [Int] = []
  /// Shape (batch, experts of a token).
  private var shares: [Share] = []

  /// Allocates memory for batches of up to `batchCapacity` tokens in any of `layers`.
  init(
    _ configuration: ModelConfiguration, _ experts: ExpertConfiguration, _ layers: [Mixture],
    pool: ComputePool, batchCapacity: Int
  ) {
    self.configuration = configuration
    self.experts = experts
    self.pool = pool
    let slots = batchCapacity * experts.networksPerToken
    let widths = experts.usedCount * configuration.feedForwardLength + experts.sharedLength
    normed = Buffer(batchCapacity * configuration.embeddingLength)
    scores = Buffer(batchCapacity * experts.count)
    slotRows = Buffer(slots * configuration.embeddingLength)
    gate = Buffer(batchCapacity * widths)
    up = Buffer(batchCapacity * widths)
    let networks = layers.flatMap(\.networks)
    routerInputs = PreparedRows(layers.map(\.router), capacity: batchCapacity)
    inputs = PreparedRows(networks.flatMap { [$0.gate, $0.up] }, capacity: slots)
    gated = PreparedRows(networks.map(\.down), capacity: slots)
  }

  /// hidden += experts(norm(hidden)) for `rows` of `hidden`, shape (batch, embedding).
  func add(
    _ mixture: Mixture, norm: UnsafePointer<Float>?, to hidden: UnsafeMutablePointer<Float>,
    rows: Range<Int>
  ) {
    guard !rows.isEmpty else { return }
    let count = rows.count
    let hidden = hidden + rows.lowerBound * configuration.embeddingLength
    route(mixture, norm, hidden, count)
    assign(mixture, count)
    gather()
    computeGated()
    computeOutputs()
    combine(into: hidden, count)
  }

  /// Fills `normed` and `scores`.
  private func route(
    _ mixture: Mixture, _ norm: UnsafePointer<Float>?, _ hidden: UnsafePointer<Float>, _ count: Int
  ) {
    let width = configuration.embeddingLength
    let router = mixture.router
    let (normed, scores, inputs) = (normed.start, scores.start, routerInputs)
    let epsilon = configuration.normEpsilon
    pool.run(count, grain: 4, work: 8 * count * width) { rows in
      for row in rows {
        if let norm {
          sr_rms_norm(hidden + row * width, norm, epsilon, normed + row * width, width)
        } else {
          (normed + row * width).update(from: hidden + row * width, count: width)
        }
        inputs.prepare(normed, row, of: 0..<count, for: router)
      }
    }
    pool.run(router.rows, grain: 16, work: router.rows * width * (count + 5) / 6) { rows in
      inputs.multiply(0..<count, router, rows, into: scores)
    }
  }

  /// Chooses each token's experts and gives them slots in the order of the experts, then of the
  /// tokens.
  private func assign(_ mixture: Mixture, _ count: Int) {
    let perToken = experts.networksPerToken
    var chosen: [(network: Int, weight: Float)] = []
    chosen.reserveCapacity(count * perToken)
    var slotCounts = [Int](repeating: 0, count: mixture.networks.count)
    for token in 0..<count {
      let scores = scores[token * experts.count]
      if let bias = mixture.routerBias { sr_add(scores, bias, experts.count) }
      chosen += experts.choice(
        UnsafeBufferPointer(start: scores, count: experts.count), bias: mixture.choiceBias)
      if experts.sharedLength > 0 {
        chosen.append((experts.count, mixture.sharedGate.map { sharedWeight($0, token) } ?? 1))
      }
      for choice in chosen.suffix(perToken) { slotCounts[choice.network] += 1 }
    }
    groups.removeAll(keepingCapacity: true)
    groupOfSlot.removeAll(keepingCapacity: true)
    var nextSlots = [Int](repeating: 0, count: slotCounts.count)
    var gatedStart = 0
    for (index, slotCount) in slotCounts.enumerated() where slotCount > 0 {
      let first = groupOfSlot.count
      let network = mixture.networks[index]
      nextSlots[index] = first
      groupOfSlot += repeatElement(groups.count, count: slotCount)
      groups.append(
        Group(network: network, slots: first..<first + slotCount, gatedStart: gatedStart))
      gatedStart += slotCount * network.gate.rows
    }
    shares.removeAll(keepingCapacity: true)
    for choice in chosen {
      shares.append(Share(slot: nextSlots[choice.network], weight: choice.weight))
      nextSlots[choice.network] += 1
    }
  }

  /// The sigmoid of the product of the shared expert's gate with a token's normalised row.
  private func sharedWeight(_ gate: UnsafePointer<Float>, _ token: Int) -> Float {
    let width = configuration.embeddingLength
    let row = normed[token * width]
    let sum = (0..<width).reduce(0.0) { $0 + Double(gate[$1]) * Double(row[$1]) }
    return Float(1 / (1 + exp(-sum)))
  }

  /// Copies each token's row to its slots and prepares it there.
  private func gather() {
    let width = configuration.embeddingLength
    let perToken = experts.networksPerToken
    let (normed, slotRows, inputs) = (normed.start, slotRows.start, inputs)
    let (groups, groupOfSlot, shares) = (groups, groupOfSlot, shares)
    pool.run(shares.count, grain: 8, work: 8 * shares.count * width) { indices in
      for index in indices {
        let slot = shares[index].slot
        let group = groups[groupOfSlot[slot]]
        (slotRows + slot * width).update(from: normed + index / perToken * width, count: width)
        inputs.prepare(
          slotRows + group.slots.lowerBound * width, slot, of: group.slots,
          for: group.network.gate, group.network.up)
      }
    }
  }

  /// gated = silu(gate · x) ⊙ (up · x), prepared for the products that follow.
  private func computeGated() {
    let (gate, up, inputs, gated) = (gate.start, up.start, inputs, gated)
    let activation = configuration.family.activation
    runTiles(rows: { $0.gate.rows }, times: 2) { group, rows in
      let width = group.network.gate.rows
      let start = group.gatedStart + rows.lowerBound
      inputs.multiply(group.slots, group.network.gate, rows, into: gate + group.gatedStart)
      inputs.multiply(group.slots, group.network.up, rows, into: up + group.gatedStart)
      for index in 0..<group.slots.count {
        let offset = start + index * width
        group.network.activate(gate + offset, up + offset, rows, by: activation)
      }
    }
    let (groups, groupOfSlot) = (groups, groupOfSlot)
    let work = 4 * groups.reduce(0) { $0 + $1.slots.count * $1.network.gate.rows }
    pool.run(groupOfSlot.count, grain: 8, work: work) { slots in
      for slot in slots {
        let group = groups[groupOfSlot[slot]]
        gated.prepare(gate + group.gatedStart, slot, of: group.slots, for: group.network.down)
      }
    }
  }

  /// Fills `slotRows` with down · gated.
  private func computeOutputs() {
    let (slotRows, gated) = (slotRows.start, gated)
    let width = configuration.embeddingLength
    runTiles(rows: { $0.down.rows }, times: 1) { group, rows in
      let outputs = slotRows + group.slots.lowerBound * width
      gated.multiply(group.slots, group.network.down, rows, into: outputs)
      guard let bias = group.network.downBias else { return }
      for index in 0..<group.slots.count {
        sr_add(outputs + index * width + rows.lowerBound, bias + rows.lowerBound, rows.count)
      }
    }
  }

  /// hidden += Σ weight · output, over each token's experts.
  private func combine(into hidden: UnsafeMutablePointer<Float>, _ count: Int) {
    let width = configuration.embeddingLength
    let perToken = experts.networksPerToken
    let (slotRows, shares) = (slotRows.start, shares)
    pool.run(count, grain: 4, work: count * perToken * width) { tokens in
      for token in tokens {
        let row = hidden + token * width
        for share in shares[token * perToken..<(token + 1) * perToken] {
          let output = slotRows + share.slot * width
          for column in 0..<width { row[column] += share.weight * output[column] }
        }
      }
    }
  }

  /// Calls `body` for tiles of rows of one matrix of each group's network.
  private func runTiles(
    rows: (FeedForward) -> Int, times: Int, _ body: (Group, Range<Int>) -> Void
  ) {
    var tiles: [(group: Int, rows: Range<Int>)] = []
    var work = 0
    for (index, group) in groups.enumerated() {
      let count = rows(group.network)
      for start in stride(from: 0, to: count, by: Self.tileRows) {
        tiles.append((index, start..<min(count, start + Self.tileRows)))
      }
      work += times * count * group.network.gate.columns * (group.slots.count + 5) / 6
    }
    let groups = groups
    pool.run(tiles.count, grain: 1, work: work) { range in
      for tile in tiles[range] { body(groups[tile.group], tile.rows) }
    }
  }
}
