/// The mixes of weight types that files are quantized to (ggml's `llama_ftype`).
enum FileType {
  /// The name of the mix that `general.file_type` numbers, such as `Q4_K_M`; nil for one that is
  /// not known.
  static func name(_ number: Int) -> String? { names[number] }

  private static let names = [
    0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 7: "Q8_0", 8: "Q5_0", 9: "Q5_1", 10: "Q2_K",
    11: "Q3_K_S", 12: "Q3_K_M", 13: "Q3_K_L", 14: "Q4_K_S", 15: "Q4_K_M", 16: "Q5_K_S",
    17: "Q5_K_M", 18: "Q6_K", 21: "Q2_K_S", 25: "IQ4_NL", 30: "IQ4_XS", 32: "BF16", 38: "MXFP4",
  ]
}
