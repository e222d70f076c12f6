import CKernels
import Foundation
import Testing

extension KernelTests {
  /// The kernels on floats, against the same in double precision; lengths beside those of vectors.
  struct RowTests {
    static let lengths = [1, 7, 15, 16, 17, 64, 100, 576]

    func random(_ count: Int, _ range: ClosedRange<Float>, seed: UInt64) -> [Float] {
      var generator = SeededGenerator(state: seed)
      return (0..<count).map { _ in .random(in: range, using: &generator) }
    }

    /// Expects the same bits of all instruction sets, and returns them.
    func agreed(_ compute: () -> [Float]) -> [Float] {
      let expected = using("scalar", compute)
      for set in instructionSets {
        #expect(bits(using(set, compute)) == bits(expected), "\(set)")
      }
      return expected
    }

    func expect(_ values: [Float], _ exact: [Double], within error: Double) {
      #expect(values.count == exact.count)
      for (value, exact) in zip(values, exact) {
        #expect(abs(Double(value) - exact) <= error * max(1, abs(exact)), "\(value), \(exact)")
      }
    }

    @Test(arguments: lengths) func `rms norm divides by the root of the mean square`(n: Int) {
      let x = random(n, -4...4, seed: 1)
      let weight = random(n, -2...2, seed: 2)
      let got = agreed {
        var out = [Float](repeating: 0, count: n)
        sr_rms_norm(x, weight, 1e-6, &out, n)
        return out
      }
      let mean = x.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(n)
      let exact = zip(x, weight).map { Double($0) * Double($1) / (mean + 1e-6).squareRoot() }
      expect(got, exact, within: 1e-6)
    }

    @Test(arguments: lengths) func `silu is x over one plus e to the minus x`(n: Int) {
      let gate = random(n, -20...20, seed: 3)
      let up = random(n, -2...2, seed: 4)
      let got = agreed {
        var out = gate
        sr_silu_multiply(&out, up, n)
        return out
      }
      let exact = zip(gate, up).map { Double($0) / (1 + exp(-Double($0))) * Double($1) }
      expect(got, exact, within: 1e-6)
    }

    @Test(arguments: lengths) func `gelu is x times a sigmoid that follows the normal distribution`(
      n: Int
    ) {
      let gate = random(n, -20...20, seed: 3)
      let up = random(n, -2...2, seed: 4)
      let got = agreed {
        var out = gate
        sr_gelu_multiply(&out, up, n)
        return out
      }
      let exact = zip(gate, up).map { gate, up in
        let x = Double(gate)
        let inner = (2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)
        return x * (1 + tanh(inner)) / 2 * Double(up)
      }
      expect(got, exact, within: 1e-6)
    }

    @Test func `gelu of extreme numbers stays in its limits`() {
      let gate: [Float] = [-1e30, -200, 200, 1e30, .nan, 0, -0, .infinity]
      let got = agreed {
        var out = gate
        sr_gelu_multiply(&out, [Float](repeating: 1, count: 8), 8)
        return out
      }
      #expect(got[0] == 0 && got[1] == 0 && got[2] == 200 && got[3] == 1e30)
      #expect(got[4].isNaN && got[5] == 0 && got[6] == 0 && got[7] == .infinity)
    }

    @Test func `silu of extreme numbers stays in its limits`() {
      let gate: [Float] = [-.infinity, -1e30, -200, 200, 1e30, .nan, 0, -0]
      let got = agreed {
        var out = gate
        sr_silu_multiply(&out, [Float](repeating: 1, count: 8), 8)
        return out
      }
      #expect(got[1] == 0 && got[2] == 0 && got[3] == 200 && got[4] == 1e30)
      #expect(got[5].isNaN && got[6] == 0 && got[7] == 0)
    }

    @Test(arguments: lengths)
    func `the activation of gpt-oss clamps both factors`(n: Int) {
      let gate = random(n, -20...20, seed: 3)
      let up = random(n, -12...12, seed: 4)
      let got = agreed {
        var out = gate
        sr_clamped_swiglu_multiply(&out, up, n)
        return out
      }
      let exact = zip(gate, up).map { gate, up in
        let (x, y) = (min(Double(gate), 7), max(-7, min(Double(up), 7)))
        return x / (1 + exp(-1.702 * x)) * (y + 1)
      }
      expect(got, exact, within: 1e-6)
    }

    @Test(arguments: lengths) func `a gate lets its sigmoid through`(n: Int) {
      let x = random(n, -2...2, seed: 4)
      let gate = random(n, -20...20, seed: 3)
      let got = agreed {
        var out = x
        sr_sigmoid_multiply(&out, gate, n)
        return out
      }
      expect(got, zip(x, gate).map { Double($0) / (1 + exp(-Double($1))) }, within: 1e-6)
    }

