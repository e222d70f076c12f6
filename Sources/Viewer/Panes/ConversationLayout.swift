import Traces

/// The conversation broken into lines: what scrolling counts and the conversation pane draws.
///
/// Blocks that did not change keep their lines, so that a token costs the layout of one step.
struct ConversationLayout: Sendable {
  private(set) var turns: [TurnLayout] = []
  private var inputs = Inputs()
  /// Turns from this index on changed since they were laid out.
  private var staleFrom = 0

  /// What the lines depend on besides the turns themselves.
  private struct Inputs: Equatable {
    var width = 0
    var threshold = 0.0
    var reading = Reading()
  }

  struct TurnLayout: Sendable {
    var blocks: [LaidBlock]
    var height: Int
  }

  struct LaidBlock: Sendable {
    var block: Block
    var lines: [Line]
  }

  /// A line by its content.
  struct Anchor: Sendable, Equatable, Comparable {
    var block: Block.ID
    /// Glyphs of the block's text before the line.
    var offset: Int

    static func < (left: Anchor, right: Anchor) -> Bool {
      (left.block, left.offset) < (right.block, right.offset)
    }
  }

  mutating func markStale(from turn: Int) {
    staleFrom = min(staleFrom, max(0, turn))
  }

  /// Lays out what changed.
  mutating func lay(_ run: RunState, width: Int, reading: Reading) {
    let next = Inputs(width: width, threshold: run.threshold, reading: reading)
    let keepsLines = next.width == inputs.width
    if next != inputs { staleFrom = 0 }
    inputs = next
    guard staleFrom < run.turns.count || turns.count > run.turns.count else { return }
    let old = keepsLines ? Array(turns.dropFirst(staleFrom)) : []
    turns.removeLast(max(0, turns.count - staleFrom))
    for index in staleFrom..<max(staleFrom, run.turns.count) {
      let oldIndex = index - staleFrom
      turns.append(
        lay(run, turn: index, reusing: old.indices.contains(oldIndex) ? old[oldIndex] : nil))
    }
    staleFrom = run.turns.count
  }

  private func lay(_ run: RunState, turn index: Int, reusing old: TurnLayout?) -> TurnLayout {
    let known = Dictionary(
      (old?.blocks ?? []).map { ($0.block.id, $0) }, uniquingKeysWith: { first, _ in first })
    let blocks = Block.blocks(
      of: run, turn: index, as: inputs.reading
    ).map { block in
      if let same = known[block.id], same.block == block { return same }
      return LaidBlock(block: block, lines: block.lines(width: inputs.width))
    }
    return TurnLayout(blocks: blocks, height: blocks.reduce(0) { $0 + $1.lines.count })
  }

  // MARK: Lines by number

  var height: Int { turns.reduce(0) { $0 + $1.height } }

  /// The lines `range` with the blocks they belong to.
  func lines(in range: Range<Int>) -> [(id: Block.ID, line: Line)] {
    var found: [(Block.ID, Line)] = []
    var top = 0
    for turn in turns {
      defer { top += turn.height }
      guard top < range.upperBound, top + turn.height > range.lowerBound else { continue }
      var row = top
      for laid in turn.blocks {
        for line in laid.lines {
          if range.contains(row) { found.append((laid.block.id, line)) }
          row += 1
        }
      }
    }
    return found
  }

  func anchor(at row: Int) -> Anchor? {
    lines(in: row..<(row + 1)).first.map { Anchor(block: $0.id, offset: $0.line.offset) }
  }

  /// The row of the line that `anchor` names; when its block is gone, of the one before it.
  func row(of anchor: Anchor) -> Int {
    var row = 0
    var before = 0
    for turn in turns {
      for laid in turn.blocks {
        if laid.block.id == anchor.block {
          return row + (laid.lines.lastIndex { $0.offset <= anchor.offset } ?? 0)
        }
        if laid.block.id < anchor.block { before = row }
        row += laid.lines.count
      }
    }
    return before
  }

  /// The places that `places` finds in the blocks' texts, in reading order.
  func anchors(_ places: (String) -> [Int]) -> [Anchor] {
    turns.flatMap { turn in
      turn.blocks.flatMap { laid in
        let text = laid.block.text.flatMap(\.readable).map(\.text).joined()
        return places(text).map { Anchor(block: laid.block.id, offset: $0) }
      }
    }
  }

  /// The rows that a step takes, its rejected draft included; nil when it is folded away.
  func rows(of step: ViewerState.StepID) -> Range<Int>? {
    guard turns.indices.contains(step.turn) else { return nil }
    var row = turns[..<step.turn].reduce(0) { $0 + $1.height }
    var range: Range<Int>?
    for laid in turns[step.turn].blocks {
      let next = row + laid.lines.count
      if laid.block.id.step == step.step, laid.block.id.isStep {
        range = (range?.lowerBound ?? row)..<next
      }
      row = next
    }
    return range
  }
}

extension ViewerState {
  /// Brings the lines up to date with the run, the size and the folds.
  public mutating func settle() {
    layout.lay(
      shownRun, width: ScreenLayout.conversationColumns(self), reading: reading)
  }

  /// The number of the line at the top of a conversation pane of `rows` rows.
  func topRow(rows: Int) -> Int {
    let last = max(0, layout.height - rows)
    return switch scroll {
    case .following: last
    case .anchored(let anchor): min(last, layout.row(of: anchor))
    }
  }
}
