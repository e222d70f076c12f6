import Foundation

/// The trace as JSON Lines: one event a line, `"type"` first and `"t"` (seconds) second.
public enum TraceCoding {
  /// The event as one line, without its newline.
  ///
  /// Control characters, also DEL and U+0080 to U+009F, and the characters that turn the writing
  /// direction stand as `\u` escapes, so that a printed trace cannot steer a terminal.
  public static func line(_ event: Event) throws(TraceError) -> String {
    do {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      let time = String(decoding: try encoder.encode(event.time), as: UTF8.self)
      let fields = String(decoding: try encoder.encode(Payload(event.kind)), as: UTF8.self)
      let head = "{\"type\":\"\(event.kind.type)\",\"t\":\(time)"
      let rest = fields.dropFirst()
      return escapingControls(head + (rest == "}" ? "" : ",") + rest)
    } catch {
      throw TraceError(line: nil, reason: .notEncodable("\(error)"))
    }
  }

  /// The events as lines, each with its newline. An event that JSON cannot hold, such as an infinite
  /// score, is left out: no reader could use it.
  static func lines(_ events: [Event]) -> String {
    events.compactMap { try? line($0) + "\n" }.joined()
  }

  /// Whether a line that cannot be read begins as an event does, as far as it goes.
  static func looksLikeEvent(_ line: String) -> Bool {
    Event.Kind.types.contains { type in
      let head = "{\"type\":\"\(type)\",\"t\":"
      return line.hasPrefix(head) || head.hasPrefix(line)
    }
  }

  /// The event that a line holds; nil for an empty line and for what only later versions know.
  ///
  /// - Parameter number: The line's number, for the error.
  public static func event(from line: String, number: Int? = nil) throws(TraceError) -> Event? {
    if line.allSatisfy(\.isWhitespace) { return nil }
    do {
      let data = Data(line.utf8)
      let decoder = JSONDecoder()
      let envelope = try decoder.decode(Envelope.self, from: data)
      guard let kind = try Payload.decode(envelope.type, from: data, by: decoder) else {
        return nil
      }
      if case .runStarted(let run) = kind, run.schema > RunStarted.currentSchema {
        throw TraceError(line: number, reason: .newerSchema(run.schema))
      }
      guard
        let field = Plausibility.defect(in: envelope.t, "t")
          ?? Plausibility.defect(in: kind, envelope.type)
      else { return Event(time: envelope.t, kind: kind) }
      throw TraceError(line: number, reason: .wrongValue(field))
    } catch let error as TraceError {
      throw error
    } catch let error as DecodingError {
      throw TraceError(line: number, reason: reason(of: error))
    } catch {
      throw TraceError(line: number, reason: .notJSON)
    }
  }

  /// All events of a trace in order.
  ///
  /// The error names the first line that cannot be read.
  public static func events(in text: String) throws(TraceError) -> [Event] {
    var events: [Event] = []
    // Model text cannot end a line: JSON escapes a newline inside a string.
    let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      if let event = try event(from: String(line), number: index + 1) { events.append(event) }
    }
    return events
  }

  private static func reason(of error: DecodingError) -> TraceError.Reason {
    switch error {
    case .keyNotFound(let key, let context):
      return .missingField(name(context.codingPath + [key]))
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      return context.codingPath.isEmpty ? .notJSON : .wrongValue(name(context.codingPath))
    case .dataCorrupted(let context):
      return context.codingPath.isEmpty ? .notJSON : .wrongValue(name(context.codingPath))
    @unknown default:
      return .notJSON
    }
  }

  private static func name(_ path: [any CodingKey]) -> String {
    path.map(\.stringValue).joined(separator: ".")
  }

  /// `json` with DEL, C1 and the bidirectional controls as `\u` escapes, too.
  package static func escapingControls(_ json: String) -> String {
    guard json.unicodeScalars.contains(where: isSteering) else { return json }
    var escaped = String.UnicodeScalarView()
    for scalar in json.unicodeScalars {
      if isSteering(scalar) {
        let hex = String(scalar.value, radix: 16)
        escaped.append(
          contentsOf: "\\u\(String(repeating: "0", count: 4 - hex.count))\(hex)".unicodeScalars)
      } else {
        escaped.append(scalar)
      }
    }
    return String(escaped)
  }

  /// DEL, C1 and the bidirectional controls; JSON itself escapes C0.
  private static func isSteering(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x7F...0x9F: true
    default: scalar.properties.isBidiControl
    }
  }
}

/// What every line has.
private struct Envelope: Decodable {
  var type: String
  var t: Double
}

/// The fields of an event beside its type and time.
private struct Payload: Encodable {
  let kind: Event.Kind