    @Test func `activations of extreme numbers stay in their limits`() {
      let gate: [Float] = [-1e30, -200, 200, 1e30, .nan, 0, .infinity, -.infinity]
      let clamped = agreed {
        var out = gate
        sr_clamped_swiglu_multiply(&out, [Float](repeating: 1e30, count: 8), 8)
        return out
      }
      #expect(clamped[0] == 0 && clamped[1] == 0 && clamped[5] == 0 && clamped[4].isNaN)
      #expect(clamped[2] == clamped[3] && clamped[3] == clamped[6] && abs(clamped[2] - 56) < 1e-3)
      let gated = agreed {
        var out = [Float](repeating: 3, count: 8)
        sr_sigmoid_multiply(&out, gate, 8)
        return out
      }
      #expect(gated[0] == 0 && gated[1] == 0 && gated[2] == 3 && gated[3] == 3)
      #expect(gated[4].isNaN && gated[5] == 1.5 && gated[6] == 3 && gated[7] == 0)
    }

    @Test(arguments: lengths) func `add adds`(n: Int) {
      let x = random(n, -4...4, seed: 5)
      let y = random(n, -4...4, seed: 6)
      let got = agreed {
        var out = x
        sr_add(&out, y, n)
        return out
      }
      #expect(got == zip(x, y).map { $0 + $1 })
    }

    @Test(arguments: [false, true]) func `rope rotates pairs and leaves the rest`(neox: Bool) {
      let (heads, width, rotated) = (3, 40, 24)
      let x = random(heads * width, -2...2, seed: 7)
      let angles = random(rotated / 2, -3...3, seed: 8)
      let got = agreed {
        var out = x
        sr_rope(
          &out, heads, width, rotated, angles.map { cosf($0) }, angles.map { sinf($0) },
          neox ? 1 : 0)
        return out
      }
      var exact = x.map(Double.init)
      for head in 0..<heads {
        for i in 0..<rotated / 2 {
          let first = head * width + (neox ? i : 2 * i)
          let second = head * width + (neox ? i + rotated / 2 : 2 * i + 1)
          let (c, s) = (cos(Double(angles[i])), sin(Double(angles[i])))
          exact[first] = Double(x[first]) * c - Double(x[second]) * s
          exact[second] = Double(x[first]) * s + Double(x[second]) * c
        }
      }
      expect(got, exact, within: 1e-6)
    }

    @Test(arguments: lengths + [5000]) func `log sum exp holds for logits of any size`(n: Int) {
      for offset: Float in [0, 500, -500] {
        let x = random(n, -30...30, seed: 12).map { $0 + offset }
        let got = agreed { [sr_log_sum_exp(x, n)] }
        let most = Double(x.max() ?? 0)
        let exact = most + log(x.reduce(0.0) { $0 + exp(Double($1) - most) })
        expect(got, [exact], within: 3e-7)
      }
    }

    @Test func `every half becomes its value and comes back`() {
      let all = (0...UInt16.max).map { $0 }
      let values = floats(all)
      for set in instructionSets {
        #expect(bits(using(set) { floats(all) }) == bits(values), "\(set)")
        let back = using(set) { halves(values) }
        for (half, came) in zip(all, back) {
          let isNaN = half & 0x7fff > 0x7c00
          #expect(isNaN ? came & 0x7fff > 0x7c00 : came == half, "\(set)")
        }
      }
      // 1 sign bit, 5 of the exponent, 10 of the mantissa (IEEE 754).
      for half in stride(from: 0, through: 0x7bff, by: 7) {
        let (exponent, mantissa) = (half >> 10, Double(half & 0x3ff))
        let exact =
          exponent == 0
          ? mantissa * 0x1p-24 : (1 + mantissa / 1024) * pow(2, Double(exponent) - 15)
        #expect(Double(values[half]) == exact)
      }
    }

    @Test func `floats become the nearest halves, ties to even`() {
      let x: [Float] = [1 + 0x1p-11, 1 + 0x3p-11, 65519, 65520, 0x1p-25, 0x3p-25, -1e-9, 1e9]
      let padded = x + [Float](repeating: 0.1, count: 16)
      let expected: [UInt16] = [0x3c00, 0x3c02, 0x7bff, 0x7c00, 0, 2, 0x8000, 0x7c00]
      for set in instructionSets {
        #expect(using(set) { Array(halves(padded)[..<8]) } == expected, "\(set), as a vector")
        #expect(using(set) { halves(x) } == expected, "\(set), one by one")
      }
    }

    func halves(_ x: [Float]) -> [UInt16] {
      var out = [UInt16](repeating: 0, count: x.count)
      sr_to_half(x, &out, x.count)
      return out
    }

    func floats(_ x: [UInt16]) -> [Float] {
      var out = [Float](repeating: 0, count: x.count)
      sr_from_half(x, &out, x.count)
      return out
    }
  }
}
