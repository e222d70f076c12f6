extension ViewerState {
  mutating func chooseModel(_ argument: String) -> [Command]? {
    guard let role = ModelRole(rawValue: argument) else {
      say("/model needs base or draft: which of the two is to change.", .warning)
      return nil
    }
    say("Looking for models …")
    return [.models(role)]
  }

  mutating func list(_ choices: [ModelChoice], for role: ModelRole) {
    notice = nil
    guard !choices.isEmpty else {
      say("No GGUF file was found; `specreason models list --help` tells where it looks.", .warning)
      return
    }
    overlay = .chooser(
      Chooser(
        .models(role), title: "A new \(role.rawValue) model",
        items: choices.map {
          Chooser.Item(
            id: $0.path, title: $0.name, detail: $0.detail,
            preview: [$0.obstacle, $0.path].compactMap(\.self).joined(separator: "\n"),
            obstacle: $0.obstacle)
        }))
  }
}
