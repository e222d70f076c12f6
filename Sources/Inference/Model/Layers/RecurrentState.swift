import CKernels

/// What the recurrent layers of one text hold of its tokens, and how to go back.
///
/// A state cannot be cut back, so there are three ways to an earlier position: the state before the
/// last pass is kept beside the one after it; what the tokens of a short pass wrote is kept too, so
/// that a state between the two is made from the first; and at chosen places the whole state is
/// copied. Each gives the bits that computing the tokens afresh would give.
final class RecurrentState {
  /// A copy of the state after some tokens, never changed once it is made.
  private struct Snapshot {
    let position: Int
    let values: Buffer<Float>
  }

  /// The most copies at chosen places.
  static let mostSnapshots = 6
  /// The most tokens of a pass whose writes are kept.
  static let mostLoggedRows = 64

  /// The tokens that the state has seen.
  private(set) var position = 0
  private let net: DeltaNetConfiguration
  /// The state before the last pass, and after it; `current` is the index of the latter.
  private let states: [Buffer<Float>]
  private var current = 0
  /// The tokens that the state before the last pass has seen; nil where it is of no use.
  private var passStart: Int?
  /// Whether what the tokens of the last pass wrote is at hand.
  private var isLogged = false
  private let log: DeltaNetLog
  private var snapshots: [Snapshot] = []

  /// Floats of one layer: the convolution's last inputs, and the heads' states.
  private static func layerCount(_ net: DeltaNetConfiguration) -> Int {
    net.history * net.channels + net.valueHeadCount * net.headWidth * net.headWidth
  }

  /// Bytes of the state after a token.
  static func stateBytes(_ net: DeltaNetConfiguration) -> Int {
    net.layerCount * layerCount(net) * MemoryLayout<Float>.stride
  }

  /// Bytes of all that a text may need: two states, what a short pass wrote, and the copies.
  static func byteCount(_ net: DeltaNetConfiguration) -> Int {
    (2 + mostSnapshots) * stateBytes(net) + DeltaNetLog.byteCount(net, rows: mostLoggedRows)
  }

  /// The state before the first token.
  init(_ net: DeltaNetConfiguration) {
    self.net = net
    let count = net.layerCount * Self.layerCount(net)
    states = [Buffer(count), Buffer(count)]
    log = DeltaNetLog(net, rows: Self.mostLoggedRows)
    clear()
  }

  // MARK: A pass

  /// Begins a pass of `count` tokens. The state before it stays until the next pass begins.
  func begin(_ count: Int) {
    passStart = nil
    // Before a pass of one token there is only its start, which the other state has.
    isLogged = (2...Self.mostLoggedRows).contains(count)
  }

  /// Ends the pass of `count` tokens that was begun; without it, nothing has happened.
  func commit(_ count: Int) {
    passStart = position
    position += count
    current = 1 - current
  }

  /// What the tokens of the pass at hand write; nil where there are too many of them.
  var passLog: DeltaNetLog? { isLogged ? log : nil }

  /// The convolution's last inputs in recurrent layer `layer` before the pass at hand, shape
  /// (history, channels).
  func historyBefore(_ layer: Int) -> UnsafeMutablePointer<Float> {
    states[current][layer * Self.layerCount(net)]
  }

  /// The same after the pass at hand.
  func historyAfter(_ layer: Int) -> UnsafeMutablePointer<Float> {
    states[1 - current][layer * Self.layerCount(net)]
  }

  /// The state of a head in recurrent layer `layer` before the pass at hand, shape (head width,
  /// head width): keys, then values.
  func headBefore(_ layer: Int, _ head: Int) -> UnsafeMutablePointer<Float> {
    historyBefore(layer) + net.history * net.channels + head * net.headWidth * net.headWidth
  }

  /// The same after the pass at hand.
  func headAfter(_ layer: Int, _ head: Int) -> UnsafeMutablePointer<Float> {
    historyAfter(layer) + net.history * net.channels + head * net.headWidth * net.headWidth
  }

  // MARK: Going back

