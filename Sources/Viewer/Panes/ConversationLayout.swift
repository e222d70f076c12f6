import Traces

/// The conversation broken into lines, for scrolling and drawing.
///
/// Unchanged blocks keep their lines, and steps before the first change are not visited, so a token
/// costs the layout of one step however long the run is.
struct ConversationLayout: Sendable {
  private(set) var turns: [TurnLayout] = []
  private var inputs = Inputs()
  /// The first turn that changed since it was laid out.
  private var staleFrom = 0
  /// The number of the first step that changed in that turn.
  private var staleStep = 0

  /// What the lines depend on besides the turns themselves.
  private struct Inputs: Equatable {
    var width = 0
    var threshold = 0.0
    var reading = Reading()
  }

  struct TurnLayout: Sendable {
    var blocks: [LaidBlock]
    var height: Int
    var known: Known
  }

  /// What is known of a turn's steps, so that those before a change are not looked at again.
  struct Known: Sendable, Equatable {
    /// What the texts of steps begin in, where a block of code is open, by the steps' numbers.
    var contexts: [Int: MarkupContext] = [:]
    /// The places of the steps that would flip at the run's threshold, in order.
    var flips: [Int] = []
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

  /// Marks everything from step `step` of turn `turn` on for a new layout.
  mutating func markStale(from turn: Int, step: Int = 0) {
    let turn = max(0, turn)
    if turn < staleFrom { (staleFrom, staleStep) = (turn, step) }
    if turn == staleFrom { staleStep = min(staleStep, step) }
  }

  /// Lays out what changed.
  mutating func lay(_ run: RunState, width: Int, reading: Reading) {
    let next = Inputs(width: width, threshold: run.threshold, reading: reading)
    let keepsLines = next.width == inputs.width
    if next != inputs { (staleFrom, staleStep) = (0, 0) }
    inputs = next
    guard staleFrom < run.turns.count || turns.count > run.turns.count else { return }
    if staleStep > 0, turns.indices.contains(staleFrom), staleFrom < run.turns.count {
      layEnd(of: run, turn: staleFrom, fromStep: staleStep)
      staleFrom += 1
    }
    staleStep = 0
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
    var known = Known()
    let fresh = Block.blocks(of: run, turn: index, as: inputs.reading, known: &known)
    let blocks = laid(fresh[...], reusing: old?.blocks[...] ?? [])
    return TurnLayout(
      blocks: blocks, height: blocks.reduce(0) { $0 + $1.lines.count }, known: known)
  }

  /// Lays out a turn again, except for its steps before number `first`.
  private mutating func layEnd(of run: RunState, turn index: Int, fromStep first: Int) {
    var known = turns[index].known
    turns[index].known = Known()
    let fresh = Block.blocks(
      of: run, turn: index, as: inputs.reading, fromStep: first, known: &known)
    let firstFresh = fresh.firstIndex { $0.id.part.rawValue >= Block.ID.Part.steps.rawValue }
    let split = firstFresh ?? fresh.endIndex
    var blocks = turns[index].blocks
    turns[index].blocks = []
    let head = blocks.firstIndex { $0.block.id.part.rawValue >= Block.ID.Part.steps.rawValue }
    var tail = blocks.endIndex
    while tail > head ?? tail {
      let id = blocks[tail - 1].block.id
      if id.isStep, id.step < first { break }
      tail -= 1
    }
    let before = blocks[tail...].reduce(0) { $0 + $1.lines.count }
    let end = laid(fresh[split...], reusing: blocks[tail...])
    let start = laid(fresh[..<split], reusing: blocks[..<(head ?? tail)])
    var height = turns[index].height - before + end.reduce(0) { $0 + $1.lines.count }
    height += start.reduce(0) { $0 + $1.lines.count }
    height -= blocks[..<(head ?? tail)].reduce(0) { $0 + $1.lines.count }
    blocks.replaceSubrange(tail..., with: end)
    blocks.replaceSubrange(..<(head ?? tail), with: start)
    turns[index] = TurnLayout(blocks: blocks, height: height, known: known)
  }

