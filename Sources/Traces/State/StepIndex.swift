/// What follows from a turn's steps and is kept beside them, so that an event costs the same however many
/// there are: where each step stands, and their sums.
struct StepIndex: Sendable, Equatable {
  /// By the steps' numbers.
  private var places: [Int: Int] = [:]
  /// Sums of all steps but the last; of no use while `isUnsettled`.
  private var settled = StepSums()
  /// Whether a step before the last one changed, which `settled` does not tell yet.
  private var isUnsettled = false
  /// Events about steps since `settled` was summed anew.
  private var events = 0

  init() {}

  init(_ steps: [StepState]) {
    for (place, step) in steps.enumerated() {
      places[step.number] = place
      if place < steps.count - 1 { settled.add(step) }
    }
  }

  /// Where the step of this number stands; nil for none.
  func place(of number: Int) -> Int? { places[number] }

  /// Notes that an event changed step `number` of `steps`, or put it at their end.
  mutating func note(_ number: Int, in steps: [StepState]) {
    events += 1
    if let place = places[number] {
      // Steps come in order, so the one meant is nearly always the last.
      if place < steps.count - 1 { isUnsettled = true }
    } else {
      places[number] = steps.count - 1
      if steps.count > 1 { settled.add(steps[steps.count - 2]) }
    }
    // No sooner than it costs no more than the events did: a trace may tell of any step at any time.
    if isUnsettled, events >= steps.count { self = StepIndex(steps) }
  }

  /// Sums of all of `steps`.
  func sums(of steps: [StepState]) -> StepSums {
    var sums = isUnsettled ? StepSums() : settled
    for step in isUnsettled ? steps[...] : steps.suffix(1) { sums.add(step) }
    return sums
  }

  /// The same steps have the same sums, however these were reckoned.
  static func == (one: Self, other: Self) -> Bool { true }
}