  /// The last position up to `position` that `rewind` reaches.
  func reachable(_ position: Int) -> Int {
    if position >= self.position { return self.position }
    if let passStart, passStart <= position { return isLogged ? position : passStart }
    return snapshots.last { $0.position <= position }?.position ?? 0
  }

  /// Goes back to the last reachable position up to `position`, and forgets what came after
  /// `position`.
  func rewind(to position: Int, on pool: ComputePool) {
    snapshots.removeAll { $0.position > position }
    guard position < self.position else { return }
    let target = reachable(position)
    if let start = passStart, start <= target {
      if target == start {
        current = 1 - current
        passStart = nil
      } else {
        replay(target - start, on: pool)
      }
    } else if let snapshot = snapshots.last, snapshot.position == target {
      states[current].start.update(from: snapshot.values.start, count: states[current].count)
      passStart = nil
    } else {
      clear()
    }
    self.position = target
  }

  /// Copies the state, unless that was done at this position, so that it can be gone back to. Of
  /// too many copies, one is given up that lies far back and close to others; the first, behind the
  /// first prompt, stays.
  func keep() {
    guard position > 0, snapshots.last.map({ $0.position < position }) ?? true else { return }
    let copy = spare() ?? Buffer(states[current].count)
    copy.start.update(from: states[current].start, count: copy.count)
    snapshots.append(Snapshot(position: position, values: copy))
  }

  /// Becomes a copy of `other`, with what it can go back to.
  func copy(_ other: RecurrentState) {
    states[current].start.update(
      from: other.states[other.current].start, count: states[current].count)
    position = other.position
    passStart = nil
    snapshots = other.snapshots
  }

  /// Gives up a copy if there are as many as may be, and returns its memory if no other text needs
  /// it.
  private func spare() -> Buffer<Float>? {
    guard snapshots.count >= Self.mostSnapshots else { return nil }
    let end = position
    func spread(_ index: Int) -> Double {
      let before = snapshots[index - 1].position
      let after = index + 1 < snapshots.count ? snapshots[index + 1].position : end
      return Double(after - before) / Double(end - snapshots[index].position + 1)
    }
    let least = snapshots.indices.dropFirst().min { spread($0) < spread($1) } ?? 0
    var values = snapshots.remove(at: least).values
    return isKnownUniquelyReferenced(&values) ? values : nil
  }

  /// The state before the first token.
  private func clear() {
    states[current].start.update(repeating: 0, count: states[current].count)
    position = 0
    passStart = nil
  }

  /// Makes the state after the first `count` tokens of the last pass, at least one.
  private func replay(_ count: Int, on pool: ComputePool) {
    // The pass is at hand again, with the state after it as the memory to fill.
    current = 1 - current
    let work = 2 * states[current].count
    pool.run(net.layerCount * net.valueHeadCount, grain: 1, work: work) { units in
      for unit in units {
        let (layer, head) = (unit / net.valueHeadCount, unit % net.valueHeadCount)
        let after = headAfter(layer, head)
        for row in 0..<count {
          sr_delta_replay(
            row == 0 ? headBefore(layer, head) : after, after,
            log.key(layer, row, net.keyHead(of: head)), log.update(layer, row, head),
            log.decay(layer, row)[head], net.headWidth, net.headWidth)
        }
      }
    }
    for layer in 0..<net.layerCount {
      net.moveHistory(
        historyBefore(layer), past: log.input(layer, 0), count: count, into: historyAfter(layer))
    }
    current = 1 - current
  }
}

extension DeltaNetConfiguration {
  /// The convolution's last inputs after `count` tokens with `inputs`, shape (count, channels),
  /// from those before them.
  func moveHistory(
    _ before: UnsafePointer<Float>, past inputs: UnsafePointer<Float>, count: Int,
    into after: UnsafeMutablePointer<Float>
  ) {
    for row in 0..<history {
      // Counted from the first input.
      let source = count - history + row
      let from = source < 0 ? before + (history + source) * channels : inputs + source * channels
      (after + row * channels).update(from: from, count: channels)
    }
  }
}
