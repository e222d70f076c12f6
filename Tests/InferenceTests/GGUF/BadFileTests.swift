import Foundation
import TestSupport
import Testing

@testable import Inference

/// Broken files, each with the fault it must be refused for.
@Suite struct BadFileTests {
  /// A broken file.
  struct Bad: Sendable, CustomTestStringConvertible {
    var name: String
    var bytes: [UInt8]
    var isExpected: @Sendable (GGUFError.Reason) -> Bool
    /// Where the fault is reported, where one place is right.
    var offset: Int?

    var testDescription: String { name }

    init(
      _ name: String, _ bytes: [UInt8], at offset: Int? = nil,
      _ isExpected: @escaping @Sendable (GGUFError.Reason) -> Bool
    ) {
      self.name = name
      self.bytes = bytes
      self.offset = offset
      self.isExpected = isExpected
    }

    init(
      _ name: String, at offset: Int? = nil, _ change: (inout GGUFWriter) -> Void,
      _ isExpected: @escaping @Sendable (GGUFError.Reason) -> Bool
    ) {
      var writer = GGUFWriter()
      change(&writer)
      self.init(name, writer.bytes, at: offset, isExpected)
    }
  }

  @Test(arguments: headers + pairs + values + tensors)
  func `a broken file is refused for its fault`(_ bad: Bad) throws {
    let file = try TemporaryFile(bad.bytes)
    let error = try #require(throws: GGUFError.self) { try GGUFFile(path: file.path) }
    #expect(bad.isExpected(error.reason), "\(error)")
    #expect(error.path == file.path)
    if let offset = bad.offset { #expect(error.offset == offset) }
  }

  @Test(arguments: models)
  func `a model that cannot be computed is refused for its fault`(_ bad: Bad) throws {
    let file = try TemporaryFile(bad.bytes)
    let error = try #require(throws: GGUFError.self) {
      try Model.load(GGUFFile(path: file.path), pool: ComputePool(threads: 1))
    }
    #expect(bad.isExpected(error.reason), "\(error)")
    #expect(throws: error) { try Model.check(GGUFFile(path: file.path)) }
  }

