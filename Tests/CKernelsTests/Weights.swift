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
  let name: String
  /// Where halves, scales and minima, lie in a block.
  var halves: [Int] = []
  /// Where a power of two lies in a block.
  var exponents: [Int] = []

  var blockLength: Int { sr_block_length(number) }
  var blockBytes: Int { sr_block_bytes(number) }
  var isQuantized: Bool { blockLength > 1 }
  var testDescription: String { name }

  static let quantized = [
    WeightType(number: Int32(SR_Q4_0), name: "Q4_0", halves: [0]),
    WeightType(number: Int32(SR_Q8_0), name: "Q8_0", halves: [0]),
    WeightType(number: Int32(SR_Q4_K), name: "Q4_K", halves: [0, 2]),
    WeightType(number: Int32(SR_Q5_K), name: "Q5_K", halves: [0, 2]),
    WeightType(number: Int32(SR_Q6_K), name: "Q6_K", halves: [208]),
    WeightType(number: Int32(SR_Q4_1), name: "Q4_1", halves: [0, 2]),
    WeightType(number: Int32(SR_Q5_0), name: "Q5_0", halves: [0]),
    WeightType(number: Int32(SR_Q5_1), name: "Q5_1", halves: [0, 2]),
    WeightType(number: Int32(SR_Q2_K), name: "Q2_K", halves: [80, 82]),
    WeightType(number: Int32(SR_Q3_K), name: "Q3_K", halves: [108]),
    WeightType(number: Int32(SR_IQ4_NL), name: "IQ4_NL", halves: [0]),
    WeightType(number: Int32(SR_IQ4_XS), name: "IQ4_XS", halves: [0]),
    WeightType(number: Int32(SR_MXFP4), name: "MXFP4", exponents: [0]),
  ]
  static let all =
    quantized + [
      WeightType(number: Int32(SR_F32), name: "F32"),
      WeightType(number: Int32(SR_F16), name: "F16"),
      WeightType(number: Int32(SR_BF16), name: "BF16"),
    ]

  /// Random weights of n rows of k values.
  func weights(n: Int, k: Int, using generator: inout SeededGenerator) -> [UInt8] {
    guard isQuantized else {
      return (0..<n * k).flatMap { _ in element(.random(in: -1...1, using: &generator)) }
    }
    var bytes = (0..<n * k / blockLength * blockBytes).map { _ in
      UInt8.random(in: 0...255, using: &generator)
    }
    for block in stride(from: 0, to: bytes.count, by: blockBytes) {
      for half in halves {
        let scale = half2(Float.random(in: 1e-4...2e-2, using: &generator))
        bytes.replaceSubrange(block + half..<block + half + 2, with: scale)
      }
      // 2⁻¹³ to 2⁻⁷.
      for exponent in exponents {
        bytes[block + exponent] = .random(in: 115...121, using: &generator)
      }
    }
    return bytes
  }

  private func element(_ value: Float) -> [UInt8] {
    let pattern = value.bitPattern
    switch Int(number) {
    case SR_F16: return half2(value)
    case SR_BF16: return [UInt8(pattern >> 16 & 0xff), UInt8(pattern >> 24)]
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
