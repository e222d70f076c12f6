/// A control as the trace writes it: its name in `control`, and what belongs to it in other fields.
struct ControlRecord: Codable {
  /// Nil for a control that only later versions know.
  var control: Control?

  init(_ control: Control) {
    self.control = control
  }

  private enum CodingKeys: String, CodingKey {
    case control, value, step, verdict, text, branch
  }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    func step() throws -> Int { try fields.decode(Int.self, forKey: .step) }
    func text() throws -> String { try fields.decode(String.self, forKey: .text) }
    let name = try fields.decode(String.self, forKey: .control)
    switch name {
    case "override":
      let verdict = try fields.decode(Verdict.self, forKey: .verdict)
      control = .steer(.override(step: try step(), verdict: verdict))
    case "edit": control = .steer(.edit(step: try step(), text: try text()))
    case "note": control = .steer(.note(after: try step(), text: try text()))
    case "branch": control = .steer(.branch(after: try step()))
    case "go-on": control = .steer(.goOn(from: try fields.decode(Int.self, forKey: .branch)))
    case "answer": control = .steer(.answerNow)
    case "extend": control = .steer(.extend)
    case "pause": control = .pause
    case "resume": control = .resume
    case "single-step": control = .singleStep
    case "cancel": control = .cancel
    default: control = try RunOption.named(name).map { .set(try Self.setting($0, in: fields)) }
    }
  }

  private static func setting(
    _ option: RunOption, in fields: KeyedDecodingContainer<CodingKeys>
  ) throws -> Setting {
    let value = try fields.decodeIfPresent(OptionValue.self, forKey: .value) ?? .off
    guard let stored = option.stored(value) else {
      throw DecodingError.dataCorruptedError(
        forKey: .value, in: fields, debugDescription: "not \(option.allowed)")
    }
    return Setting(option, stored)
  }

  func encode(to encoder: any Encoder) throws {
    guard let control else { return }
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(name(of: control), forKey: .control)
    switch control {
    case .set(let setting):
      if setting.value != .off { try fields.encode(setting.value, forKey: .value) }
    case .steer(.override(let step, let verdict)):
      try fields.encode(step, forKey: .step)
      try fields.encode(verdict, forKey: .verdict)
    case .steer(.edit(let step, let text)), .steer(.note(let step, let text)):
      try fields.encode(step, forKey: .step)
      try fields.encode(text, forKey: .text)
    case .steer(.branch(let step)):
      try fields.encode(step, forKey: .step)
    case .steer(.goOn(let branch)):
      try fields.encode(branch, forKey: .branch)
    case .steer(.answerNow), .steer(.extend), .pause, .resume, .singleStep, .cancel:
      break
    }
  }

  private func name(of control: Control) -> String {
    switch control {
    case .set(let setting): setting.option.name
    case .steer(.override): "override"
    case .steer(.edit): "edit"
    case .steer(.note): "note"
    case .steer(.branch): "branch"
    case .steer(.goOn): "go-on"
    case .steer(.answerNow): "answer"
    case .steer(.extend): "extend"
    case .pause: "pause"
    case .resume: "resume"
    case .singleStep: "single-step"
    case .cancel: "cancel"
    }
  }
}