  private static let headers: [Bad] = [
    Bad("empty", []) { $0 == .tooShort(bytes: 0) },
    Bad("only the magic", Array("GGUF".utf8)) { $0 == .tooShort(bytes: 4) },
    Bad("23 bytes", Array(GGUFWriter().bytes.prefix(23))) { $0 == .tooShort(bytes: 23) },
    Bad("Git LFS pointer", Array("version https://git-lfs.github.com/spec/v1\noid".utf8)) {
      $0 == .notGGUF(found: "a Git LFS pointer")
    },
    Bad("web page", Array("<!DOCTYPE html><html><body>Not found".utf8)) {
      $0 == .notGGUF(found: "a web page")
    },
    Bad("text", Array("This is a text and no model at all.\n".utf8)) {
      $0 == .notGGUF(found: "a text file")
    },
    Bad("zip", Array("PK\u{3}\u{4}".utf8) + [UInt8](repeating: 0, count: 40)) {
      $0 == .notGGUF(found: "a zip archive or PyTorch checkpoint")
    },
    Bad("pickle", [0x80, 2, 0x8A, 10] + [UInt8](repeating: 0, count: 40)) {
      $0 == .notGGUF(found: "a Python pickle")
    },
    Bad("safetensors", GGUFWriter.counted(Array(#"{"a":{"dtype":"F32"}}      "#.utf8))) {
      $0 == .notGGUF(found: "a safetensors file")
    },
    Bad("GGJT", Array("tjgg".utf8) + [UInt8](repeating: 1, count: 40)) {
      $0 == .notGGUF(found: "a file of the older GGJT format")
    },
    Bad("reversed magic", { $0.magic = Array("FUGG".utf8) }) {
      $0 == .notGGUF(found: "a GGUF file with reversed bytes")
    },
    Bad("noise", [UInt8](repeating: 0xA5, count: 64)) { $0 == .notGGUF(found: nil) },
    Bad("version 0", at: 4, { $0.version = 0 }) { $0 == .unsupportedVersion(0) },
    Bad("version 1", at: 4, { $0.version = 1 }) { $0 == .unsupportedVersion(1) },
    Bad("version 4", at: 4, { $0.version = 4 }) { $0 == .unsupportedVersion(4) },
    Bad("big-endian", at: 4, { $0.version = 0x0300_0000 }) { $0 == .bigEndian },
    Bad("2⁶⁴ - 1 tensors", at: 8, { $0.claimedTensorCount = .max }, isCount("a tensor count")),
    Bad("2⁶³ tensors", at: 8, { $0.claimedTensorCount = 1 << 63 }, isCount("a tensor count")),
    Bad("a tensor too many", { $0.claimedTensorCount = 1 }, isCount("a tensor count")),
    Bad("2⁶⁴ - 1 pairs", at: 16, { $0.claimedPairCount = .max }, isCount("a metadata count")),
    Bad("a pair too many", at: 16, { $0.claimedPairCount = 1 }, isCount("a metadata count")),
  ]

  private static let pairs: [Bad] = [
    Bad("empty key", at: 24, { $0.rawPair([], type: 4, [1, 0, 0, 0]) }) {
      $0 == .badKey("", problem: "is empty")
    },
    Bad(
      "key of 2⁶⁴ - 1 bytes", pair([UInt8](repeating: 0xFF, count: 8) + filler), at: 24, isBeyondEnd
    ),
    Bad(
      "key longer than the file", pair(GGUFWriter.bytes(UInt64(5000)) + filler), at: 24, isBeyondEnd
    ),
    Bad(
      "key of 65,536 bytes", at: 24,
      { $0.rawPair([UInt8](repeating: 97, count: 65_536), type: 4, filler) }
    ) {
      if case .countTooLarge(_, 65_536, 65_535) = $0 { true } else { false }
    },
    Bad(
      "key twice", at: 24 + 17,
      {
        $0.set("k", UInt32(1)); $0.set("k", "2")
      }
    ) {
      $0 == .duplicateKey("k")
    },
    Bad("value type 13", at: 33, { $0.rawPair([97], type: 13, filler) }, isBadValue),
    Bad("value type 2³² - 1", at: 33, { $0.rawPair([97], type: .max, filler) }, isBadValue),
    Bad("value cut off", typed(10, [1, 2, 3]), at: 37, isBeyondEnd),
    Bad("bool of 2", at: 37, { $0.rawPair([97], type: 7, [2] + filler) }, isBadValue),
  ]

  private static let values: [Bad] = [
    Bad(
      "string of 2⁶⁴ - 1 bytes", at: 37,
      { $0.rawPair([97], type: 8, [UInt8](repeating: 0xFF, count: 8)) }, isBeyondEnd),
    Bad(
      "string longer than the file", { $0.rawPair([97], type: 8, GGUFWriter.bytes(UInt64(99))) },
      isBeyondEnd),
    Bad("array of arrays", at: 37, { $0.rawPair([97], type: 9, array(9, 1) + filler) }, isBadValue),
    Bad(
      "array of type 14", at: 37, { $0.rawPair([97], type: 9, array(14, 1) + filler) }, isBadValue),
    Bad(
      "array of 2⁶⁴ - 1 bytes", at: 41, { $0.rawPair([97], type: 9, array(0, .max)) },
      isCount("a length of \"a\"")),
    Bad(
      "array of 2⁶¹ integers", { $0.rawPair([97], type: 9, array(10, 1 << 61)) },
      isCount("a length of \"a\"")),
    Bad(
      "array of 2⁶¹ strings", { $0.rawPair([97], type: 9, array(8, 1 << 61)) },
      isCount("a length of \"a\"")),
    Bad(
      "array a little too long", typed(9, array(4, 2) + [0, 0, 0, 0]), at: 41,
      isCount("a length of \"a\"")),
    Bad(
      "array whose last string is cut",
      typed(9, array(8, 1) + GGUFWriter.bytes(UInt64(50)) + filler), at: 49, isBeyondEnd),
    Bad(
      "array of bools with a 7", { $0.rawPair([97], type: 9, array(7, 3) + [0, 1, 7]) }, isBadValue),
    Bad("alignment 13", { $0.set("general.alignment", UInt32(13)) }, isAlignment),
    Bad("alignment 0", { $0.set("general.alignment", UInt32(0)) }, isAlignment),
    Bad("alignment 2³¹", { $0.set("general.alignment", UInt32(1 << 31)) }, isAlignment),
    Bad(
      "alignment of type INT32",
      { $0.rawPair(Array("general.alignment".utf8), type: 5, [32, 0, 0, 0]) }, isBadValue),
    Bad(
      "alignment of type UINT64",
      { $0.rawPair(Array("general.alignment".utf8), type: 10, [32, 0, 0, 0, 0, 0, 0, 0]) },
      isBadValue),
  ]

  private static let tensors: [Bad] = [
    Bad(
      "name of 64 bytes", at: 24,
      { $0.rawTensor([UInt8](repeating: 97, count: 64), type: 0, [1], one) }
    ) {
      if case .countTooLarge(_, 64, 63) = $0 { true } else { false }
    },
    Bad("no name", at: 24, { $0.rawTensor([], type: 0, [1, 1], one) }, isBadTensor),
    Bad(
      "zero byte in a name", at: 24, { $0.rawTensor([97, 0, 98], type: 0, [1], one) }, isBadTensor),
    Bad(
      "name twice",
      {
        $0.tensor("t", type: 0, [1], one); $0.tensor("t", type: 0, [1], one)
      }
    ) {
      $0 == .duplicateTensor("t")
    },
    Bad("no dimensions", { $0.tensor("t", type: 0, [], one + filler) }, isBadTensor),
    Bad("five dimensions", { $0.tensor("t", type: 0, [1, 1, 1, 1, 1], one) }, isBadTensor),
    Bad(
      "2³² - 1 dimensions", { $0.rawTensor([97], type: 0, claimedDimensions: .max, [1], one) },
      isBadTensor),
    Bad("dimension -1", { $0.tensor("t", type: 0, [4, -1], one) }, isBadTensor),
    Bad("dimension -2⁶³", { $0.tensor("t", type: 0, [.min], one) }, isBadTensor),
    Bad("2⁶⁴ values", { $0.tensor("t", type: 0, [1 << 32, 1 << 32], one) }, isBadTensor),
    Bad(
      "2⁶⁵ values of four dimensions",
      { $0.tensor("t", type: 0, [1 << 16, 1 << 16, 1 << 16, 1 << 17], one) }, isBadTensor),
    Bad("2⁶² values of four bytes", { $0.tensor("t", type: 0, [1 << 62], one) }, isBadTensor),
    Bad(
      "values hidden by a zero", { $0.tensor("t", type: 0, [0, 1 << 62, 1 << 62], one) },
      isBadTensor),
    Bad("rows of no whole blocks", { $0.tensor("t", type: 8, [33], filler) }, isBadTensor),
    Bad("K-quant rows of 32", { $0.tensor("t", type: 12, [32, 8], filler) }, isBadTensor),
    Bad("IQ4_XS rows of 128", { $0.tensor("t", type: 23, [128, 2], filler) }, isBadTensor),
    Bad("MXFP4 rows of 48", { $0.tensor("t", type: 39, [48, 2], filler) }, isBadTensor),
    Bad("half a block of Q2_K", { $0.tensor("t", type: 10, [256], filler) }, isDataBeyondEnd),
    Bad("IQ2_XXS", { $0.tensor("t", type: 16, [256], filler) }, isType("IQ2_XXS")),
    Bad("IQ3_S", { $0.tensor("t", type: 21, [256], filler) }, isType("IQ3_S")),
    Bad("IQ1_M", { $0.tensor("t", type: 29, [256], filler) }, isType("IQ1_M")),
    Bad("TQ2_0", { $0.tensor("t", type: 35, [256], filler) }, isType("TQ2_0")),
    Bad("NVFP4", { $0.tensor("t", type: 40, [64], filler) }, isType("NVFP4")),
    Bad("a removed type", { $0.tensor("t", type: 4, [32], filler) }, isType("number 4")),
    Bad("another removed type", { $0.tensor("t", type: 36, [32], filler) }, isType("number 36")),
    Bad("type 2³² - 1", { $0.tensor("t", type: .max, [32], filler) }, isType("number 4294967295")),
    Bad("offset not aligned", { $0.tensor("t", type: 0, [1], one, offset: 4) }, isBadTensor),
    Bad("offset 2⁶⁴ - 32", { $0.tensor("t", type: 0, [8], one, offset: 0 &- 32) }, isDataBeyondEnd),
    Bad(
      "offset behind the end", { $0.tensor("t", type: 0, [1], one, offset: 1 << 40) },
      isDataBeyondEnd),
    Bad("data a value short", { $0.tensor("t", type: 0, [9], [UInt8](repeating: 0, count: 32)) }) {
      $0 == .dataBeyondEnd(tensor: "t", missing: 4)
    },
    Bad("no data at all", { $0.tensor("t", type: 0, [1024, 1024], []) }, isDataBeyondEnd),
    Bad(
      "overlapping tensors",
      {
        $0.tensor("a", type: 0, [16], [UInt8](repeating: 0, count: 64))
        $0.tensor("b", type: 0, [8], [UInt8](repeating: 0, count: 32), offset: 32)
      }, isBadTensor),
    Bad(
      "same place twice",
      {
        $0.tensor("a", type: 0, [1], one)
        $0.tensor("b", type: 0, [1], one, offset: 0)
      }, isBadTensor),
  ]

  private static let models: [Bad] = [
    Bad("no architecture", { _ in }) { $0 == .missingKey("general.architecture") },
    Bad("architecture that is a number", { $0.set("general.architecture", UInt32(1)) }) {
      if case .wrongType = $0 { true } else { false }
    },
    Bad("unknown architecture", { $0.set("general.architecture", "mamba") }) {
      $0 == .unsupportedArchitecture("mamba")
    },
    Bad("only an architecture", { $0.set("general.architecture", "llama") }) {
      $0 == .missingKey("llama.context_length")
    },
    changed("no layers", "llama.block_count", 0, outOfRange),
    changed("2³¹ layers", "llama.block_count", 1 << 31, outOfRange),
    changed("a layer too many", "llama.block_count", 2) {
      $0 == .missingTensor("blk.1.attn_norm.weight")
    },
    changed("no width", "llama.embedding_length", 0, outOfRange),
    changed("another width", "llama.embedding_length", 4, isShape),
    changed("huge width", "llama.embedding_length", .max, outOfRange),
    changed("no heads", "llama.attention.head_count", 0, outOfRange),
    changed("heads that do not divide the width", "llama.attention.head_count", 3, outOfRange),
    changed("odd head width", "llama.attention.head_count", 2, outOfRange),
    changed("no context", "llama.context_length", 0, outOfRange),
    changed("huge context", "llama.context_length", .max, outOfRange),
    changed("no feed-forward", "llama.feed_forward_length", 0, outOfRange),
    changed("another feed-forward", "llama.feed_forward_length", 2, isShape),
    added("no key heads", { $0.set("llama.attention.head_count_kv", UInt32(0)) }, outOfRange),
    added(
      "more key heads than heads", { $0.set("llama.attention.head_count_kv", UInt32(2)) },
      outOfRange),
    added("odd rotation", { $0.set("llama.rope.dimension_count", UInt32(1)) }, outOfRange),
    added(
      "rotation wider than a head", { $0.set("llama.rope.dimension_count", UInt32(4)) }, outOfRange),
    added(
      "values of another width", { $0.set("llama.attention.value_length", UInt32(4)) }, isFeature),
    added("rope base that is no number", { $0.set("llama.rope.freq_base", Float.nan) }, outOfRange),
    added("rope base 0", { $0.set("llama.rope.freq_base", Float(0)) }, outOfRange),
    added("infinite rope base", { $0.set("llama.rope.freq_base", Float.infinity) }, outOfRange),
    added("unknown rope scaling", { $0.set("llama.rope.scaling.type", "dynamic") }, isFeature),
    added("YaRN without a factor", { $0.set("llama.rope.scaling.type", "yarn") }) {
      $0 == .missingKey("llama.rope.scaling.factor")
    },
    added(
      "YaRN by no number",
      {
        $0.set("llama.rope.scaling.type", "yarn")
        $0.set("llama.rope.scaling.factor", Float.nan)
      }, outOfRange),
    added(
      "YaRN of no context",
      {
        $0.set("llama.rope.scaling.type", "yarn")
        $0.set("llama.rope.scaling.factor", Float(4))
        $0.set("llama.rope.scaling.original_context_length", UInt32(0))
      }, outOfRange),
    added("linear scaling by -1", { $0.set("llama.rope.scaling.factor", Float(-1)) }, outOfRange),
    added("capped logits", { $0.set("llama.final_logit_softcapping", Float(30)) }, isFeature),
    added("attention both ways", { $0.set("llama.attention.causal", false) }, isFeature),
    added("experts without a number", { $0.set("llama.expert_count", UInt32(8)) }) {
      $0 == .missingKey("llama.expert_used_count")
    },
    added("too many experts", { $0.set("llama.expert_count", UInt32.max) }, outOfRange),
    added(
      "more experts a token than experts",
      {
        $0.set("llama.expert_count", UInt32(2))
        $0.set("llama.expert_used_count", UInt32(3))
      }, outOfRange),
    added(
      "no experts a token",
      {
        $0.set("llama.expert_count", UInt32(2))
        $0.set("llama.expert_used_count", UInt32(0))
      }, outOfRange),
    added(
      "no router",
      {
        $0.set("llama.expert_count", UInt32(2))
        $0.set("llama.expert_used_count", UInt32(1))
      }
    ) { $0 == .missingTensor("blk.0.ffn_gate_inp.weight") },
    added(
      "experts by a way that nobody knows",
      {
        $0.set("llama.expert_count", UInt32(2))
        $0.set("llama.expert_used_count", UInt32(1))
        $0.set("llama.expert_gating_func", UInt32(4))
      }, isFeature),
    added("adapter", { $0.set("general.type", "adapter") }, isFeature),
    added(
      "a tensor that nothing reads", { $0.tensor("blk.0.ffn_gate_inp.weight", type: 0, [1], one) },
      isFeature),
  ]

  private static let filler = [UInt8](repeating: 0, count: 40)
  private static let one: [UInt8] = [0, 0, 0, 0]

  private static func pair(_ bytes: [UInt8]) -> [UInt8] {
    var writer = GGUFWriter()
    writer.claimedPairCount = 1
    return writer.header + bytes
  }

  /// A pair with the key "a" at the very end of a file.
  private static func typed(_ type: UInt32, _ value: [UInt8]) -> [UInt8] {
    pair(GGUFWriter.counted([97]) + GGUFWriter.bytes(type) + value)
  }

  private static func array(_ type: UInt32, _ count: UInt64) -> [UInt8] {
    GGUFWriter.bytes(type) + GGUFWriter.bytes(count)
  }

  /// The small model with one integer of its metadata changed.
  private static func changed(
    _ name: String, _ key: String, _ value: UInt32,
    _ isExpected: @escaping @Sendable (GGUFError.Reason) -> Bool
  ) -> Bad {
    var bytes = GGUFFileTests.smallModel.bytes
    let place = bytes.firstRange(of: Array(key.utf8)).map { $0.upperBound + 4 } ?? 0
    bytes.replaceSubrange(place..<place + 4, with: GGUFWriter.bytes(value))
    return Bad(name, bytes, isExpected)
  }

  /// The small model with something added.
  private static func added(
    _ name: String, _ change: (inout GGUFWriter) -> Void,
    _ isExpected: @escaping @Sendable (GGUFError.Reason) -> Bool
  ) -> Bad {
    var writer = GGUFFileTests.smallModel
    change(&writer)
    return Bad(name, writer.bytes, isExpected)
  }

  private static func isCount(_ field: String) -> @Sendable (GGUFError.Reason) -> Bool {
    { if case .countTooLarge(field, _, _) = $0 { true } else { false } }
  }

  private static func isType(_ type: String) -> @Sendable (GGUFError.Reason) -> Bool {
    { $0 == .unsupportedTensorType(tensor: "t", type: type) }
  }

  @Sendable private static func isBeyondEnd(_ reason: GGUFError.Reason) -> Bool {
    if case .fieldBeyondEnd = reason { true } else { false }
  }

  @Sendable private static func isDataBeyondEnd(_ reason: GGUFError.Reason) -> Bool {
    if case .dataBeyondEnd(tensor: "t", _) = reason { true } else { false }
  }

  @Sendable private static func isBadValue(_ reason: GGUFError.Reason) -> Bool {
    if case .badValue = reason { true } else { false }
  }

  @Sendable private static func isBadTensor(_ reason: GGUFError.Reason) -> Bool {
    if case .badTensor = reason { true } else { false }
  }

  @Sendable private static func isAlignment(_ reason: GGUFError.Reason) -> Bool {
    if case .outOfRange(key: "general.alignment", _, _) = reason { true } else { false }
  }

  @Sendable private static func outOfRange(_ reason: GGUFError.Reason) -> Bool {
    if case .outOfRange = reason { true } else { false }
  }

  @Sendable private static func isShape(_ reason: GGUFError.Reason) -> Bool {
    if case .wrongShape = reason { true } else { false }
  }

  @Sendable private static func isFeature(_ reason: GGUFError.Reason) -> Bool {
    if case .unsupportedFeature = reason { true } else { false }
  }
}
