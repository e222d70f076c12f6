import CKernels

/// The type of a tensor's values, by its number in GGUF files (ggml's `ggml_type`).
///
/// All types of the format are listed; which of them are supported follows from the kernels' table
/// of weight types.
///
/// Numbers 4, 5, 31-33 and 36-38 belong to types that were removed from the format.
public enum TensorType: UInt32, Sendable, CaseIterable {
  case f32 = 0
  case f16 = 1
  case q4_0 = 2
  case q4_1 = 3
  case q5_0 = 6
  case q5_1 = 7
  case q8_0 = 8
  case q8_1 = 9
  case q2_K = 10
  case q3_K = 11
  case q4_K = 12
  case q5_K = 13
  case q6_K = 14
  case q8_K = 15
  case iq2_xxs = 16
  case iq2_xs = 17
  case iq3_xxs = 18
  case iq1_s = 19
  case iq4_nl = 20
  case iq3_s = 21
  case iq2_s = 22
  case iq4_xs = 23
  case i8 = 24
  case i16 = 25
  case i32 = 26
  case i64 = 27
  case f64 = 28
  case iq1_m = 29
  case bf16 = 30
  case tq1_0 = 34
  case tq2_0 = 35
  case mxfp4 = 39
  case nvfp4 = 40
  case q1_0 = 41

  /// The format's own name, such as `Q4_K`.
  public var name: String {
    String(describing: self).uppercased()
  }

  /// The supported types.
  public static let supported = allCases.filter(\.isSupported)

  /// Whether the kernels can compute with it.
  public var isSupported: Bool { blockLength > 0 }

  /// Values in one block; 0 when the type is not supported.
  public var blockLength: Int { sr_block_length(kernelType) }

  /// Bytes of one block; 0 when the type is not supported.
  public var blockBytes: Int { sr_block_bytes(kernelType) }

  /// Its number in the kernels.
  var kernelType: Int32 { Int32(rawValue) }
}
