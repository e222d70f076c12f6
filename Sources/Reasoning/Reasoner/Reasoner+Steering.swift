import Traces

/// What a person changes while turns run and between them.
extension Reasoner {
  func set(_ setting: Setting) {
    let changed = options.with(setting)
    do {
      try changed.validate()
    } catch {
      recorder.record(.warning(Notice(message: error.description)))
      return
    }
    options = changed
    // A turn that has ended takes it over when it goes on: until then a race is to be like it.
    if turn != nil { takeLiveSettings() }
    recorder.record(.control(.set(setting)))
  }

  func takeLiveSettings() {
    turnOptions.takeLive(from: options)
    machine?.options = turnOptions
  }

  func steer(_ control: Control) {
    guard let machine else {
      recorder.record(.warning(Notice(message: "There is no turn that could be changed.")))
      return
    }
    if let reason = machine.refusal(of: control) {
      recorder.record(.warning(Notice(message: reason)))
      return
    }
    guard race == nil else {
      recorder.record(.warning(Notice(message: "A race is running; the turn goes on after it.")))
      return
    }
    guard let turn else {
      goOn(with: control)
      return
    }
    steering.append(control)
    turn.cancel()
    wake()
  }

  /// Begins a branch from the end of the last turn.
  private func goOn(with control: Control) {
    takeLiveSettings()
    guard let transition = machine?.steered(by: control) else { return }
    turnClock.before = recorder.state.turns.last?.ended?.seconds ?? 0
    turnClock.since = recorder.now
    turn = Task { await self.drive(transition) }
  }

  /// What the first control that waits makes of the turn; nil where none does or it is refused by
  /// now.
  func steered(partial: Generation? = nil) -> ReasoningMachine.Transition? {
    while !isStopping, !steering.isEmpty {
      let control = steering.removeFirst()
      if let reason = machine?.refusal(of: control) {
        recorder.record(.warning(Notice(message: reason)))
      } else {
        return machine?.steered(by: control, partial: partial)
      }
    }
    return nil
  }

  func waitForPerson() async {
    guard steering.isEmpty, !isStopping, !Task.isCancelled else { return }
    let began = recorder.now
    await withCheckedContinuation { waiter = $0 }
    let seconds = (recorder.now - began).roundedToMicroseconds
    turnClock.since += seconds
    recorder.record(.turnWaited(TurnWaited(turn: turnCount, seconds: seconds)))
  }

  /// The turn stands still until the person does something.
  public var waitsForPerson: Bool { waiter != nil }

  func wake() {
    waiter?.resume()
    waiter = nil
  }
}
