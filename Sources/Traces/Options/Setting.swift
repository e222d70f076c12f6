/// What becomes of a drafted step whose judgement cannot be read.
public enum UnreadableRule: String, Codable, Sendable, CaseIterable {
  /// The base model writes the step.
  case reject
  /// The draft is kept.
  case accept
  /// The turn waits for the person's decision.
  case ask
}

/// What an acceptance threshold that moves by itself aims at.
public enum ThresholdTarget: Sendable, Equatable, LosslessStringConvertible {
  /// The share of judged drafts that are accepted, 0 to 1.
  case acceptance(Double)
  /// The estimated speedup of the turn so far.
  case speedup(Double)
  /// The share of accepted drafts that the judge itself holds for rather wrong than right: the
  /// mean probability of the digits 0 to 4, 0 to 1. Needs a judge that gives digits.
  case error(Double)

  /// `acceptance=0.8`, `speedup=2` or `error=0.05`.
  public init?(_ text: String) {
    let parts = text.split(separator: "=", maxSplits: 1)
    guard parts.count == 2, let value = Double(parts[1]), value > 0, value.isFinite else {
      return nil
    }
    switch parts[0] {
    case "acceptance" where value < 1: self = .acceptance(value)
    case "speedup": self = .speedup(value)
    case "error" where value < 1: self = .error(value)
    default: return nil
    }
  }

  /// As it is read.
  public var description: String {
    switch self {
    case .acceptance(let share): "acceptance=\(share)"
    case .speedup(let factor): "speedup=\(factor)"
    case .error(let share): "error=\(share)"
    }
  }
}

/// A setting that the person can change while a run goes on, beside threshold and mode.
public enum Setting: Sendable, Equatable {
  case score(ScoreMethod)
  case judge(JudgeKind)
  case unreadable(UnreadableRule)
  /// Nil keeps the threshold where it is put.
  case adapt(ThresholdTarget?)
  case firstBaseSteps(Int)
  /// Tokens of a turn.
  case budget(Int)
  /// Tokens of reasoning; nil for no limit but the turn's.
  case thinkingBudget(Int?)
  case temperature(Double)
  case topP(Double)
  case seed(UInt64)
  /// What the models are told before the chat; nil for nothing.
  case systemPrompt(String?)

  /// The settings by their names, as the command line has them.
  public enum Name: String, Sendable, CaseIterable {
    case score, judge, unreadable, adapt
    case firstBaseSteps = "first-base-steps"
    case budget
    case thinkingBudget = "thinking-budget"
    case temperature
    case topP = "top-p"
    case seed
    case systemPrompt = "system"
  }

  /// From when on a change counts.
  public enum Beginning: Sendable {
    /// The next decision about a draft.
    case decision
    /// The next step or answer that is written.
    case write
    case turn
  }

  /// Which setting it is.
  public var name: Name {
    switch self {
    case .score: .score
    case .judge: .judge
    case .unreadable: .unreadable
    case .adapt: .adapt
    case .firstBaseSteps: .firstBaseSteps
    case .budget: .budget
    case .thinkingBudget: .thinkingBudget
    case .temperature: .temperature
    case .topP: .topP
    case .seed: .seed
    case .systemPrompt: .systemPrompt
    }
  }

  /// What a person without a limit or a target writes.
  static let off = "off"

  /// The setting `name` as `text` says; nil where that is no value of it.
  public init?(_ name: Name, _ text: String) {
    switch name {
    case .score: self.init(ScoreMethod(rawValue: text), Setting.score)
    case .judge: self.init(JudgeKind(rawValue: text), Setting.judge)
    case .unreadable: self.init(UnreadableRule(rawValue: text), Setting.unreadable)
    case .adapt where text == Self.off: self = .adapt(nil)
    case .adapt: self.init(ThresholdTarget(text), Setting.adapt)
    case .firstBaseSteps: self.init(Int(text), within: 0...10_000, Setting.firstBaseSteps)
    case .budget: self.init(Int(text), within: 1...10_000_000, Setting.budget)
    case .thinkingBudget where text == Self.off: self = .thinkingBudget(nil)
    case .thinkingBudget: self.init(Int(text), within: 1...10_000_000, Setting.thinkingBudget)
    case .temperature: self.init(Double(text), within: 0...100, Setting.temperature)
    case .topP:
      self.init(Double(text), within: Double.leastNonzeroMagnitude...1, Setting.topP)
    case .seed: self.init(UInt64(text), Setting.seed)
    case .systemPrompt:
      let isNone = text == Self.off || text.allSatisfy(\.isWhitespace)
      self = .systemPrompt(isNone ? nil : text)
    }
  }

  private init?<Value>(_ value: Value?, _ setting: (Value) -> Setting) {
    guard let value else { return nil }
    self = setting(value)
  }

  private init?<Value: Comparable>(
    _ value: Value?, within range: ClosedRange<Value>, _ setting: (Value) -> Setting
  ) {
    guard let value, range.contains(value) else { return nil }
    self = setting(value)
  }

  /// The value as it is read.
  public var text: String {
    switch self {
    case .score(let value): value.rawValue
    case .judge(let value): value.rawValue
    case .unreadable(let value): value.rawValue
    case .adapt(let value): value?.description ?? Self.off
    case .firstBaseSteps(let value), .budget(let value): "\(value)"
    case .thinkingBudget(let value): value.map { "\($0)" } ?? Self.off
    case .temperature(let value), .topP(let value): "\(value)"
    case .seed(let value): "\(value)"
    case .systemPrompt(let value): value ?? Self.off
    }
  }
}

extension Setting.Name {
  /// From when on a change counts.
  public var beginning: Setting.Beginning {
    switch self {
    case .score, .unreadable, .adapt: .decision
    case .budget, .thinkingBudget, .temperature, .topP: .write
    case .judge, .firstBaseSteps, .seed, .systemPrompt: .turn
    }
  }

  /// The values it has, where they are few; empty where it takes any number.
  public var choices: [String] {
    switch self {
    case .score: ScoreMethod.allCases.map(\.rawValue)
    case .judge: JudgeKind.allCases.map(\.rawValue)
    case .unreadable: UnreadableRule.allCases.map(\.rawValue)
    case .adapt, .firstBaseSteps, .budget, .thinkingBudget, .temperature, .topP, .seed,
      .systemPrompt:
      []
    }
  }

  /// What it takes, for people.
  public var allowed: String {
    switch self {
    case .score, .judge, .unreadable: "one of " + choices.joined(separator: ", ")
    case .adapt: "acceptance=0.8, speedup=2, error=0.05 or off"
    case .firstBaseSteps: "a number of steps, 0 or more"
    case .budget: "a number of tokens, 1 or more"
    case .thinkingBudget: "a number of tokens, 1 or more, or off"
    case .temperature: "a number from 0 to 100"
    case .topP: "a number above 0, up to 1"
    case .seed: "a whole number, 0 or more"
    case .systemPrompt: "a text, or off"
    }
  }
}

extension RunStarted {
  /// What the run began with.
  public var settings: [Setting.Name: Setting] {
    let all: [Setting] = [
      .score(score), .judge(judge), .unreadable(unreadable ?? .reject),
      .adapt(adapt.flatMap { ThresholdTarget($0) }), .firstBaseSteps(firstBaseSteps),
      .budget(budget), .thinkingBudget(thinkingBudget), .temperature(sampling.temperature),
      .topP(sampling.topP), .seed(seed), .systemPrompt(system),
    ]
    return Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
  }
}
