import CKernels
import Testing

extension KernelTests {
  /// The form that products read.
  struct PackingTests {
    @Test(arguments: WeightType.all)
    func `packed weights take about what they take in a file`(type: WeightType) {
      for (rows, columns) in [(32, 256), (4864, 1024), (151_936, 1536)] {
        let inFile = rows * columns / type.blockLength * type.blockBytes
        let packed = sr_packed_bytes(type.number, rows, columns)
        #expect(packed >= inFile && Double(packed) <= 1.03 * Double(inFile))
      }
    }

    @Test(arguments: WeightType.all)
    func `a product picks every weight out of its packed place`(type: WeightType) {
      let (n, k) = (65, 2 * max(type.blockLength, 32))
      var generator = SeededGenerator(state: 8)
      let weights = type.weights(n: n, k: k, using: &generator)
      let rows = type.dequantized(weights, k: k)
      for column in 0..<k {
        // One activation of 127 in each group is an exact int8, and the sum is one weight's product.
        var a = [Float](repeating: 0, count: k)
        a[column] = 127
        let products = type.products(weights, a, m: 1, k: k, n: n)
        for row in 0..<n {
          // Types with minima multiply them by the group's sum apart from the rest.
          let expected = 127 * Double(rows[row][column])
          let slack = 127 * 0x1p-22 * Double(rows[row].map(abs).max() ?? 0)
          #expect(abs(Double(products[row]) - expected) <= slack, "row \(row), column \(column)")
        }
      }
    }

    @Test(arguments: WeightType.all)
    func `rows may be packed in any order and parts`(type: WeightType) {
      let (n, k, panel) = (150, 256, Int(SR_PANEL_ROWS))
      var generator = SeededGenerator(state: 9)
      let weights = type.weights(n: n, k: k, using: &generator)
      let size = sr_packed_bytes(type.number, n, k)
      func packed(_ parts: [Range<Int>], over filler: UInt8) -> [UInt8] {
        var bytes = [UInt8](repeating: filler, count: size)
        for part in parts {
          sr_pack(type.number, weights, k, part.lowerBound, part.upperBound, &bytes)
        }
        return bytes
      }
      let whole = packed([0..<n], over: 0xff)
      #expect(packed([3 * panel..<n, 0..<panel, panel..<3 * panel], over: 0) == whole)
    }
  }
}
