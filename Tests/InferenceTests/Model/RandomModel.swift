import Foundation
import TestSupport

@testable import Inference

/// The small random models of Fixtures/logits/make_logits.py, whose definitions this follows
/// line by line.
struct RandomModel {
  static let vocabulary = 64
  static let width = 256
  static let layers = 2
  static let types: [TensorType] = [.f32, .f16, .bf16, .q8_0, .q4_0, .q4_K, .q5_K, .q6_K]
  static let furtherTypes: [TensorType] = [
    .q4_1, .q5_0, .q5_1, .q2_K, .q3_K, .iq4_nl, .iq4_xs, .mxfp4,
  ]

  var architecture: Family
  var type: TensorType
  var shape: Shape
  /// Metadata beside the shape's, by the keys' names behind the architecture's.
  var metadata: [(key: String, value: GGUFValue)]

  struct Shape {
    var heads: Int
    var keyValueHeads: Int
    var feedForward: Int
    var ropeBase: Float
    var ropeWidth: Int
    var isTied: Bool
    /// Whether queries, keys and values have biases.
    var isBiased = false
    /// Whether every other product has a bias too.
    var hasAllBiases = false
    /// Whether queries, keys and values have one matrix.
    var isFused = false
    /// Whether each pair of a head has a divisor of its own.
    var hasRopeDivisors = false
    var experts: Experts?
  }

  struct Experts {
    var count: Int
    var used: Int
    var feedForward: Int
    var sharedFeedForward: Int?
  }

  private static let headWidth = 64

  init(
    architecture: Family, type: TensorType, metadata: [(String, GGUFValue)] = [],
    change: (inout Shape) -> Void = { _ in }
  ) {
    self.architecture = architecture
    self.type = type
    self.metadata = metadata
    shape = Self.shape(architecture)
    change(&shape)
  }

  private static func shape(_ architecture: Family) -> Shape {
    switch architecture.name {
    case "llama":
      Shape(
        heads: 4, keyValueHeads: 2, feedForward: 512, ropeBase: 500_000, ropeWidth: 32,
        isTied: false, hasRopeDivisors: true)
    case "qwen2":
      Shape(
        heads: 4, keyValueHeads: 2, feedForward: 256, ropeBase: 1_000_000, ropeWidth: 64,
        isTied: true, isBiased: true)
    case "qwen2moe":
      Shape(
        heads: 4, keyValueHeads: 2, feedForward: 256, ropeBase: 1_000_000, ropeWidth: 64,
        isTied: false, isBiased: true,
        experts: Experts(count: 6, used: 3, feedForward: 256, sharedFeedForward: 512))
    case "qwen3":
      Shape(
        heads: 8, keyValueHeads: 2, feedForward: 256, ropeBase: 10_000, ropeWidth: 64,
        isTied: false)
    default:
      Shape(
        heads: 8, keyValueHeads: 2, feedForward: 256, ropeBase: 10_000, ropeWidth: 64,
        isTied: false, experts: Experts(count: 8, used: 3, feedForward: 256))
    }
  }

  /// The text that the fixture's log-probabilities belong to.
  static func tokens(_ count: Int) -> [Token] {
    var stream = stream("tokens")
    return (0..<count).map { _ in Token(stream.next() % UInt64(vocabulary)) }
  }

  /// The model, loaded from a file that is gone once this returns.
  func load(
    contextLength: Int? = nil, cacheFormat: KVCacheFormat = .f16,
    pool: ComputePool = ComputePool(threads: 2)
  ) throws -> Model {
    let file = try TemporaryFile(bytes)
    return try Model.load(
      GGUFFile(path: file.path), contextLength: contextLength, cacheFormat: cacheFormat, pool: pool)
  }

  /// What is read of the hyper-parameters once the file was changed.
  func configuration(_ change: (inout GGUFWriter) -> Void) throws -> ModelConfiguration {
    var writer = gguf
    change(&writer)
    let file = try TemporaryFile(writer.bytes)
    return try ModelConfiguration(try GGUFFile(path: file.path))
  }