  /// Lays out `blocks`, reusing the lines of those found in `known`.
  private func laid(_ blocks: ArraySlice<Block>, reusing known: ArraySlice<LaidBlock>)
    -> [LaidBlock]
  {
    let known = Dictionary(
      known.map { ($0.block.id, $0) }, uniquingKeysWith: { first, _ in first })
    return blocks.map { block in
      if let same = known[block.id], same.block == block { return same }
      return LaidBlock(block: block, lines: block.lines(width: inputs.width))
    }
  }

  /// The places of the steps of turn `index` that would flip at the run's threshold, in order.
  func flips(ofTurn index: Int) -> [Int] {
    turns.indices.contains(index) ? turns[index].known.flips : []
  }

  // MARK: Lines by number

  var height: Int { turns.reduce(0) { $0 + $1.height } }

  /// The lines in `range` with the blocks they belong to.
  func lines(in range: Range<Int>) -> [(id: Block.ID, line: Line)] {
    var found: [(Block.ID, Line)] = []
    var top = 0
    for turn in turns {
      defer { top += turn.height }
      guard top < range.upperBound, top + turn.height > range.lowerBound else { continue }
      let first = turn.block(at: range.lowerBound - top)
      var row = top + first.line
      // By index: a copy of each block would take most of the time.
      for index in first.index..<turn.blocks.endIndex {
        guard row < range.upperBound else { break }
        for (offset, line) in turn.blocks[index].lines.enumerated()
        where range.contains(row + offset) {
          found.append((turn.blocks[index].block.id, line))
        }
        row += turn.blocks[index].lines.count
      }
    }
    return found
  }

  func anchor(at row: Int) -> Anchor? {
    lines(in: row..<(row + 1)).first.map { Anchor(block: $0.id, offset: $0.line.offset) }
  }

  /// The row of the line at `anchor`, or of the block before it if its block is gone.
  func row(of anchor: Anchor) -> Int {
    var row = 0
    var before = 0
    for turn in turns {
      for index in turn.blocks.indices {
        let id = turn.blocks[index].block.id
        if id == anchor.block {
          let lines = turn.blocks[index].lines
          return row + (lines.lastIndex { $0.offset <= anchor.offset } ?? 0)
        }
        if id < anchor.block { before = row }
        row += turn.blocks[index].lines.count
      }
    }
    return before
  }

  /// The positions that `places` finds in the text of the blocks, in reading order.
  func anchors(_ places: (String) -> [Int]) -> [Anchor] {
    turns.flatMap { turn in
      turn.blocks.flatMap { laid in
        // As it is drawn, for places in it are counted in glyphs.
        let text = laid.block.text.flatMap(\.readable).map { DisplayText($0.text).string }.joined()
        return places(text).map { Anchor(block: laid.block.id, offset: $0) }
      }
    }
  }

  /// The rows of a step including its rejected draft; nil if it is folded away.
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

extension ConversationLayout.TurnLayout {
  /// The block with the turn's line `line`, the first one for a line before it, and the line that it
  /// begins at. Looked for from the nearer end: a long turn is mostly read at its end.
  fileprivate func block(at line: Int) -> (index: Int, line: Int) {
    guard line > height / 2 else {
      var begin = 0
      for index in blocks.indices {
        let end = begin + blocks[index].lines.count
        if end > line { return (index, begin) }
        begin = end
      }
      return (blocks.endIndex, begin)
    }
    var begin = height
    for index in blocks.indices.reversed() {
      begin -= blocks[index].lines.count
      if begin <= line { return (index, begin) }
    }
    return (blocks.startIndex, 0)
  }
}

extension ViewerState {
  /// Updates the screen layout, the lines of the conversation, and what the coach says.
  public mutating func settle() {
    settleCoach()
    screen = ScreenLayout(
      size: terminal.size, composer: composer, queued: queue.count, sidePane: sidePane)
    layout.lay(shownRun, width: screen.conversation.columns, reading: reading)
    settleRewrite()
  }

  /// The first visible line of a conversation pane with `rows` rows.
  func topRow(rows: Int) -> Int {
    let last = max(0, layout.height - rows)
    return switch scroll.position {
    case .following: last
    case .anchored(let anchor): min(last, layout.row(of: anchor))
    }
  }
}
