import CKernels
import Testing

extension KernelTests {
  /// Products with weights, for every type and instruction set of this machine.
  struct ProductTests {
    static let batches = [1, 2, 3, 4, 5, 6, 7, 8, 9, 17, 64]

    /// Lengths of a row: one block, a few, and more than the kernels unpack at a time.
    static func lengths(_ type: WeightType) -> [Int] {
      switch type.blockLength {
      case 1: [1, 15, 16, 77]
      case 32: [32, 96, 576]
      default: [256, 768]
      }
    }

    @Test(arguments: WeightType.all)
    func `a product differs from the exact one by no more than int8 activations explain`(
      type: WeightType
    ) {
      var generator = SeededGenerator(state: 1)
      let (m, n) = (5, 19)
      for k in Self.lengths(type) {
        let weights = type.weights(n: n, k: k, using: &generator)
        let a = (0..<m * k).map { _ in Float.random(in: -3...3, using: &generator) }
        var exact = [Float](repeating: 0, count: m * n)
        sr_matmul_reference(type.number, weights, a, m, k, 0, n, &exact, n)
        let got = type.products(weights, a, m: m, k: k, n: n)
        let rows = type.dequantized(weights, k: k)
        for i in 0..<m {
          for row in 0..<n {
            // Rounding to a multiple of max|a| ÷ 127 moves an activation by half of that at most;
            // the float sums are off by one unit in 2²⁴ of the sum of magnitudes for each addition.
            var bound = 0.0
            var magnitude = 0.0
            let length = type.isQuantized ? type.blockLength : k
            for start in stride(from: 0, to: k, by: length) {
              let values = a[i * k + start..<i * k + start + length]
              let weights = rows[row][start..<start + length]
              let step = Double(values.map(abs).max() ?? 0) / 127
              let sum = weights.reduce(0.0) { $0 + Double(abs($1)) }
              if type.isQuantized { bound += step / 2 * sum }
              magnitude += step * 127 * sum
            }
            bound += Double(k) * 0x1p-24 * magnitude
            let difference = abs(Double(got[i * n + row]) - Double(exact[i * n + row]))
            #expect(difference <= bound * 1.001, "k \(k), row \(row), \(difference) > \(bound)")
          }
        }
      }
    }

    @Test(arguments: WeightType.all)
    func `a product with one activation alone finds that weight`(type: WeightType) {
      var generator = SeededGenerator(state: 8)
      let (n, k) = (19, 3 * max(type.blockLength, 32))
      let weights = type.weights(n: n, k: k, using: &generator)
      let rows = type.dequantized(weights, k: k)
      var a = [Float](repeating: 0, count: k * k)
      for i in 0..<k { a[i * k + i] = 127 }
      let got = type.products(weights, a, m: k, k: k, n: n)
      for (row, values) in rows.enumerated() {
        let greatest = values.map(abs).max() ?? 0
        for (i, value) in values.enumerated() {
          // Scale and minimum may cancel; a float's last digit of theirs stays.
          #expect(abs(got[i * n + row] - 127 * value) <= 127 * greatest * 1e-5, "\(row), \(i)")
        }
      }
    }

    @Test(arguments: WeightType.all) func `packed weights take about what they take in files`(
      type: WeightType
    ) {
      let (n, k) = (16 * 64, 4096)
      let inFile = n * k / type.blockLength * type.blockBytes
      #expect(sr_packed_bytes(type.number, n, k) * 100 <= inFile * 106)
    }

    @Test(arguments: WeightType.all)
    func `every instruction set, batch and split gives the same bits`(type: WeightType) {
      var generator = SeededGenerator(state: 2)
      let n = 37
      let rows = Self.batches.max() ?? 1
      for k in Self.lengths(type) {
        let weights = type.weights(n: n, k: k, using: &generator)
        let a = (0..<rows * k).map { _ in Float.random(in: -3...3, using: &generator) }
        let expected = using("scalar") {
          (0..<rows).flatMap { i in
            bits(type.products(weights, Array(a[i * k..<(i + 1) * k]), m: 1, k: k, n: n))
          }
        }
        for set in instructionSets {
          for m in Self.batches {
            let got = using(set) { type.products(weights, a, m: m, k: k, n: n) }
            #expect(bits(got) == Array(expected[..<(m * n)]), "\(set), m \(m), k \(k)")
            let split = using(set) {
              type.products(weights, a, m: m, k: k, n: n, parts: [31..<37, 0..<1, 1..<18, 18..<31])
            }
            #expect(bits(split) == Array(expected[..<(m * n)]), "\(set), m \(m), k \(k), split")
          }
        }
      }
    }

