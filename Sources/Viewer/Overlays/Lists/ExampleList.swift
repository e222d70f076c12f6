extension ViewerState {
  mutating func openExamples() {
    overlay = Chooser(
      .examples, title: "Examples",
      items: examples.map { Chooser.Item(id: $0, title: $0, preview: $0) }
    ) { item, state in
      state.composer.replace(with: item.title)
      state.focus = .composer
      state.say("Enter sends it.")
      return []
    }
  }
}
