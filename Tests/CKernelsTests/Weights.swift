import CKernels
import Testing

/// A generator whose numbers are the same in every run (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = (state ^ (state >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}

/// A type of weights, as files number it.
struct WeightType: Sendable, CustomTestStringConvertible {
  let number: Int32

  var name: String { sr_type_name(number).map { String(cString: $0) } ?? "none" }
  var blockLength: Int { sr_block_length(number) }
  var blockBytes: Int { sr_block_bytes(number) }
  var isQuantized: Bool { blockLength > 1 }
  var testDescription: String { name }

  /// Every type of the kernels' table.
  static let all = (0..<256).map { WeightType(number: $0) }.filter { $0.blockLength > 0 }
  static let quantized = all.filter(\.isQuantized)

  /// Random weights of n rows of k values.
  func weights(n: Int, k: Int, using generator: inout SeededGenerator) -> [UInt8] {
    guard isQuantized else {
      return (0..<n * k).flatMap { _ in element(.random(in: -1...1, using: &generator)) }
    }
    return (0..<n * k / blockLength).flatMap { _ in block(using: &generator) }
  }

  /// A block of random bits whose weights are of ordinary size: most scales are too large or too
  /// small for a model's.
  private func block(using generator: inout SeededGenerator) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: blockBytes)
    var values = [Float](repeating: 0, count: blockLength)
    repeat {
      for index in bytes.indices { bytes[index] = UInt8(truncatingIfNeeded: generator.next()) }
      sr_dequantize_row(number, bytes, &values, blockLength)
    } while !values.allSatisfy(\.isFinite) || !(0x1p-12...32).contains(values.map(abs).max() ?? 0)
    return bytes
  }

  private func element(_ value: Float) -> [UInt8] {
    let pattern = value.bitPattern
    switch name {
    case "F16": return half2(value)
    case "BF16": return [UInt8(pattern >> 16 & 0xff), UInt8(pattern >> 24)]
    default: return (0..<4).map { UInt8(pattern >> (8 * $0) & 0xff) }
    }
  }

  private func half2(_ value: Float) -> [UInt8] {
    var half: UInt16 = 0
    sr_to_half([value], &half, 1)
    return [UInt8(half & 0xff), UInt8(half >> 8)]
  }

  /// Rows as floats.
  func dequantized(_ weights: [UInt8], k: Int) -> [[Float]] {
    let rowBytes = k / blockLength * blockBytes
    return stride(from: 0, to: weights.count, by: rowBytes).map { start in
      var row = [Float](repeating: 0, count: k)
      weights.withUnsafeBytes { bytes in
        guard let base = bytes.baseAddress else { return }
        sr_dequantize_row(number, base + start, &row, k)
      }
      return row
    }
  }

  /// n rows of k weights in the form that products read; the caller's to deallocate.
  func packed(_ weights: [UInt8], k: Int, n: Int) -> UnsafeMutableRawPointer {
    let packed = UnsafeMutableRawPointer.allocate(
      byteCount: sr_packed_bytes(number, n, k), alignment: 64)
    let panel = Int(SR_PANEL_ROWS)
    // In two parts, the last first: they may not depend on each other.
    let middle = n / panel / 2 * panel
    sr_pack(number, weights, k, middle, n, packed)
    sr_pack(number, weights, k, 0, middle, packed)
    return packed
  }

  /// a · wᵀ for m rows of activations, computed in the given parts of the rows of weights.
  func products(
    _ weights: [UInt8], _ a: [Float], m: Int, k: Int, n: Int, parts: [Range<Int>]? = nil
  ) -> [Float] {
    let packed = packed(weights, k: k, n: n)
    defer { packed.deallocate() }
    var prepared = [UInt8](repeating: 0, count: sr_activation_bytes(number, m, k))
    // Rows prepared one after the other, last first: they may not depend on each other.
    for row in (0..<m).reversed() {
      sr_prepare_activations(number, a, m, k, row, row + 1, &prepared)
    }
    var c = [Float](repeating: .nan, count: m * n)
    for part in parts ?? [0..<n] {
      sr_matmul(number, packed, prepared, m, k, part.lowerBound, part.upperBound, &c, n)
    }
    return c
  }
}

/// The instruction sets of this machine, the scalar one first.
let instructionSets = [
  "scalar", "avx2", "avx512vnni", "neon", "neon-dotprod",
].filter { name in
  let before = String(cString: sr_instruction_set())
  defer { _ = sr_use_instruction_set(before) }
  return sr_use_instruction_set(name) == 1
}

/// Tests that change the instruction set, which all threads share: one after the other.
@Suite(.serialized) enum KernelTests {}

/// Runs `body` with an instruction set; from `KernelTests` only.
func using<Result>(_ instructionSet: String, _ body: () throws -> Result) rethrows -> Result {
  let before = String(cString: sr_instruction_set())
  defer { _ = sr_use_instruction_set(before) }
  _ = sr_use_instruction_set(instructionSet)
  return try body()
}

func bits(_ values: [Float]) -> [UInt32] {
  values.map { $0.isNaN ? Float.nan.bitPattern : $0.bitPattern }
}
