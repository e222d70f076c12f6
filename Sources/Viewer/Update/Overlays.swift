extension ViewerState {
  mutating func performInOverlay(_ action: Action) -> [Command] {
    switch overlay {
    case .help(let firstLine): moveInHelp(action, from: firstLine)
    case .chooser(var chooser): return perform(action, in: &chooser)
    case .prompt(let prompt): return perform(action, in: prompt)
    case .waterfall(let waterfall): move(action, in: waterfall)
    case .race(let firstLine):
      let line = moved(action, from: firstLine, in: raceComparison())
      overlay = line.map { .race(firstLine: $0) }
    case .comparison(let comparison, let firstLine):
      let line = moved(action, from: firstLine, in: pane(of: comparison))
      overlay = line.map { .comparison(comparison, firstLine: $0) }
    case .branches(let tree): return perform(action, in: tree)
    case .settings(let row): return perform(action, inSettings: row)
    case .whatIf(let flip): move(action, from: flip)
    case nil: break
    }
    return []
  }

  private mutating func moveInHelp(_ action: Action, from firstLine: Int) {
    let pane = HelpPane(self)
    let last = max(0, pane.lines.count - pane.rows)
    switch action {
    case .previousItem: overlay = .help(firstLine: max(0, min(last, firstLine) - 1))
    case .nextItem: overlay = .help(firstLine: min(last, firstLine + 1))
    case .previousItems: overlay = .help(firstLine: max(0, min(last, firstLine) - pane.rows))
    case .nextItems: overlay = .help(firstLine: min(last, firstLine + pane.rows))
    default: overlay = nil
    }
  }

  private mutating func move(_ action: Action, in waterfall: Waterfall) {
    var waterfall = waterfall
    let pane = WaterfallPane(self, waterfall)
    let steps = (shownStep?.turn ?? run.turns.last)?.steps.count ?? 0
    let last = max(0, steps - pane.stepRows)
    switch action {
    case .previousItem: waterfall.firstStep = max(0, waterfall.firstStep - 1)
    case .nextItem: waterfall.firstStep = min(last, waterfall.firstStep + 1)
    case .previousItems: waterfall.firstStep = max(0, waterfall.firstStep - pane.stepRows)
    case .nextItems: waterfall.firstStep = min(last, waterfall.firstStep + pane.stepRows)
    case .zoomIn: waterfall.zoom(in: true, over: pane.timeline)
    case .zoomOut: waterfall.zoom(in: false, over: pane.timeline)
    case .earlier: waterfall.move(by: -1, over: pane.timeline)
    case .later: waterfall.move(by: 1, over: pane.timeline)
    case .choose:
      guard let step = pane.chosenStep else { return }
      overlay = nil
      show(step)
      return
    default:
      overlay = nil
      return
    }
    overlay = .waterfall(waterfall)
  }

  private mutating func move(_ action: Action, from flip: Int) {
    let pane = WhatIfPane(self, flip: flip)
    let last = max(0, pane.flips.count - 1)
    switch action {
    case .previousItem, .previousItems: overlay = .whatIf(flip: max(0, min(last, flip) - 1))
    case .nextItem, .nextItems: overlay = .whatIf(flip: min(last, flip + 1))
    case .choose:
      guard let step = pane.chosenStep else {
        say("No decision would change at this threshold.", .warning)
        return
      }
      overlay = nil
      show(step)
    default: overlay = nil
    }
  }

  /// The line at the top after `action`; nil when it closes the comparison.
  private func moved(_ action: Action, from line: Int, in pane: ComparisonPane?) -> Int? {
    guard let pane else { return nil }
    let last = max(0, pane.lines.count - pane.rows)
    switch action {
    case .previousItem: return max(0, min(last, line) - 1)
    case .nextItem: return min(last, line + 1)
    case .previousItems: return max(0, min(last, line) - pane.rows)
    case .nextItems: return min(last, line + pane.rows)
    default: return nil
    }
  }

  private mutating func perform(_ action: Action, in chooser: inout Chooser) -> [Command] {
    let page = ChooserPane(self, chooser).listRows
    switch action {
    case .previousItem: chooser.move(by: -1)
    case .nextItem: chooser.move(by: 1)
    case .previousItems: chooser.move(by: -page)
    case .nextItems: chooser.move(by: page)
    case .choose:
      guard let item = chooser.chosenItem else { return [] }
      if let obstacle = item.obstacle {
        say(obstacle, .warning)
        return []
      }
      overlay = nil
      return choose(item, of: chooser.kind)
    default:
      overlay = nil
      return []
    }
    overlay = .chooser(chooser)
    return []
  }

  private mutating func choose(_ item: Chooser.Item, of kind: Chooser.Kind) -> [Command] {
    switch kind {
    case .examples:
      composer.replace(with: item.title)
      focus = .composer
      say("Enter sends it.")
      return []
    case .palette:
      return Action(rawValue: item.id).map { performFromPalette($0) } ?? []
    case .models(let role):
      return change(role, to: item.id)
    case .runs:
      return [.run(.runs(.open(item.id)))]
    case .themes:
      return setTheme(item.id) ?? []
    }
  }

  private mutating func perform(_ action: Action, in prompt: Prompt) -> [Command] {
    overlay = nil
    guard action == .choose else {
      if case .setting(let row) = prompt.purpose { overlay = .settings(row) }
      return []
    }
    switch prompt.purpose {
    case .argument(let action):
      return press(action, prompt.line.text) ?? []
    case .search:
      startSearch(prompt.line.text)
      return []
    case .runTitle(let id):
      return [.run(.runs(.rename(id, prompt.line.text)))]
    case .setting(let row):
      return takeValue(prompt.line.text, of: row)
    case .note(let step):
      return [.run(.control(.note(after: step, text: prompt.line.text)))]
    }
  }

  // MARK: What opens them

  mutating func openExamples() {
    overlay = .chooser(
      Chooser(
        .examples, title: "Examples",
        items: examples.map { Chooser.Item(id: $0, title: $0, preview: $0) }))
  }

  /// Every action that means something outside overlays and editing, once.
  mutating func openPalette() {
    var items: [Chooser.Item] = []
    for entry in keys.entries where entry.context.isForPalette {
      guard entry.action != .palette, !items.contains(where: { $0.id == entry.action.rawValue })
      else { continue }
      let names = keys.entries.filter { $0.action == entry.action }.flatMap(\.keys).map(\.name)
      let obstacle = obstacle(to: entry.action)
      items.append(
        Chooser.Item(
          id: entry.action.rawValue,
          title: "\(entry.action.rawValue)  \(entry.help)", detail: names.joined(separator: " "),
          preview: obstacle.map { "Not now: \($0)" } ?? "", obstacle: obstacle))
    }
    overlay = .chooser(Chooser(.palette, title: "Actions", items: items))
  }

  private mutating func performFromPalette(_ action: Action) -> [Command] {
    guard let entry = keys.entries.first(where: { $0.action == action && $0.command != nil }),
      let command = entry.command, command.needsArgument, let argument = command.argument
    else { return press(action, nil) ?? [] }
    overlay = .prompt(Prompt(purpose: .argument(of: action), label: "\(entry.help): \(argument)"))
    return []
  }
}

extension ActionEntry.Context {
  fileprivate var isForPalette: Bool {
    switch self {
    case .anywhere, .commands, .conversation, .main: true
    case .composer, .commandLine, .writing, .list, .prompt, .reader, .chart, .steps, .branches,
      .settings, .runs, .replay:
      false
    }
  }
}
