/// A control as the trace writes it: its name in `control`, and what belongs to it beside.
struct ControlRecord: Codable {
  /// Nil for a control that only later versions know.
  var control: Control?

  init(_ control: Control) {
    self.control = control
  }

  fileprivate enum CodingKeys: String, CodingKey {
    case control, value, step, verdict, text, branch
  }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    func step() throws -> Int { try fields.decode(Int.self, forKey: .step) }
    func text() throws -> String { try fields.decode(String.self, forKey: .text) }
    let name = try fields.decode(String.self, forKey: .control)
    switch name {
    case "threshold": control = .setThreshold(try fields.decode(Double.self, forKey: .value))
    case "mode": control = .setMode(try fields.decode(Mode.self, forKey: .value))
    case "override":
      control = .override(
        step: try step(), verdict: try fields.decode(Verdict.self, forKey: .verdict))
    case "edit": control = .edit(step: try step(), text: try text())
    case "note": control = .note(after: try step(), text: try text())
    case "branch": control = .branch(after: try step())
    case "go-on": control = .goOn(from: try fields.decode(Int.self, forKey: .branch))
    case "answer": control = .answerNow
    case "pause": control = .pause
    case "resume": control = .resume
    case "single-step": control = .singleStep
    case "cancel": control = .cancel
    default: control = try Setting.Name(rawValue: name).map { .set(try fields.setting($0)) }
    }
  }

  func encode(to encoder: any Encoder) throws {
    guard let control else { return }
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(name(of: control), forKey: .control)
    switch control {
    case .setThreshold(let value):
      try fields.encode(value, forKey: .value)
    case .setMode(let value):
      try fields.encode(value, forKey: .value)
    case .set(let setting):
      try fields.encode(setting)
    case .override(let step, let verdict):
      try fields.encode(step, forKey: .step)
      try fields.encode(verdict, forKey: .verdict)
    case .edit(let step, let text), .note(let step, let text):
      try fields.encode(step, forKey: .step)
      try fields.encode(text, forKey: .text)
    case .branch(let step):
      try fields.encode(step, forKey: .step)
    case .goOn(let branch):
      try fields.encode(branch, forKey: .branch)
    case .answerNow, .pause, .resume, .singleStep, .cancel:
      break
    }
  }

  private func name(of control: Control) -> String {
    switch control {
    case .setThreshold: "threshold"
    case .setMode: "mode"
    case .set(let setting): setting.name.rawValue
    case .override: "override"
    case .edit: "edit"
    case .note: "note"
    case .branch: "branch"
    case .goOn: "go-on"
    case .answerNow: "answer"
    case .pause: "pause"
    case .resume: "resume"
    case .singleStep: "single-step"
    case .cancel: "cancel"
    }
  }
}

/// Settings stand in a trace as numbers or words; one that is off has no value.
extension KeyedEncodingContainer<ControlRecord.CodingKeys> {
  fileprivate mutating func encode(_ setting: Setting) throws {
    switch setting {
    case .score, .judge, .unreadable: try encode(setting.text, forKey: .value)
    case .adapt(let value): try encodeIfPresent(value?.description, forKey: .value)
    case .firstBaseSteps(let value), .budget(let value): try encode(value, forKey: .value)
    case .thinkingBudget(let value): try encodeIfPresent(value, forKey: .value)
    case .temperature(let value), .topP(let value): try encode(value, forKey: .value)
    case .seed(let value): try encode(value, forKey: .value)
    case .systemPrompt(let value): try encodeIfPresent(value, forKey: .value)
    }
  }
}

extension KeyedDecodingContainer<ControlRecord.CodingKeys> {
  fileprivate func setting(_ name: Setting.Name) throws -> Setting {
    switch name {
    case .score, .judge, .unreadable: return try worded(name)
    case .adapt: return contains(.value) ? try worded(name) : .adapt(nil)
    case .firstBaseSteps: return .firstBaseSteps(try decode(Int.self, forKey: .value))
    case .budget: return .budget(try decode(Int.self, forKey: .value))
    case .thinkingBudget: return .thinkingBudget(try decodeIfPresent(Int.self, forKey: .value))
    case .temperature: return .temperature(try decode(Double.self, forKey: .value))
    case .topP: return .topP(try decode(Double.self, forKey: .value))
    case .seed: return .seed(try decode(UInt64.self, forKey: .value))
    case .systemPrompt: return .systemPrompt(try decodeIfPresent(String.self, forKey: .value))
    }
  }

  private func worded(_ name: Setting.Name) throws -> Setting {
    guard let setting = Setting(name, try decode(String.self, forKey: .value)) else {
      throw DecodingError.dataCorruptedError(
        forKey: .value, in: self, debugDescription: "not \(name.allowed)")
    }
    return setting
  }
}
