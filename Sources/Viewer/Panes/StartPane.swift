/// What the conversation shows before it has a turn.
struct StartPane {
  /// What it is the beginning of.
  enum Beginning {
    case recording(isFollowing: Bool)
    /// How the models stand, and how far their files are loaded.
    case models(EngineStatus, loads: [WorkProgress])
  }

  let beginning: Beginning
  /// Enter plays the demo.
  let offersDemo: Bool
  let isDemoPair: Bool
  let rect: Rect
  let theme: Theme

  func draw(on canvas: inout Canvas) {
    let lines = lines(width: min(Block.proseColumns, rect.columns))
    var row = rect.row + max(0, (rect.rows - lines.count) / 3)
    for line in lines {
      guard row < rect.maxRow else { return }
      canvas.put(
        line, column: rect.column, row: row, theme: theme, limit: rect.maxColumn)
      row += 1
    }
  }

  private func lines(width: Int) -> [[Span]] {
    let paragraphs: [[[Span]]] =
      switch beginning {
      case .recording(let isFollowing): recording(isFollowing: isFollowing, width: width)
      case .models(let engine, let loads): models(engine, loads, width: width)
      }
    // A small screen has no room for gaps.
    let isTight = paragraphs.reduce(-1) { $0 + $1.count + 1 } > rect.rows
    return paragraphs.enumerated().flatMap { index, lines in
      index == 0 || isTight ? lines : [[]] + lines
    }
  }

  private func recording(isFollowing: Bool, width: Int) -> [[[Span]]] {
    guard !isFollowing else {
      let text = "A run of another process. It shows here as it is written."
      return [TextLayout.lines(text: [Span(text, .title)], width: width).map(\.spans)]
    }
    let text = [
      Span("A recorded run. ", .title), Span("Space", .key), Span(" plays and pauses, ", .text),
      Span("← →", .key), Span(" go by steps, ", .text), Span("- +", .key),
      Span(" change the speed.", .text),
    ]
    return [TextLayout.lines(text: text, width: width).map(\.spans)]
  }

  private func models(
    _ engine: EngineStatus, _ loads: [WorkProgress], width: Int
  ) -> [[[Span]]] {
    func paragraph(_ text: [Span]) -> [[Span]] {
      TextLayout.lines(text: text, width: width).map(\.spans)
    }
    var paragraphs = [
      paragraph([Span("A draft model writes each step, a base model judges it.", .title)])
        + paragraph(Basics.legend([.accepted, .rejected, .regenerated]))
    ]
    switch engine {
    case .loading(let what):
      paragraphs.append(
        bars(of: loads, width: width) ?? paragraph([Span("Loading \(what) …", .busy)]))
    case .failed(let why): paragraphs.append(paragraph([Span(why, .error)]))
    case .ready: break
    }
    var ways: [[Span]] = []
    if offersDemo {
      ways = paragraph([
        Span("Enter", .key),
        Span(" plays a demo: the base model catches a mistake of the draft model.", .text),
      ])
    }
    if isDemoPair {
      ways += paragraph([
        Span("/examples", .key), Span(" shows the word problems that the demo pair solves.", .text),
      ])
    } else {
      ways += paragraph([Span("Or write a problem, and press Enter.", .text)])
    }
    ways += paragraph([Span("?", .key), Span(" shows all keys.", .text)])
    paragraphs.append(ways)
    paragraphs.append(Basics.lines(width: width).map(\.spans))
    return paragraphs
  }

  /// A bar for each model's file; nil where the files are not known.
  private func bars(of loads: [WorkProgress], width: Int) -> [[Span]]? {
    guard !loads.isEmpty else { return nil }
    let names = loads.map { DisplayText($0.label).onOneLine.truncated(to: max(8, width - 30)) }
    let widest = names.map(\.width).max() ?? 0
    return zip(loads, names).enumerated().map { index, load in
      let (progress, name) = load
      let bar = Bar.horizontal(progress.share, columns: 12)
      let share = progress.share >= 1 ? "ready" : Format.percent(progress.share)
      return [
        Span(index == 0 ? "base   " : "draft  ", .dim), Span(name, .text),
        Span(String(repeating: " ", count: widest - name.width) + "  ▕", .busy),
        Span("\(bar)▏ \(share)", .busy),
      ]
    }
  }
}

extension StartPane {
  /// What `state` begins with.
  init(_ state: ViewerState) {
    beginning =
      state.replay.map { Beginning.recording(isFollowing: $0.isFollowing) }
      ?? .models(state.engine, loads: state.vitals.loads)
    offersDemo = state.offersDemo
    isDemoPair = state.isDemoPair
    rect = state.screen.conversation
    theme = state.terminal.theme
  }
}