  init(_ kind: Event.Kind) {
    self.kind = kind
  }

  func encode(to encoder: any Encoder) throws {
    switch kind {
    case .runStarted(let value): try value.encode(to: encoder)
    case .turnStarted(let value): try value.encode(to: encoder)
    case .token(let value): try value.encode(to: encoder)
    case .stepRouted(let value): try value.encode(to: encoder)
    case .stepDrafted(let value): try value.encode(to: encoder)
    case .stepScreened(let value): try value.encode(to: encoder)
    case .stepJudged(let value): try value.encode(to: encoder)
    case .stepDecided(let value): try value.encode(to: encoder)
    case .stepCommitted(let value): try value.encode(to: encoder)
    case .stepScored(let value): try value.encode(to: encoder)
    case .control(let value): try ControlRecord(value).encode(to: encoder)
    case .branchStarted(let value): try value.encode(to: encoder)
    case .thresholdAdapted(let value): try value.encode(to: encoder)
    case .aheadDropped(let value): try value.encode(to: encoder)
    case .generationDropped(let value): try value.encode(to: encoder)
    case .turnWaited(let value): try value.encode(to: encoder)
    case .answer(let value): try value.encode(to: encoder)
    case .turnEnded(let value):
      try value.encode(to: encoder)
      if value.stop == .brokenOff { try BrokenOffMark().encode(to: encoder) }
    case .raceEnded(let value): try value.encode(to: encoder)
    case .warning(let value), .error(let value): try value.encode(to: encoder)
    }
  }

  static func decode(
    _ type: String, from data: Data, by decoder: JSONDecoder
  ) throws -> Event.Kind? {
    func read<T: Decodable>(_ type: T.Type = T.self) throws -> T {
      try decoder.decode(type, from: data)
    }
    switch type {
    case "run.started": return .runStarted(try read())
    case "turn.started": return .turnStarted(try read())
    case "token": return .token(try read())
    case "step.routed": return .stepRouted(try read())
    case "step.drafted": return .stepDrafted(try read())
    case "step.screened": return .stepScreened(try read())
    case "step.judged": return .stepJudged(try read())
    case "step.decided": return .stepDecided(try read())
    case "step.committed": return .stepCommitted(try read())
    case "step.scored": return .stepScored(try read())
    case "control": return try read(ControlRecord.self).control.map(Event.Kind.control)
    case "branch.started": return .branchStarted(try read())
    case "threshold.adapted": return .thresholdAdapted(try read())
    case "ahead.dropped": return .aheadDropped(try read())
    case "generation.dropped": return .generationDropped(try read())
    case "turn.waited": return .turnWaited(try read())
    case "answer": return .answer(try read())
    case "turn.ended":
      var end: TurnEnded = try read()
      if try read(BrokenOffMark.self).brokenOff == true { end.stop = .brokenOff }
      return .turnEnded(end)
    case "race.ended": return .raceEnded(try read())
    case "warning": return .warning(try read())
    case "error": return .error(try read())
    default: return nil
    }
  }
}

/// How `turn.ended` says that the turn was broken off: as cancelled, which version 0.1 knows, too,
/// and with a mark.
private struct BrokenOffMark: Codable {
  var stop = StopReason.cancelled
  var brokenOff: Bool? = true
}

extension Event.Kind {
  /// All types of events that this version knows.
  fileprivate static let types = [
    "run.started", "turn.started", "token", "step.routed", "step.drafted", "step.screened",
    "step.judged", "step.decided", "step.committed", "step.scored", "control", "branch.started",
    "threshold.adapted", "ahead.dropped", "generation.dropped", "turn.waited", "answer",
    "turn.ended", "race.ended", "warning", "error",
  ]

  /// The `type` of this event in the trace, such as `step.judged`.
  public var type: String {
    switch self {
    case .runStarted: "run.started"
    case .turnStarted: "turn.started"
    case .token: "token"
    case .stepRouted: "step.routed"
    case .stepDrafted: "step.drafted"
    case .stepScreened: "step.screened"
    case .stepJudged: "step.judged"
    case .stepDecided: "step.decided"
    case .stepCommitted: "step.committed"
    case .stepScored: "step.scored"
    case .control: "control"
    case .branchStarted: "branch.started"
    case .thresholdAdapted: "threshold.adapted"
    case .aheadDropped: "ahead.dropped"
    case .generationDropped: "generation.dropped"
    case .turnWaited: "turn.waited"
    case .answer: "answer"
    case .turnEnded: "turn.ended"
    case .raceEnded: "race.ended"
    case .warning: "warning"
    case .error: "error"
    }
  }
}
