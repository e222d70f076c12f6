/// A control as the trace writes it: its name in `control`, and what belongs to it beside.
struct ControlRecord: Codable {
  /// Nil for a control that only later versions know.
  var control: Control?

  init(_ control: Control) {
    self.control = control
  }

  private enum CodingKeys: String, CodingKey {
    case control, value, step, verdict, text
  }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    func step() throws -> Int { try fields.decode(Int.self, forKey: .step) }
    func text() throws -> String { try fields.decode(String.self, forKey: .text) }
    switch try fields.decode(String.self, forKey: .control) {
    case "threshold": control = .setThreshold(try fields.decode(Double.self, forKey: .value))
    case "mode": control = .setMode(try fields.decode(Mode.self, forKey: .value))
    case "override":
      control = .override(
        step: try step(), verdict: try fields.decode(Verdict.self, forKey: .verdict))
    case "edit": control = .edit(step: try step(), text: try text())
    case "note": control = .note(after: try step(), text: try text())
    case "branch": control = .branch(after: try step())
    case "answer": control = .answerNow
    case "pause": control = .pause
    case "resume": control = .resume
    case "single-step": control = .singleStep
    case "cancel": control = .cancel
    default: control = nil
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
    case .override(let step, let verdict):
      try fields.encode(step, forKey: .step)
      try fields.encode(verdict, forKey: .verdict)
    case .edit(let step, let text), .note(let step, let text):
      try fields.encode(step, forKey: .step)
      try fields.encode(text, forKey: .text)
    case .branch(let step):
      try fields.encode(step, forKey: .step)
    case .answerNow, .pause, .resume, .singleStep, .cancel:
      break
    }
  }

  private func name(of control: Control) -> String {
    switch control {
    case .setThreshold: "threshold"
    case .setMode: "mode"
    case .override: "override"
    case .edit: "edit"
    case .note: "note"
    case .branch: "branch"
    case .answerNow: "answer"
    case .pause: "pause"
    case .resume: "resume"
    case .singleStep: "single-step"
    case .cancel: "cancel"
    }
  }
}
