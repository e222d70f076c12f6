extension ViewerState {
  mutating func performInOverlay(_ action: Action) {
    switch overlay {
    case .help(let firstLine): moveInHelp(action, from: firstLine)
    case .examples(let chosen): moveInExamples(action, from: chosen)
    case nil: break
    }
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

  private mutating func moveInExamples(_ action: Action, from chosen: Int) {
    let last = max(0, examples.count - 1)
    let page = max(1, ExamplesPane(self).listRows)
    switch action {
    case .previousItem: overlay = .examples(chosen: max(0, chosen - 1))
    case .nextItem: overlay = .examples(chosen: min(last, chosen + 1))
    case .previousItems: overlay = .examples(chosen: max(0, chosen - page))
    case .nextItems: overlay = .examples(chosen: min(last, chosen + page))
    case .chooseItem:
      overlay = nil
      guard examples.indices.contains(chosen) else { return }
      composer.replace(with: examples[chosen])
      focus = .composer
      say("Enter sends it.")
    default: overlay = nil
    }
  }
}