  /// The model's file.
  var gguf: GGUFWriter {
    var writer = GGUFWriter()
    let name = architecture.name
    writer.set("general.architecture", name)
    writer.set(name + ".context_length", UInt32(256))
    writer.set(name + ".embedding_length", UInt32(Self.width))
    writer.set(name + ".block_count", UInt32(Self.layers))
    writer.set(name + ".feed_forward_length", UInt32(shape.feedForward))
    writer.set(name + ".attention.head_count", UInt32(shape.heads))
    writer.set(name + ".attention.head_count_kv", UInt32(shape.keyValueHeads))
    writer.set(name + ".attention.key_length", UInt32(Self.headWidth))
    writer.set(name + ".attention.value_length", UInt32(Self.headWidth))
    writer.set(name + ".attention.layer_norm_rms_epsilon", Float(1e-5))
    writer.set(name + ".rope.freq_base", shape.ropeBase)
    writer.set(name + ".rope.dimension_count", UInt32(shape.ropeWidth))
    for (key, value) in metadata {
      switch value {
      case .integer(let value): writer.set(name + "." + key, UInt32(value))
      case .real(let value): writer.set(name + "." + key, Float(value))
      case .string(let value): writer.set(name + "." + key, value)
      default: preconditionFailure("random models have no such metadata")
      }
    }
    if let experts = shape.experts {
      writer.set(name + ".expert_count", UInt32(experts.count))
      writer.set(name + ".expert_used_count", UInt32(experts.used))
      writer.set(name + ".expert_feed_forward_length", UInt32(experts.feedForward))
      if let shared = experts.sharedFeedForward {
        writer.set(name + ".expert_shared_feed_forward_length", UInt32(shared))
      }
    }
    for (tensor, dimensions) in tensors {
      let key = "\(name)/\(type.name)/\(tensor)"
      let count = dimensions.reduce(1, *)
      // A file has the contiguous dimension first.
      let reversed = dimensions.reversed().map(Int64.init)
      if dimensions.count == 1 {
        writer.tensor(
          tensor, type: TensorType.f32.rawValue, reversed,
          vector(key, count: count, around: tensor.hasSuffix("bias") ? 0 : 1))
      } else if tensor.hasSuffix("ffn_gate_inp.weight") {
        writer.tensor(
          tensor, type: TensorType.f32.rawValue, reversed, matrix(key, .f32, count: count))
      } else {
        writer.tensor(tensor, type: type.rawValue, reversed, matrix(key, type, count: count))
      }
    }
    return writer
  }

  /// Names and dimensions: rows and columns, with the number of experts before them where each
  /// has its own, or the length alone.
  private var tensors: [(name: String, dimensions: [Int])] {
    let width = Self.width
    let queries = shape.heads * Self.headWidth
    let keys = shape.keyValueHeads * Self.headWidth
    var result: [(name: String, dimensions: [Int])] = [
      ("token_embd.weight", [Self.vocabulary, width]), ("output_norm.weight", [width]),
    ]
    if !shape.isTied { result.append(("output.weight", [Self.vocabulary, width])) }
    if shape.hasAllBiases { result.append(("output.bias", [Self.vocabulary])) }
    if shape.hasRopeDivisors { result.append(("rope_freqs.weight", [shape.ropeWidth / 2])) }
    for layer in 0..<Self.layers {
      let block = "blk.\(layer)."
      result += [
        (block + "attn_norm.weight", [width]), (block + "attn_output.weight", [width, queries]),
        (block + "ffn_norm.weight", [width]),
      ]
      let inputs =
        shape.isFused
        ? [("qkv", queries + 2 * keys)] : [("q", queries), ("k", keys), ("v", keys)]
      for (name, rows) in inputs {
        result.append((block + "attn_\(name).weight", [rows, width]))
        if shape.isBiased { result.append((block + "attn_\(name).bias", [rows])) }
      }
      if shape.hasAllBiases {
        result += [
          (block + "attn_output.bias", [width]), (block + "ffn_gate.bias", [shape.feedForward]),
          (block + "ffn_up.bias", [shape.feedForward]), (block + "ffn_down.bias", [width]),
        ]
      }
      if let experts = shape.experts {
        let (count, hidden) = (experts.count, experts.feedForward)
        result += [
          (block + "ffn_gate_inp.weight", [count, width]),
          (block + "ffn_gate_exps.weight", [count, hidden, width]),
          (block + "ffn_up_exps.weight", [count, hidden, width]),
          (block + "ffn_down_exps.weight", [count, width, hidden]),
        ]
      } else {
        result += network(block, "", shape.feedForward)
      }
      if let shared = shape.experts?.sharedFeedForward {
        result += [(block + "ffn_gate_inp_shexp.weight", [width])]
        result += network(block, "_shexp", shared)
      }
      if architecture == .qwen3 || architecture == .qwen3moe {
        result += [
          (block + "attn_q_norm.weight", [Self.headWidth]),
          (block + "attn_k_norm.weight", [Self.headWidth]),
        ]
      }
    }
    return result
  }

