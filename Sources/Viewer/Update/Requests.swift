import Traces

// What is asked of the reasoner, and shown as asked for until its event comes back.

extension ViewerState {
  /// The threshold, or the one that was asked for and is not confirmed yet.
  var thresholdInForce: Double { requestedThreshold ?? run.threshold }

  /// Judge scores are digits, so thresholds beyond them say nothing.
  static let thresholds = 0.0...9.0

  /// The screen shows the new value when its event comes back.
  mutating func request(threshold: Double) -> [Command] {
    let threshold = min(Self.thresholds.upperBound, max(Self.thresholds.lowerBound, threshold))
    requestedThreshold = threshold == run.threshold ? nil : threshold
    return [.run(.control(.setThreshold(threshold)))]
  }

  mutating func request(mode: Mode) -> [Command] {
    requestedMode = mode == run.mode ? nil : mode
    say("Next turn: mode \(mode.rawValue).")
    return [.run(.control(.setMode(mode)))]
  }

  mutating func requestNextMode() -> [Command] {
    let modes = Mode.allCases
    let index = modes.firstIndex(of: requestedMode ?? run.mode) ?? 0
    return request(mode: modes[(index + 1) % modes.count])
  }

  mutating func setThreshold(_ argument: String) -> [Command]? {
    guard let value = Double(argument), Self.thresholds.contains(value) else {
      say("/threshold needs a number from 0 to 9, such as /threshold 6.5.", .warning)
      return nil
    }
    return request(threshold: value)
  }

  mutating func setMode(_ argument: String) -> [Command]? {
    guard let mode = Mode(rawValue: argument) else {
      let known = Mode.allCases.map(\.rawValue).joined(separator: ", ")
      say("/mode needs one of \(known).", .warning)
      return nil
    }
    return request(mode: mode)
  }
}
