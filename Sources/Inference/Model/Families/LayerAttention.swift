import Glibc

/// How the attention of one layer differs from that of other layers of its model.
public struct LayerAttention: Sendable, Equatable {
  /// How many positions a row sees, the last ones up to its own; nil for all.
  public var window: Int?
  /// How queries and keys are rotated; nil if they are not.
  public var rope: Rope?
}

/// A rotary position embedding: how far each pair of values turns with each position.
public struct Rope: Sendable, Equatable {
  /// Angles per position fall from 1 by powers of this base.
  public var base: Double
  /// How angles are stretched to longer contexts.
  public var scaling: RopeScaling
}

/// How attention grows sharper with the position, so that longer contexts do not blur it: scores
/// are multiplied with 1 + scale · ln(1 + ⌊position ÷ length⌋) (Llama 4's and Mistral 3's tuning).
public struct AttentionTemperature: Sendable, Equatable {
  /// How much.
  public var scale: Double
  /// Positions from one step to the next.
  public var length: Int

  /// What scores of a row at `position` are multiplied with.
  func factor(at position: Int) -> Float {
    Float(1 + scale * log(Double(1 + position / length)))
  }
}

extension HyperparameterReader {
  /// The tuning of attention's temperature; nil if there is none.
  func attentionTemperature(contextLength: Int) throws(GGUFError) -> AttentionTemperature? {
    let scale = try multiplier("attention.temperature_scale", default: 0)
    guard scale != 0 else { return nil }
    return AttentionTemperature(
      scale: Double(scale),
      length: try integer(
        "rope.scaling.original_context_length", in: 1...16_777_216, default: contextLength))
  }

  /// What each of `layers` layers has; `rope` is the rotation of layers that see all positions.
  func layerAttention(
    _ family: Family, layers: Int, rope: Rope
  ) throws(GGUFError) -> [LayerAttention] {
    let hasWindow = try windowed(family, layers: layers)
    let window = hasWindow.contains(true) ? try slidingWindow() : nil
    var windowRope = rope
    if let rule = family.windowRope {
      windowRope = Rope(base: rule.base ?? rope.base, scaling: .none)
    }
    windowRope.base = try positive("rope.freq_base_swa", atMost: 1e12, default: windowRope.base)
    let isTrained = try file.bool(key("rope.scaling.finetuned")) ?? true
    return hasWindow.enumerated().map { index, hasWindow in
      let isRotated =
        switch family.rotatedLayers {
        case .all: true
        case .allBut(let step): (index + 1) % step != 0
        case .windowed: hasWindow || window == nil
        case .ifTrained: isTrained
        }
      return LayerAttention(
        window: hasWindow ? window : nil, rope: isRotated ? hasWindow ? windowRope : rope : nil)
    }
  }

  /// Which layers have a window.
  private func windowed(_ family: Family, layers: Int) throws(GGUFError) -> [Bool] {
    let none = [Bool](repeating: false, count: layers)
    guard try slidingWindow() != nil else { return none }
    switch family.windowLayers {
    case .unknown: return none
    case .all: return none.map { _ in true }
    case .allBut(var step):
      let name = "attention.sliding_window_pattern"
      if let pattern = file.metadata[key(name)]?.bools
        ?? file.metadata[key(name)]?.integers?.map({ $0 != 0 })
      {
        guard pattern.count == layers else {
          throw outOfRange(name, "\(pattern.count) values", "\(layers)")
        }
        return pattern
      }
      step = try integer(name, in: 0...1024, default: step)
      // 0 stands for windows everywhere, and 1 for none.
      return none.indices.map { step == 0 || $0 % step < step - 1 }
    }
  }

  /// The length of the sliding window; nil if there is none.
  func slidingWindow() throws(GGUFError) -> Int? {
    let window = try integer("attention.sliding_window", in: 0...Int(UInt32.max), default: 0)
    return window == 0 ? nil : window
  }
}
