extension ViewerState {
  mutating func chooseModel(_ argument: String) -> [Command]? {
    let words = argument.split(separator: " ", maxSplits: 1).map(String.init)
    guard let role = words.first.flatMap(ModelRole.init) else {
      say("/model needs base or draft: which of the two is to change.", .warning)
      return nil
    }
    if words.count == 2 { return change(role, to: words[1]) }
    // The heads of large files take a moment to be read.
    overlay = Chooser(.models(role), title: "Looking for models …", items: []) { _, _ in [] }
    return [.run(.models(role))]
  }

  mutating func change(_ role: ModelRole, to path: String) -> [Command] {
    engine = .loading("the \(role.rawValue) model")
    return [.run(.changeModel(role, path))]
  }

  mutating func list(_ choices: [ModelChoice], for role: ModelRole) {
    // Who left the list meanwhile does not want it any more.
    guard let waiting = overlay as? Chooser, waiting.kind == .models(role) else { return }
    guard !choices.isEmpty else {
      overlay = nil
      say("No GGUF file was found; `specreason models list --help` tells where it looks.", .warning)
      return
    }
    var list = Chooser(
      .models(role), title: "A new \(role.rawValue) model",
      items: choices.map {
        Chooser.Item(
          id: $0.path, title: $0.name, detail: $0.detail,
          preview: [$0.obstacle, $0.path].compactMap(\.self).joined(separator: "\n"),
          obstacle: $0.obstacle)
      }
    ) { item, state in
      state.change(role, to: item.id)
    }
    list.filter = waiting.filter
    overlay = list
  }
}