    @Test func `a batch longer than one pass gives the same bits`() {
      var generator = SeededGenerator(state: 3)
      let type = WeightType.quantized[1]
      let (m, n, k) = (300, 17, 64)
      let weights = type.weights(n: n, k: k, using: &generator)
      let a = (0..<m * k).map { _ in Float.random(in: -1...1, using: &generator) }
      let all = type.products(weights, a, m: m, k: k, n: n)
      for i in [0, 127, 128, 255, 256, 299] {
        let one = type.products(weights, Array(a[i * k..<(i + 1) * k]), m: 1, k: k, n: n)
        #expect(bits(one) == bits(Array(all[i * n..<(i + 1) * n])))
      }
    }

    @Test func `products write nothing beside their rows`() {
      let type = WeightType.quantized[1]
      var generator = SeededGenerator(state: 4)
      let (m, n, k) = (3, 37, 64)
      let weights = type.weights(n: n, k: k, using: &generator)
      let packed = type.packed(weights, k: k, n: n)
      defer { packed.deallocate() }
      var prepared = [UInt8](repeating: 0, count: sr_activation_bytes(type.number, m, k))
      sr_prepare_activations(
        type.number, [Float](repeating: 1, count: m * k), m, k, 0, m, &prepared)
      for set in instructionSets {
        using(set) {
          var c = [Float](repeating: -7, count: m * 50)
          sr_matmul(type.number, packed, prepared, m, k, 5, 22, &c, 50)
          for i in 0..<m {
            for row in 0..<50 {
              #expect((c[i * 50 + row] == -7) == !(5..<22).contains(row), "\(set), \(row)")
            }
          }
        }
      }
    }

    @Test(arguments: WeightType.quantized)
    func `extreme weights and activations give the same on every instruction set`(type: WeightType)
    {
      let (m, n, k) = (3, 17, 512)
      let extreme: [Float] = [
        0, -0, 1e-38, Float.leastNonzeroMagnitude, 3e38, -3e38, .infinity, -.infinity, .nan, 127,
        -127, 0.5,
      ]
      var generator = SeededGenerator(state: 5)
      let a = (0..<m * k).map { index in
        // The second row is of ordinary numbers, the third of one size, so that all int8 are ±127.
        index < k
          ? extreme[Int.random(in: 0..<extreme.count, using: &generator)]
          : index < 2 * k ? Float.random(in: -2...2, using: &generator) : index % 3 == 0 ? -9 : 9
      }
      let size = n * k / type.blockLength * type.blockBytes
      let patterns: [[UInt8]] = [
        [UInt8](repeating: 0xff, count: size),
        [UInt8](repeating: 0x80, count: size),
        [UInt8](repeating: 0x7b, count: size),
        [UInt8](repeating: 0, count: size),
        (0..<size).map { _ in UInt8.random(in: 0...255, using: &generator) },
      ]
      for weights in patterns {
        let expected = using("scalar") { bits(type.products(weights, a, m: m, k: k, n: n)) }
        for set in instructionSets {
          for i in 0..<m {
            let row = Array(a[i * k..<(i + 1) * k])
            let one = using(set) { bits(type.products(weights, row, m: 1, k: k, n: n)) }
            #expect(one == Array(expected[i * n..<(i + 1) * n]), "\(set), m 1, \(weights[0])")
          }
          let all = using(set) { bits(type.products(weights, a, m: m, k: k, n: n)) }
          #expect(all == expected, "\(set), m \(m), \(weights[0])")
        }
      }
    }

    @Test func `a group of activations with a number that is none makes its products none`() {
      let type = WeightType.quantized[1]
      var generator = SeededGenerator(state: 6)
      let weights = type.weights(n: 2, k: 64, using: &generator)
      var a = [Float](repeating: 1, count: 64)
      a[40] = .infinity
      let products = type.products(weights, a, m: 1, k: 64, n: 2)
      #expect(products.allSatisfy { $0.isNaN })
    }

    @Test func `an unknown instruction set is refused`() {
      let before = String(cString: sr_instruction_set())
      #expect(sr_use_instruction_set("mmx") == 0)
      #expect(String(cString: sr_instruction_set()) == before)
    }
  }
}
