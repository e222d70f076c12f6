import Traces

/// A paragraph of the conversation before it is broken into lines.
struct Block: Sendable, Equatable {
  /// Identifies a paragraph of a turn.
  struct ID: Sendable, Hashable, Comparable {
    var turn: Int
    var part: Part
    /// The step's number, or the index among paragraphs of the same kind.
    var step = 0

    /// The kinds of paragraphs, in reading order.
    enum Part: Int, Sendable {
      case prompt, promptGap, summary, steps, notice, answerGap, answer, boxed, end, endGap
    }

    /// Within a step: 0 for the rejected draft, 1 for the kept text, 2 for a remark after it.
    var half = 0

    var isStep: Bool { part == .steps }

    static func < (left: ID, right: ID) -> Bool {
      (left.turn, left.part.rawValue, left.step, left.half)
        < (right.turn, right.part.rawValue, right.step, right.half)
    }
  }

  /// Raw text in one scope; it is sanitized when it is laid out.
  struct Piece: Sendable, Equatable {
    var text: String
    var scope: Scope
    /// What the text's Markdown and LaTeX begin in; nil where they are not rendered. Rendering is
    /// slow, so it happens at layout, not each time the block is compared with its predecessor.
    var markup: MarkupContext?
    /// How the line that the piece begins goes on where it is broken.
    var hang: Hang?
    /// What the text was made of; nil where it is no formula.
    var formula: FormulaSource?

    init(
      _ text: String, _ scope: Scope, markup: MarkupContext? = nil,
      from formula: FormulaSource? = nil
    ) {
      self.text = text
      self.scope = scope
      self.markup = markup
      self.formula = formula
    }

    /// The pieces to draw, with markup rendered.
    var readable: [Piece] { markup.map { ReadableText.pieces(text, scope, in: $0) } ?? [self] }

    var span: Span {
      var span = Span(text, scope)
      span.hang = hang
      return span
    }
  }

  let id: ID
  var prefix: [Piece] = []
  var text: [Piece] = []
  /// Right-aligned on the last line, or on a line of its own where that is full.
  var suffix: Piece?
  /// Truncate the text to one line.
  var isOneLine = false
  /// The state's colour, drawn as a bar beside all lines; nil for none.
  var gutter: Scope?
  /// The longest line of prose, in columns.
  static let proseColumns = 100
  /// Columns that the text keeps beside a suffix; with fewer, the suffix is dropped.
  private static let shortestLine = 24
  /// Screens narrower than this have no line to spare for a suffix.
  private static let leastColumnsForSuffixLine = 40
  /// The column of the gutter's bar, behind the step's number.
  private static let gutterColumn = 4

  func lines(width: Int) -> [Line] {
    let prefix = prefix.map(\.span)
    var text = text.flatMap(\.readable).map(\.span)
    if isOneLine {
      let room = width - prefix.reduce(0) { $0 + $1.text.width }
      let withSuffix = room - (suffix?.span.text.width ?? 0) - 2
      let whole = DisplayText(glyphs: text.flatMap(\.text.glyphs)).onOneLine
      let line = whole.truncated(
        to: min(Self.proseColumns, withSuffix >= Self.shortestLine ? withSuffix : max(1, room)))
      // Of several looks none tells of the whole line.
      text = [Span(line, self.gutter?.body ?? .text)]
    }
    let gutter = gutter.map {
      TextLayout.Gutter(bar: Span(Self.gutterBar, $0), column: Self.gutterColumn)
    }
    var lines = TextLayout.lines(
      prefix: prefix, text: text, width: width, proseWidth: Self.proseColumns, gutter: gutter)
    if let word = suffix?.span, let last = lines.last {
      let gap = width - last.width - word.text.width
      if gap >= 2 {
        lines[lines.count - 1].spans += [Span(String(repeating: " ", count: gap), .text), word]
      } else if width >= Self.leastColumnsForSuffixLine, !isOneLine {
        let margin = gutter?.margin(columns: Self.gutterColumn + 2) ?? []
        let filler = width - word.text.width - margin.reduce(0) { $0 + $1.text.width }
        let spans = margin + [Span(String(repeating: " ", count: max(0, filler)), .text), word]
        // After every place in the text, so that no reader's place is found in it.
        lines.append(Line(spans: spans, offset: .max))
      }
    }
    return lines
  }

