import Traces

/// What a person changes while turns run and between them.
extension Reasoner {
  /// Changes an option where its value and the pair allow it; otherwise warns.
  func set(_ setting: Setting) {
    var changed = options
    changed.apply(setting)
    do {
      try changed.validate()
      try requireModels(for: changed.mode)
      try requireProbabilities(for: changed)
    } catch {
      warn("\(error)")
      return
    }
    options = changed
    if setting.option == .threshold, options.thresholdShare == nil {
      machine?.threshold = options.threshold
    }
    // A turn that has ended takes the change over when it goes on: until then a race is to be like
    // it.
    if turn != nil { adoptLiveOptions() }
    recorder.record(.control(.set(setting)))
    followShare()
  }

  private func adoptLiveOptions() {
    turnOptions.adoptLiveOptions(of: options)
    machine?.options = turnOptions
  }

  /// Changes the reasoning of the turn that runs, or goes on from the end of the last one; warns
  /// where that cannot be done.
  func steer(_ steering: Steering) {
    guard let machine else {
      warn("There is no turn that could be changed.")
      return
    }
    if let reason = machine.refusal(of: steering) {
      warn(reason)
      return
    }
    guard race == nil else {
      warn("A race is running; the turn goes on after it.")
      return
    }
    guard let turn else {
      goOn(with: steering)
      return
    }
    waitingSteering.append(steering)
    turn.cancel()
    wake()
  }

  /// Begins a branch from the end of the last turn.
  private func goOn(with steering: Steering) {
    adoptLiveOptions()
    guard let transition = machine?.steered(by: steering) else { return }
    turnClock.before = recorder.state.turns.last?.ended?.seconds ?? 0
    turnClock.since = recorder.now
    turn = Task { await self.drive(transition) }
  }

  /// What the first steering that waits makes of the turn; nil where none waits or it is refused by
  /// now.
  func steered(partial: Generation? = nil) -> ReasoningMachine.Transition? {
    while !isStopping, !waitingSteering.isEmpty {
      let steering = waitingSteering.removeFirst()
      if let reason = machine?.refusal(of: steering) {
        warn(reason)
      } else {
        return machine?.steered(by: steering, partial: partial)
      }
    }
    return nil
  }

  func waitForPerson() async {
    guard waitingSteering.isEmpty, !isStopping, !Task.isCancelled else { return }
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
