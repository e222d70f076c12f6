import Traces

extension ViewerState {
  /// Whether keys of `context` count now.
  func isActive(_ context: ActionEntry.Context) -> Bool {
    if context == .anywhere { return true }
    if let overlay { return overlay.contexts.contains(context) }
    return switch context {
    case .main: true
    case .conversation: focus != .composer
    case .composer, .writing: focus == .composer
    case .commandLine: focus == .composer && composer.characters.first == "/"
    case .commands: focus != .composer || composer.isEmpty
    case .replay: replay != nil && (focus != .composer || composer.isEmpty)
    case .anywhere, .list, .prompt, .reader, .settings, .branches, .runs, .chart, .steps: false
    }
  }

  /// Why `action` cannot be done now, for people; nil when it can.
  func obstacle(to action: Action) -> String? {
    if let obstacle = obstacleInReplay(to: action) { return obstacle }
    switch action {
    case .send:
      if composer.text.allSatisfy(\.isWhitespace) { return "Write a problem first." }
      // Commands of the viewer itself need no engine.
      if composer.text.hasPrefix("/") { return nil }
      if isRacing { return "A race is running. Ctrl-C ends it." }
      if isRunning { return "A turn is running. Ctrl-C cancels it and keeps what was written." }
      switch engine {
      case .ready: return nil
      case .loading: return "The models are still loading."
      case .failed(let why): return why
      }
    case .previousStep, .nextStep, .toggleStep, .copyStep, .selectSteps, .nextReject,
      .previousReject, .nextNear, .previousNear, .nextByScore, .toggleTokens:
      return shownStep == nil ? "There is no step yet." : nil
    case .toggleFold:
      return run.turns.isEmpty ? "There is nothing to fold yet." : nil
    case .copyAnswer:
      return (shownStep?.turn ?? run.turns.last)?.answerText.isEmpty ?? true
        ? "There is no answer yet." : nil
    case .examples:
      return examples.isEmpty ? "These models have no examples." : nil
    case .whatIf, .waterfall:
      return run.turns.isEmpty ? "There is no turn yet." : nil
    case .branches:
      return run.turns.last?.leftBranches.isEmpty ?? true
        ? "The last turn has no branches: b, e, a, r and + begin one." : nil
    case .changeModel:
      if isRunning || isRacing { return "A turn is running. Ctrl-C cancels it." }
      if case .loading = engine { return "The models are still loading." }
      return nil
    case .runs:
      return isRunning || isRacing ? "A turn is running. Ctrl-C cancels it." : nil
    case .restoreRun:
      return deletedRun == nil ? "No run was deleted." : nil
    case .leaveReplay:
      return replay?.before == nil ? "There is nothing but this recording: q quits." : nil
    case .settings, .setSetting, .systemPrompt:
      return run.started == nil ? "The run has not begun yet." : nil
    case .compareRun:
      return run.turns.isEmpty ? "There is no turn yet that a run could be compared with." : nil
    case .race where run.turns.last?.racedTurn != nil: return nil
    case .race:
      guard case .ready = engine else { return "There are no models that could race." }
      if isRacing { return nil }
      if isRunning { return "The turn still runs; the race comes after it." }
      guard let turn = run.turns.last, turn.ended != nil else { return "There is no turn yet." }
      return turn.mode == .base ? "The base model wrote this turn alone already." : nil
    case .pause, .singleStep, .acceptStep, .rejectStep, .editStep, .addNote, .writeNote,
      .branch, .answerNow:
      return obstacle(toSteering: action)
    case .lowerThreshold:
      return thresholdInForce <= Self.thresholds.lowerBound
        ? "The acceptance threshold is at its lowest: every readable step is accepted." : nil
    case .raiseThreshold:
      return thresholdInForce >= Self.thresholds.upperBound
        ? "The acceptance threshold is at its highest." : nil
    default:
      return nil
    }
  }

  /// What the threshold is, or will be when the reasoner confirms it.
  var thresholdInForce: Double { requestedThreshold ?? run.threshold }

  /// Judge scores are digits, so thresholds beyond them say nothing.
  static let thresholds = 0.0...9.0
}
