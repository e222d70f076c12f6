import Traces

/// The playback of a recorded run: its position and its speed.
struct Replay: Sendable {
  let events: [Event]
  /// Number of events that are shown.
  private(set) var shown = 0
  /// The position, in seconds of the run.
  private(set) var time: Double
  /// The speed relative to the recording; infinity shows all at once.
  var speed: Double
  var isPaused: Bool
  /// The live run to return to; nil if there is none.
  var before: Before?

  struct Before: Sendable {
    var run: RunState
    var engine: EngineStatus
  }

  init(_ events: [Event], speed: Double, isPaused: Bool) {
    self.events = events
    self.speed = speed
    self.isPaused = isPaused
    time = events.first?.time ?? 0
  }

  var isAtEnd: Bool { shown == events.count }

  /// First and last time, in seconds of the run.
  var span: ClosedRange<Double> {
    let first = events.first?.time ?? 0
    return first...max(first, events.last?.time ?? first)
  }

  /// The speeds to choose from.
  static let speeds: [Double] = [0.25, 0.5, 1, 2, 4, 8, 16, .infinity]

  /// The longest pause before a prompt, in seconds of the run.
  private static let patience = 1.0

  /// Advances by `seconds` and returns the number of events to show.
  mutating func advance(by seconds: Double) -> Int {
    guard speed.isFinite else { return events.count }
    if events.indices.contains(shown), case .turnStarted = events[shown].kind {
      time = max(time, events[shown].time - Self.patience)
    }
    time += seconds * speed
    return events[shown...].prefix { $0.time <= time }.endIndex
  }

  /// Records that the first `count` events are shown.
  mutating func show(_ count: Int, isJump: Bool) {
    shown = count
    if isJump || speed.isInfinite, count > 0 { time = events[count - 1].time }
    if count == 0 { time = span.lowerBound }
  }

  /// The previous (-1) or next (1) end of a step or, with `turns`, of a prompt, as a number of events.
  func place(_ direction: Int, turns: Bool) -> Int {
    let ends = events.indices.filter { turns ? events[$0].isPrompt : events[$0].isWholeStep }
      .map { $0 + 1 }
    return direction < 0
      ? ends.last { $0 < shown } ?? 0 : ends.first { $0 > shown } ?? events.count
  }

  mutating func changeSpeed(by places: Int) {
    let place = Self.speeds.lastIndex { $0 <= speed } ?? 0
    speed = Self.speeds[max(0, min(Self.speeds.count - 1, place + places))]
  }
}

extension Event {
  fileprivate var isPrompt: Bool {
    if case .turnStarted = kind { true } else { false }
  }

  fileprivate var isWholeStep: Bool {
    switch kind {
    case .stepCommitted, .turnEnded: true
    default: isPrompt
    }
  }
}
