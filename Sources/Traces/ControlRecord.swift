/// A control as the trace writes it: its name in `control`, and its `value` where it has one.
struct ControlRecord: Codable {
  /// Nil for a control that only later versions know.
  var control: Control?

  init(_ control: Control) {
    self.control = control
  }

  private enum CodingKeys: String, CodingKey {
    case control, value
  }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    switch try fields.decode(String.self, forKey: .control) {
    case "threshold": control = .setThreshold(try fields.decode(Double.self, forKey: .value))
    case "mode": control = .setMode(try fields.decode(Mode.self, forKey: .value))
    case "cancel": control = .cancel
    default: control = nil
    }
  }

  func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    switch control {
    case .setThreshold(let value):
      try fields.encode("threshold", forKey: .control)
      try fields.encode(value, forKey: .value)
    case .setMode(let value):
      try fields.encode("mode", forKey: .control)
      try fields.encode(value, forKey: .value)
    case .cancel:
      try fields.encode("cancel", forKey: .control)
    case nil:
      break
    }
  }
}