  private func network(
    _ block: String, _ suffix: String, _ hidden: Int
  ) -> [(name: String, dimensions: [Int])] {
    [
      (block + "ffn_gate\(suffix).weight", [hidden, Self.width]),
      (block + "ffn_up\(suffix).weight", [hidden, Self.width]),
      (block + "ffn_down\(suffix).weight", [Self.width, hidden]),
    ]
  }

  /// SplitMix64 seeded with the FNV-1a hash of `name`.
  static func stream(_ name: String) -> SplitMix64 {
    let seed = name.utf8.reduce(UInt64(0xCBF2_9CE4_8422_2325)) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01B3
    }
    return SplitMix64(seed: seed)
  }

  private func vector(_ key: String, count: Int, around centre: Float) -> [UInt8] {
    var stream = Self.stream(key)
    return (0..<count).flatMap { _ in
      GGUFWriter.bytes((centre + (Float(stream.next() >> 56) - 128) * 0x1p-9).bitPattern)
    }
  }

  private func matrix(_ key: String, _ type: TensorType, count: Int) -> [UInt8] {
    var stream = Self.stream(key)
    let gain: Float = key.hasSuffix("token_embd.weight") && !shape.isTied ? 8 : 1
    switch type {
    case .f32:
      return Self.elements(count) {
        ((Float(stream.next() >> 40) - 0x1p23) * gain * 0x1p-26).bitPattern
      }
    case .f16:
      return Self.elements(count) {
        Float16((Float(stream.next() >> 53) - 1024) * gain * 0x1p-13).bitPattern
      }
    case .bf16:
      return Self.elements(count) {
        UInt16(((Float(stream.next() >> 56) - 128) * gain * 0x1p-10).bitPattern >> 16)
      }
    default: return blocks(count, gain, &stream)
    }
  }

  static func elements<T: FixedWidthInteger>(
    _ count: Int, _ next: () -> T
  ) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count * MemoryLayout<T>.size)
    bytes.withUnsafeMutableBytes { bytes in
      for index in 0..<count {
        bytes.storeBytes(of: next(), toByteOffset: index * MemoryLayout<T>.size, as: T.self)
      }
    }
    return bytes
  }

  /// Random quantized blocks, with scales that give weights a sensible size.
  private func blocks(_ count: Int, _ gain: Float, _ stream: inout SplitMix64) -> [UInt8] {
    let (offset, unscaled): (Int, [Float]) =
      switch type {
      case .q8_0, .iq4_nl: (0, [0x1p-10])
      case .q4_0: (0, [0x1p-6])
      case .q4_1: (0, [0x1p-6, -7.5 * 0x1p-6])
      case .q5_0: (0, [0x1p-7])
      case .q5_1: (0, [0x1p-7, -15.5 * 0x1p-7])
      case .q2_K: (80, [5 * 0x1p-10, 7.5 * 0x1p-10])
      case .q3_K: (108, [3 * 0x1p-11])
      case .q4_K: (0, [0x1p-12, 7.5 * 0x1p-12])
      case .q5_K: (0, [0x1p-13, 15.5 * 0x1p-13])
      case .q6_K: (208, [0x1p-14])
      case .iq4_xs: (0, [0x1p-14])
      default: (0, [])
      }
    let scales = unscaled.map { Float16($0 * gain) }
    let total = count / type.blockLength * type.blockBytes
    var bytes = Self.elements((total + 7) / 8) { stream.next() }
    bytes.removeLast(bytes.count - total)
    for block in stride(from: 0, to: total, by: type.blockBytes) {
      for (index, scale) in scales.enumerated() {
        bytes[block + offset + 2 * index] = UInt8(truncatingIfNeeded: scale.bitPattern)
        bytes[block + offset + 2 * index + 1] = UInt8(scale.bitPattern >> 8)
      }
      if type == .mxfp4 { bytes[block] = 121 + bytes[block] % 2 + (gain == 8 ? 3 : 0) }
    }
    return bytes
  }
}
