import CKernels
import Foundation
import Testing

struct DequantizationTests {
  /// Blocks and their values according to the `gguf` package; `Fixtures/make_dequantized.py`.
  struct Case: Decodable {
    let type: Int32
    let bytes: [UInt8]
    let bits: [UInt32]
  }

  @Test func `blocks hold what the gguf package reads in them`() throws {
    let url = try #require(
      Bundle.module.url(
        forResource: "dequantized", withExtension: "json", subdirectory: "Fixtures"))
    let cases = try JSONDecoder().decode([Case].self, from: Data(contentsOf: url))
    // F32 needs no reference.
    #expect(Set(cases.map(\.type)) == Set(WeightType.all.map(\.number).filter { $0 != 0 }))
    for expected in cases {
      var values = [Float](repeating: 0, count: expected.bits.count)
      sr_dequantize_row(expected.type, expected.bytes, &values, values.count)
      for (value, bits) in zip(values, expected.bits) {
        // By value: NumPy and C may give a zero different signs.
        #expect(value == Float(bitPattern: bits), "type \(expected.type)")
      }
    }
  }

  @Test func `an unknown type has no blocks`() {
    #expect(sr_block_length(16) == 0)
    #expect(sr_block_bytes(-1) == 0)
    #expect(sr_type_name(16) == nil)
  }
}
