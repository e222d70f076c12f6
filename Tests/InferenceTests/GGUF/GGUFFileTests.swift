import Foundation
import Glibc
import TestSupport
import Testing

@testable import Inference

/// Right files are read as they were written.
@Suite struct GGUFFileTests {
  private func bytes(of tensor: Tensor) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: tensor.byteCount)
    try bytes.withUnsafeMutableBytes { try tensor.read(into: $0) }
    return bytes
  }

  @Test func `metadata and tensors come back as they were written`() throws {
    var writer = GGUFWriter()
    writer.set("an.integer", UInt32(7))
    writer.set("a.float", Float(1.5))
    writer.set("a.bool", true)
    writer.set("a.string", "grün")
    writer.set("some.strings", ["a", "", "c"])
    writer.set("some.integers", [-1, 2] as [Int32])
    writer.tensor("t", type: 0, [2, 3], [UInt8](0..<24))
    writer.tensor("empty", type: 0, [0, 3], [])
    let temporary = try TemporaryFile(writer.bytes)
    let file = try GGUFFile(path: temporary.path)
    #expect(try file.integer("an.integer") == 7)
    #expect(try file.real("a.float") == 1.5)
    #expect(try file.bool("a.bool") == true)
    #expect(try file.string("a.string") == "grün")
    #expect(try file.strings("some.strings") == ["a", "", "c"])
    #expect(try file.integers("some.integers") == [-1, 2])
    #expect(try file.string("absent") == nil)
    #expect(throws: GGUFError.self) { try file.string("an.integer") }
    let tensor = try #require(file.tensors["t"])
    #expect(tensor.dimensions == [2, 3] && tensor.byteCount == 24 && tensor.type == .f32)
    #expect(try bytes(of: tensor) == [UInt8](0..<24))
    #expect(file.tensors["empty"]?.byteCount == 0)
  }

  @Test func `another alignment is followed`() throws {
    var writer = GGUFWriter()
    writer.alignment = 64
    writer.set("general.alignment", UInt32(64))
    writer.tensor("a", type: 0, [1], [1, 2, 3, 4])
    writer.tensor("b", type: 0, [1], [5, 6, 7, 8])
    let temporary = try TemporaryFile(writer.bytes)
    let tensor = try #require(try GGUFFile(path: temporary.path).tensors["b"])
    #expect(tensor.offset % 64 == 0)
    #expect(try bytes(of: tensor) == [5, 6, 7, 8])
  }

  @Test func `every truncation of a model is refused`() throws {
    let writer = Self.smallModel
    let whole = writer.bytes
    let complete = try TemporaryFile(whole)
    let tensors = try GGUFFile(path: complete.path).tensors.values
    let dataEnd = try #require(tensors.map { $0.offset + $0.byteCount }.max())
    for length in 0..<dataEnd {
      let temporary = try TemporaryFile(Array(whole[..<length]))
      #expect(throws: GGUFError.self) { try GGUFFile(path: temporary.path) }
    }
  }

  @Test(arguments: [false, true])
  func `no flipped bit of a header traps`(_ hasExperts: Bool) throws {
    let writer = hasExperts ? Self.smallMixture : Self.smallModel
    let whole = writer.bytes
    var refused = 0
    for bit in 0..<writer.header.count * 8 {
      var bytes = whole
      bytes[bit / 8] ^= 1 << (bit % 8)
      let temporary = try TemporaryFile(bytes)
      do {
        let file = try GGUFFile(path: temporary.path)
        let session = try Session(
          Model.load(file, contextLength: 4, pool: ComputePool(threads: 1)))
        try session.prepare(for: [0])
      } catch let error as GGUFError {
        refused += 1
        #expect(!error.description.unicodeScalars.contains { $0.value < 0x20 })
      }
    }
    #expect(refused > writer.header.count)
  }

  @Test(arguments: TensorType.supported)
  func `no data of a model traps`(_ type: TensorType) throws {
    let writer = RandomModel(architecture: .qwen2, type: type).gguf
    var generator = SeededGenerator(seed: UInt64(type.rawValue))
    let header = writer.header
    var bytes = writer.bytes
    for index in header.count..<bytes.count {
      bytes[index] = UInt8.random(in: 0...255, using: &generator)
    }
    let temporary = try TemporaryFile(bytes)
    let session = try Session(
      Model.load(GGUFFile(path: temporary.path), pool: ComputePool(threads: 2)))
    try session.prepare(for: RandomModel.tokens(17))
    try session.append(1)
    #expect(session.logits.count == RandomModel.vocabulary)
  }

  @Test(
    arguments: [(10, "Q2_K"), (12, "Q3_K_M"), (14, "Q4_K_S"), (15, "Q4_K_M"), (30, "IQ4_XS")]
      as [(UInt32, String)])
  func `a mix of types has the name that its number stands for`(
    _ number: UInt32, _ name: String
  ) throws {
    var writer = Self.smallModel
    writer.set("general.file_type", number)
    let file = try TemporaryFile(writer.bytes)
    #expect(try GGUFFile(path: file.path).quantization == name)
  }

  @Test(arguments: [nil, 4, 99, 1024] as [UInt32?])
  func `a model without a known mix is named after the type of most weights`(
    _ number: UInt32?
  ) throws {
    var writer = RandomModel(architecture: .qwen2, type: .iq4_nl).gguf
    if let number { writer.set("general.file_type", number) }
    let file = try TemporaryFile(writer.bytes)
    #expect(try GGUFFile(path: file.path).quantization == "IQ4_NL")
  }

  @Test func `what is not a file is refused without waiting`() throws {
    let folder = FileManager.default.temporaryDirectory.path
    #expect(throws: GGUFError(path: folder, reason: .notARegularFile(kind: "a directory"))) {
      try GGUFFile(path: folder)
    }
    #expect(throws: GGUFError(path: "/dev/zero", reason: .notARegularFile(kind: "a device"))) {
      try GGUFFile(path: "/dev/zero")
    }
    let pipe = folder + "/specreason-pipe-\(UUID().uuidString)"
    #expect(mkfifo(pipe, 0o600) == 0)
    defer { unlink(pipe) }
    #expect(throws: GGUFError(path: pipe, reason: .notARegularFile(kind: "a pipe"))) {
      try GGUFFile(path: pipe)
    }
    #expect(
      throws: GGUFError(path: "/absent.gguf", reason: .cannotOpen("No such file or directory"))
    ) {
      try GGUFFile(path: "/absent.gguf")
    }
  }

  @Test func `a model that needs more than the memory is refused with both sizes`() throws {
    let file = try TemporaryFile(Self.smallModel.bytes)
    let size = 1 << 40
    let error = try #require(throws: GGUFError.self) {
      try Model.load(
        GGUFFile(path: file.path), contextLength: size, pool: ComputePool(threads: 1))
    }
    guard case .notEnoughMemory(let needed, let available) = error.reason else {
      Issue.record("\(error)")
      return
    }
    #expect(needed >= size && available < needed)
    #expect(error.description.contains("\(needed / 1_048_576) MiB"))
  }

  @Test func `text from a file cannot steer the terminal`() throws {
    var writer = GGUFWriter()
    writer.tensor("\u{1B}]52;c;AAAA\u{7}\u{202E}x", type: 16, [256], [])
    let temporary = try TemporaryFile(writer.bytes)
    let error = try #require(throws: GGUFError.self) { try GGUFFile(path: temporary.path) }
    #expect(error.description.contains("\"<U+001B>]52;c;AAAA<U+0007><U+202E>x\" of type IQ2_XXS"))
    #expect(error.description.contains("Q8_0, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K"))
  }

  /// A model of a few hundred bytes.
  static let smallModel = small { add in
    add("blk.0.ffn_gate.weight", [2, 1])
    add("blk.0.ffn_up.weight", [2, 1])
    add("blk.0.ffn_down.weight", [1, 2])
  }

  /// One with three experts, of which a token gets two.
  static let smallMixture: GGUFWriter = {
    var writer = small { add in
      add("blk.0.ffn_gate_inp.weight", [2, 3])
      add("blk.0.ffn_gate_exps.weight", [2, 1, 3])
      add("blk.0.ffn_up_exps.weight", [2, 1, 3])
      add("blk.0.ffn_down_exps.weight", [1, 2, 3])
    }
    writer.set("llama.expert_count", UInt32(3))
    writer.set("llama.expert_used_count", UInt32(2))
    return writer
  }()

  private static func small(
    _ addFeedForward: ((String, [Int64]) -> Void) -> Void
  ) -> GGUFWriter {
    var writer = GGUFWriter()
    writer.set("general.architecture", "llama")
    for (key, value) in [
      ("context_length", 8), ("embedding_length", 2), ("block_count", 1),
      ("feed_forward_length", 1), ("attention.head_count", 1),
    ] as [(String, UInt32)] {
      writer.set("llama." + key, value)
    }
    writer.set("llama.attention.layer_norm_rms_epsilon", Float(1e-5))
    func add(_ name: String, _ dimensions: [Int64]) {
      let count = Int(dimensions.reduce(1, *))
      writer.tensor(
        name, type: 0, dimensions,
        (0..<count).flatMap { GGUFWriter.bytes((Float($0 % 5) - 2.5).bitPattern) })
    }
    add("token_embd.weight", [2, 3])
    add("output_norm.weight", [2])
    for (name, dimensions) in [
      ("attn_norm", [2]), ("attn_q", [2, 2]), ("attn_k", [2, 2]), ("attn_v", [2, 2]),
      ("attn_output", [2, 2]), ("ffn_norm", [2]),
    ] as [(String, [Int64])] {
      add("blk.0.\(name).weight", dimensions)
    }
    addFeedForward(add)
    return writer
  }
}