  static let gutterBar = "┃"
}

extension TurnState {
  /// The index of the first step whose number is at least `number`.
  fileprivate func firstIndex(ofStep number: Int) -> Int {
    var index = steps.endIndex
    while index > 0, steps[index - 1].number >= number { index -= 1 }
    return index
  }
}

extension Block {
  /// The paragraphs of one turn in reading order, without the steps before number `first`.
  ///
  /// - Parameter known: What is known of the steps before `first`, completed for those from there on.
  static func blocks(
    of run: RunState, turn index: Int, as reading: Reading, fromStep first: Int = 0,
    known: inout ConversationLayout.Known
  ) -> [Block] {
    let turn = run.turns[index]
    let start = turn.firstIndex(ofStep: first)
    while let last = known.flips.last, last >= start { known.flips.removeLast() }
    known.contexts = known.contexts.filter { $0.key <= first }
    let isFolded = reading.foldedTurns.contains(index)
    func id(_ part: ID.Part, _ step: Int = 0) -> ID { ID(turn: index, part: part, step: step) }

    var blocks = [
      Block(
        id: id(.prompt), prefix: [Piece("You  ", .person)], text: [Piece(turn.prompt, .text)]),
      Block(id: id(.promptGap)),
      summary(of: turn, run: run, id: id(.summary), isFolded: isFolded, filter: reading.filter),
    ]
    // Where the steps are all there is, the last one is the reply, which is never folded away.
    let isReplyInSteps = turn.isOver && (turn.answerText.isEmpty || turn.answersInLastStep)
    var context = known.contexts[first] ?? MarkupContext()
    for place in start..<turn.steps.endIndex {
      let step = turn.steps[place]
      let before = context
      context = before.after(step.keptText)
      if context.fence != nil { known.contexts[step.number &+ 1] = context }
      let isFlipped = step.flips(at: run.threshold)
      if isFlipped { known.flips.append(place) }
      if isFolded, !isReplyInSteps || place < turn.steps.endIndex - 1 { continue }
      if let filter = reading.filter, !filter.shows(step) { continue }
      blocks += self.blocks(
        of: step, in: turn, id: id(.steps, step.number), isFlipped: isFlipped, reading: reading,
        context: before)
      if place == known.flips.first {
        var flip = id(.steps, step.number)
        flip.half = 2
        let threshold = Format.score(run.threshold)
        blocks.append(
          Block(
            id: flip, prefix: [Piece("\(StepLook.flip.glyph) ", .stepFlip)],
            text: [Piece("from here on counterfactual at τ \(threshold)", .stepFlip)]))
      }
    }
    for (place, notice) in turn.notices.enumerated() {
      blocks.append(
        Block(
          id: id(.notice, place), prefix: [Piece("! ", .warning)],
          text: [Piece(notice.message, .warning)]))
    }
    if !turn.answerText.isEmpty, !turn.answersInLastStep {
      blocks.append(Block(id: id(.answerGap)))
      blocks.append(answer(of: turn, id: id(.answer), reading: reading))
    }
    if let boxed = turn.answer?.boxed {
      blocks.append(
        Block(
          id: id(.boxed), prefix: [Piece("       ⇒ ", .accent)],
          text: [Piece(LatexText.formula(boxed), .accent)]))
    }
    if let ended = turn.ended {
      blocks.append(end(of: turn, ended, metrics: TurnMetrics(turn: turn, run: run), id: id(.end)))
    }
    blocks.append(Block(id: id(.endGap)))
    return blocks
  }

  private static func summary(
    of turn: TurnState, run: RunState, id: ID, isFolded: Bool, filter: StepFilter?
  ) -> Block {
    let metrics = TurnMetrics(turn: turn, run: run)
    var facts = [Format.count(turn.steps.count, "step", "steps")]
    if turn.mode.judgesSteps { facts.append("\(turn.acceptedSteps) accepted") }
    if let measured = metrics.measuredSpeedup {
      facts.append(Format.speedup(measured) + " (measured)")
    } else if let estimated = metrics.estimatedSpeedup {
      facts.append(Format.speedup(estimated) + " (est.)")
    }
    var text = [Piece("Thinking", .title), Piece("  " + facts.joined(separator: " · "), .dim)]
    if let filter { text.append(Piece("  only \(filter.name)", .warning)) }
    return Block(
      id: id, prefix: [Piece(isFolded ? "▸ " : "▾ ", .accent)], text: text)
  }

