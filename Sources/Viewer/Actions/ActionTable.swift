/// The one table that keys, footer, help, palette, `/commands` and `docs/keys.md` come from.
///
/// An action is one entry in a file of this folder, or of the overlay that handles it.
public enum ActionTable {
  /// Every action with its default keys, in the order in which a key is looked up.
  public static let entries: [ActionEntry] =
    inOverlays + replaying + general + reading + analysing + steering + writing + screen

  /// All actions, each once.
  static let actions: [Action] = {
    var known: Set<Action> = []
    return entries.map(\.action).filter { known.insert($0).inserted }
  }()

  /// What each action does; actions that only overlays know are not in it.
  static let effects: [Action: ActionEffect] = Dictionary(
    entries.compactMap { entry in entry.effect.map { (entry.action, $0) } },
    uniquingKeysWith: { first, _ in first })
}

extension ViewerState {
  /// Does `action` unless something stands in its way, which is said then; nil if nothing was done.
  mutating func perform(_ action: Action, _ argument: String? = nil) -> [Command]? {
    settleCoach()
    if let obstacle = obstacle(to: action) {
      say(obstacle, .warning)
      return nil
    }
    guard let effect = ActionTable.effects[action] else {
      return inOverlay { $0.handle(action, in: &$1) }
    }
    return effect.run(&self, argument)
  }

  /// Why `action` cannot be done now, for people; nil if it can.
  func obstacle(to action: Action) -> String? {
    guard let effect = ActionTable.effects[action] else { return nil }
    if replay != nil, effect.needsModels { return Self.recordingObstacle }
    return effect.obstacle(self)
  }

  static let recordingObstacle = "A recording is shown: there are no models that could do that."
}
