import Traces

/// The playback of a recorded run: its position and its speed.
struct Replay: Sendable {
  private(set) var events: [Event]
  /// When each event is shown, in seconds of the recording.
  private var moments: [Double]
  /// Number of events that are shown.
  private(set) var shown = 0
  /// The position, in seconds of the recording.
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

  init(_ events: [Event], pace: Pace = .recorded, speed: Double, isPaused: Bool) {
    self.events = events
    self.pace = pace
    self.speed = speed
    self.isPaused = isPaused
    moments = pace == .reading ? Self.readingMoments(of: events) : events.map(\.time)
    time = moments.first ?? 0
  }

  /// How the time between two events is made.
  enum Pace: Sendable, Equatable {
    /// As it was.
    case recorded
    /// As long as a person needs to read what came.
    case reading
    /// As it was, while another process still writes the recording.
    case followed
  }

  let pace: Pace

  /// Each event's moment when a person reads along, in seconds. Decisions stay longest, because they
  /// are what there is to be seen.
  private static func readingMoments(of events: [Event]) -> [Double] {
    var moment = 0.0
    return events.map { event in
      defer {
        switch event.kind {
        case .turnStarted: moment += 3
        case .token: moment += 0.06
        case .stepJudged: moment += 0.6
        case .stepDecided(let decided): moment += decided.verdict == .rejected ? 3 : 0.6
        case .stepCommitted(let committed):
          moment += committed.status == .baseRegenerated ? 3 : 0.8
        default: break
        }
      }
      return moment
    }
  }

  var isAtEnd: Bool { shown == events.count }

  /// Another process still writes the recording.
  var isFollowing: Bool { pace == .followed }

  /// Adds what was written meanwhile.
  mutating func append(_ more: [Event]) {
    events += more
    moments += more.map(\.time)
  }

  /// First and last moment, in seconds of the recording.
  var span: ClosedRange<Double> {
    let first = moments.first ?? 0
    return first...max(first, moments.last ?? first)
  }

  /// The speeds to choose from.
  static let speeds: [Double] = [0.25, 0.5, 1, 2, 4, 8, 16, .infinity]

  /// The longest pause before a prompt, in seconds of the recording.
  private static let patience = 1.0

  /// Advances by `seconds` and returns the number of events to show.
  mutating func advance(by seconds: Double) -> Int {
    guard speed.isFinite else { return events.count }
    if events.indices.contains(shown), case .turnStarted = events[shown].kind {
      time = max(time, moments[shown] - Self.patience)
    }
    time += seconds * speed
    return moments[shown...].prefix { $0 <= time }.endIndex
  }

  /// Records that the first `count` events are shown.
  mutating func show(_ count: Int, isJump: Bool) {
    shown = count
    if isJump || speed.isInfinite, count > 0 { time = moments[count - 1] }
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
