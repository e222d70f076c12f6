import CKernels
import Testing

extension KernelTests {
  /// The form that products read.
  struct PackingTests {
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
      let parts = packed([3 * panel..<n, 0..<panel, panel..<3 * panel], over: 0)
      let firstDifference = zip(parts, whole).enumerated().first { $1.0 != $1.1 }?.offset
      #expect(firstDifference == nil)
    }
  }
}
