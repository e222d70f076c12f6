/// Reads the metadata keys of one architecture and checks their ranges.
struct HyperparameterReader {
  let file: GGUFFile
  /// The architecture's name, which every key begins with.
  let prefix: String

  /// Numbers that are not supported unless they are 0 or absent.
  private static let unsupportedNumbers = [
    "attention.clamp_kqv", "attention.max_alibi_bias", "attn_logit_softcapping",
    "final_logit_softcapping",
  ]
  /// Factors that are not supported unless they are 0, 1 or absent.
  private static let unsupportedFactors = ["rope.scaling.alpha"]

  func key(_ name: String) -> String { prefix + "." + name }

  func integer(_ name: String) throws(GGUFError) -> Int? {
    if let values = file.metadata[key(name)]?.integers { return try common(values, name) }
    return try file.integer(key(name))
  }

  func real(_ name: String) throws(GGUFError) -> Double? {
    if let values = file.metadata[key(name)]?.reals { return try common(values, name) }
    return try file.real(key(name))
  }

  /// The value that all layers share, from an array with one value a layer.
  private func common<T: Equatable>(_ values: [T], _ name: String) throws(GGUFError) -> T? {
    guard let first = values.first, values.count == (try file.integer(key("block_count"))),
      values.allSatisfy({ $0 == first })
    else { throw GGUFError(path: file.path, reason: .differentLayers(key: key(name))) }
    return first
  }

  func integer(
    _ name: String, in range: ClosedRange<Int>, default fallback: Int? = nil
  ) throws(GGUFError) -> Int {
    guard let value = try integer(name) ?? fallback else {
      throw GGUFError(path: file.path, reason: .missingKey(key(name)))
    }
    guard range.contains(value) else {
      throw outOfRange(name, value, "\(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  func positive(
    _ name: String, atMost limit: Double, default fallback: Double?
  ) throws(GGUFError) -> Double {
    guard let value = try real(name) ?? fallback else {
      throw GGUFError(path: file.path, reason: .missingKey(key(name)))
    }
    // A NaN fails both comparisons.
    guard value > 0, value <= limit else {
      throw outOfRange(name, value, "a number above 0 and up to \(limit)")
    }
    return value
  }

  func outOfRange(_ name: String, _ value: some Any, _ allowed: String) -> GGUFError {
    GGUFError(
      path: file.path,
      reason: .outOfRange(key: key(name), value: "\(value)", allowed: allowed))
  }

  /// A multiplier that 0 in the file, or none there, leaves at `fallback`.
  func multiplier(_ name: String, default fallback: Float = 1) throws(GGUFError) -> Float {
    guard let value = try real(name), value != 0 else { return fallback }
    return Float(try positive(name, atMost: 1e6, default: nil))
  }

  /// Throws unless every one of `pairs` rotated pairs turns with the position of a text: pairs take
  /// the three axes of an image in turns, each as many as its section has (interleaved M-RoPE).
  func requireRotation(ofPairs pairs: Int) throws(GGUFError) {
    try requireSections { sections in
      guard sections.count >= 3 else { return false }
      return (0..<pairs).allSatisfy { $0 / 3 < sections[$0 % 3] }
    }
  }

  /// Throws unless the sections of the rotation, if the file has any, are as `holds` wants them.
  private func requireSections(_ holds: ([Int]) -> Bool) throws(GGUFError) {
    guard let sections = file.metadata[key("rope.dimension_sections")]?.integers, !sections.isEmpty
    else { return }
    guard holds(sections) else {
      throw GGUFError(
        path: file.path, reason: .unsupportedFeature("rotation in sections, as models of images do")
      )
    }
  }

  /// Throws for settings that would give wrong results if they were ignored.
  func refuseUnsupported(_ family: Family) throws(GGUFError) {
    let factors =
      Self.unsupportedFactors + (family.multipliers == .ofFile ? [] : Multipliers.names)
    for name in Self.unsupportedNumbers + factors {
      if let value = try real(name), value != 0, value != 1 || !factors.contains(name) {
        throw GGUFError(path: file.path, reason: .unsupportedFeature("\(key(name)) = \(value)"))
      }
    }
    if !family.hasRopeSections { try requireSections { $0.allSatisfy { $0 == 0 } } }
    if try file.bool(key("attention.causal")) == false {
      throw GGUFError(path: file.path, reason: .unsupportedFeature("attention to later positions"))
    }
    if let kind = try file.string("general.type"), kind != "model" {
      throw GGUFError(path: file.path, reason: .unsupportedFeature("the file type \"\(kind)\""))
    }
  }
}