  private static func blocks(
    of step: StepState, in turn: TurnState, id: ID, isFlipped: Bool, reading: Reading,
    context: MarkupContext
  ) -> [Block] {
    let look = step.look(in: turn)
    let isOpen = reading.openSteps.contains(
      ViewerState.StepID(turn: id.turn, step: step.number))
    let diff =
      isOpen
      ? step.rejectedDraft.flatMap { draft in
        step.committed.map { WordDiff(from: draft, to: $0.text) }
      } : nil
    let number = Format.padded(String(step.number), to: 3)
    let flip = isFlipped ? StepLook.flip.glyph : " "
    // Only a turn that judges has scores to show.
    let hasScores = turn.mode.judgesSteps
    func prefix(_ look: StepLook, isNumbered: Bool, score: ShownScore?) -> [Piece] {
      var pieces = [
        Piece(isNumbered ? flip : " ", .stepFlip),
        Piece(isNumbered ? number : "   ", .dim),
        Piece("\(gutterBar)\(look.glyph) ", look.scope),
      ]
      if hasScores {
        pieces.append(Piece((score?.text ?? "   ") + " ", score?.scope ?? .dim))
      }
      return pieces
    }
    func suffix(_ look: StepLook, isCut: Bool, isFlipped: Bool) -> Piece {
      let words = [look.word, isCut ? "cut" : nil, isFlipped ? StepLook.flip.word : nil]
      return Piece(words.compactMap { $0 }.joined(separator: ", "), look.scope)
    }

    var blocks: [Block] = []
    if let draft = step.rejectedDraft {
      var draftID = id
      draftID.half = 0
      blocks.append(
        Block(
          id: draftID, prefix: prefix(.rejected, isNumbered: true, score: step.shownScore),
          text: diff?.old.removedPieces
            ?? reading.pieces(draft, StepLook.rejected.scope.body, in: context),
          suffix: suffix(
            .rejected, isCut: step.drafted?.cut ?? false, isFlipped: isFlipped),
          isOneLine: !isOpen && step.committed != nil, gutter: StepLook.rejected.scope))
    }
    var keptID = id
    keptID.half = 1
    let isRewrite = !blocks.isEmpty
    var text = diff?.new.addedPieces ?? reading.pieces(step.keptText, look.scope.body, in: context)
    if step.isBeingWritten, !turn.isOver { text.append(Piece("▌", .cursor)) }
    blocks.append(
      Block(
        id: keptID,
        prefix: prefix(look, isNumbered: !isRewrite, score: isRewrite ? nil : step.shownScore),
        text: text,
        suffix: suffix(
          look, isCut: step.committed?.cut ?? (!isRewrite && step.drafted?.cut ?? false),
          isFlipped: isFlipped && !isRewrite),
        gutter: look.scope))
    return blocks
  }

  private static func answer(of turn: TurnState, id: ID, reading: Reading) -> Block {
    let isByDraft = turn.answer.map { $0.by == .draft } ?? (turn.mode == .draft)
    var text = reading.pieces(turn.answerText, .answer)
    if turn.answer == nil, !turn.isOver { text.append(Piece("▌", .cursor)) }
    return Block(
      id: id,
      prefix: [
        Piece(isByDraft ? "· " : "■ ", isByDraft ? .stepDraft : .stepBase),
        Piece("Answer ", .title),
      ],
      text: text,
      suffix: Piece(isByDraft ? "by draft" : "by base", isByDraft ? .stepDraft : .stepBase))
  }

  private static func end(
    of turn: TurnState, _ ended: TurnEnded, metrics: TurnMetrics, id: ID
  ) -> Block {
    let isGood = [.answer, .finished].contains(ended.stop)
    let alone = turn.mode == .base ? nil : metrics.baseAlone
    var facts =
      [ended.stop.sentence(turn.answer)] + Format.againstBase(ended.seconds, baseAlone: alone)
    // Beside an estimate a narrow screen has no room for them.
    if alone == nil { facts.append(Format.count(metrics.keptTokens, "token kept", "tokens kept")) }
    return Block(
      id: id, prefix: [Piece("  ", .dim)],
      text: [Piece(facts.joined(separator: " · "), isGood ? .dim : .warning)])
  }
}
