/// Finds the parts of a model that llama.cpp's `gguf-split` or a converter split into several
/// files.
///
/// Every part says which it is (`split.no`, from 0), of how many (`split.count`), and how many
/// tensors all of them have (`split.tensors.count`). The first holds the metadata. They lie in one
/// folder and are called `NAME-00001-of-0000N.gguf`.
enum SplitModel {
  /// More parts are no model but a mistake.
  private static let mostParts = 9999

  /// All parts of the model that `opened` belongs to, in order: itself alone, if it is not split.
  static func parts(of opened: GGUFPart) throws(GGUFError) -> [GGUFPart] {
    // A model that was joined again says 0.
    let count = try opened.integer("split.count", in: 0...mostParts) ?? 1
    guard count > 1 else { return [opened] }
    let number = try self.number(opened, of: count)
    let stem = try stem(of: opened.path, number: number, of: count)
    var parts: [GGUFPart] = []
    for other in 0..<count {
      if other == number {
        parts.append(opened)
        continue
      }
      let path = stem + suffix(other, of: count)
      let part = try part(path, askedFor: opened.path)
      guard try part.integer("split.count", in: 0...mostParts) == count else {
        throw foreign(part, "is not one of \(count) parts as \(opened.path) is")
      }
      let found = try self.number(part, of: count)
      guard found == other else { throw foreign(part, "says that it is part \(found + 1)") }
      parts.append(part)
    }
    try check(parts)
    return parts
  }

  /// The index of a part among `count`.
  private static func number(_ part: GGUFPart, of count: Int) throws(GGUFError) -> Int {
    guard let number = try part.integer("split.no", in: 0...count - 1) else {
      throw GGUFError(path: part.path, reason: .missingKey("split.no"))
    }
    return number
  }

  /// What the paths of all parts begin with.
  private static func stem(
    of path: String, number: Int, of count: Int
  ) throws(GGUFError) -> String {
    let suffix = suffix(number, of: count)
    guard path.hasSuffix(suffix) else {
      throw GGUFError(
        path: path, reason: .renamedPart(number: number + 1, count: count, suffix: suffix))
    }
    return String(path.dropLast(suffix.count))
  }

  private static func suffix(_ number: Int, of count: Int) -> String {
    "-" + fiveDigits(number + 1) + "-of-" + fiveDigits(count) + ".gguf"
  }

  private static func fiveDigits(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
  }

  private static func part(
    _ path: String, askedFor opened: String
  ) throws(GGUFError) -> GGUFPart {
    do {
      return try GGUFPart(path: path)
    } catch {
      if case .cannotOpen(let why) = error.reason {
        throw GGUFError(path: path, reason: .missingPart(of: opened, why))
      }
      throw error
    }
  }

  /// Refuses parts of different models: what several of them say they must say alike.
  private static func check(_ parts: [GGUFPart]) throws(GGUFError) {
    let first = parts[0]
    let ownKeys: Set = ["split.no", "general.alignment"]
    for part in parts.dropFirst() {
      let differing = part.metadata.filter { key, value in
        guard !ownKeys.contains(key), let others = first.metadata[key] else { return false }
        return others != value
      }
      if let key = differing.keys.min() {
        throw foreign(part, "has another value of \"\(key)\" than \(first.path)")
      }
    }
    let total = parts.reduce(0) { $0 + $1.tensors.count }
    if let claimed = try first.integer("split.tensors.count", in: 0...Int(Int32.max)),
      claimed != total
    {
      throw GGUFError(
        path: first.path,
        reason: .foreignPart(
          problem: "belongs to a model of \(claimed) tensors, and its \(parts.count) parts hold "
            + "\(total)"))
    }
  }

  private static func foreign(_ part: GGUFPart, _ problem: String) -> GGUFError {
    GGUFError(path: part.path, reason: .foreignPart(problem: problem))
  }
}
