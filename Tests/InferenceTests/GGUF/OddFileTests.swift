import TestSupport
import Testing

@testable import Inference

/// Files that are unusual in what does not matter load.
struct OddFileTests {
  private func model(_ change: (inout GGUFWriter) -> Void) throws -> ModelConfiguration {
    var writer = GGUFFileTests.smallModel
    change(&writer)
    let file = try TemporaryFile(writer.bytes)
    return try Model.check(try GGUFFile(path: file.path))
  }

  @Test(arguments: ["a b", "grün", "a\u{1B}[2J", "\t", " "])
  func `a key that nothing reads may have any name`(key: String) throws {
    _ = try model { $0.set(key, UInt32(1)) }
    _ = try model {
      $0.rawPair([0xFF, 0xFE], type: 4, [0, 0, 0, 0])
      $0.rawPair([97], type: 10, [UInt8](repeating: 0xFF, count: 8))
    }
  }

  @Test func `strings that are not UTF-8 keep their bytes in an array`() throws {
    var writer = GGUFWriter()
    let strings: [[UInt8]] = [[0x61], [0x80], [0xC3, 0xA9], [0xFF, 0xFE]]
    writer.rawPair(
      Array("a".utf8), type: 9,
      GGUFWriter.bytes(UInt32(8)) + GGUFWriter.bytes(UInt64(4))
        + strings.flatMap(GGUFWriter.counted))
    let file = try TemporaryFile(writer.bytes)
    let opened = try GGUFFile(path: file.path)
    #expect(opened.metadata["a"] == .byteStrings(strings))
    #expect(try opened.strings("a")?.prefix(3) == ["a", "\u{FFFD}", "é"])
  }

  @Test func `a value of every layer may stand once for each, if all are alike`() throws {
    let key = "llama.attention.head_count_kv"
    #expect(try model { $0.set(key, [1] as [Int32]) }.keyValueHeadCount == 1)
    for values in [[1, 1], []] as [[Int32]] {
      #expect(throws: GGUFError.self) { try model { $0.set(key, values) } }
    }
    let tall = { (values: [Int32]) throws in
      try RandomModel(architecture: .qwen3, type: .f16).configuration {
        $0.set("qwen3.attention.sliding_window", values)
      }
    }
    #expect(try tall([100, 100]).contextLength == 100)
    let error = try #require(throws: GGUFError.self) { try tall([100, 200]) }
    #expect(error.reason == .differentLayers(key: "qwen3.attention.sliding_window"))
  }

  @Test(arguments: ["logit_scale", "embedding_scale", "residual_scale", "rope.scaling.alpha"])
  func `a factor that changes nothing is no reason to refuse a model`(name: String) throws {
    for value in [0, 1] as [Float] { _ = try model { $0.set("llama." + name, value) } }
    let error = try #require(throws: GGUFError.self) {
      try model { $0.set("llama." + name, Float(1.5)) }
    }
    #expect(error.reason == .unsupportedFeature("llama.\(name) = 1.5"))
  }

  @Test func `attention's own scale may be given`() throws {
    // The small model's heads are two wide.
    let usual = try model { _ in }.attentionScale
    #expect(usual == Float(0.5).squareRoot())
    #expect(try model { $0.set("llama.attention.scale", Float(0)) }.attentionScale == usual)
    #expect(try model { $0.set("llama.attention.scale", Float(0.125)) }.attentionScale == 0.125)
    #expect(throws: GGUFError.self) { try model { $0.set("llama.attention.scale", Float(-1)) } }
  }

  @Test(arguments: ["linear", "yarn", nil])
  func `a scaling of 0 is none`(type: String?) throws {
    let scaling = try model {
      if let type { $0.set("llama.rope.scaling.type", type) }
      $0.set("llama.rope.scaling.factor", Float(0))
    }.rope.scaling
    if case .yarn(let yarn) = scaling {
      #expect(yarn.factor == 1 && yarn.magnitude == 1)
    } else {
      #expect(scaling == .none)
    }
  }

  @Test func `more tokens than the weights know are refused`() throws {
    var writer = GGUFFileTests.smallModel
    writer.set("tokenizer.ggml.model", "gpt2")
    writer.set("tokenizer.ggml.pre", "gpt-2")
    writer.set("tokenizer.ggml.tokens", ["a", "b", "c", "d"])
    writer.set("tokenizer.ggml.merges", [] as [String])
    let file = try TemporaryFile(writer.bytes)
    let error = try #require(throws: GGUFError.self) {
      try Tokenizer(try GGUFFile(path: file.path))
    }
    #expect(error.reason == .tokensWithoutWeights(tokens: 4, rows: 3))
    #expect(error.description.hasPrefix(file.path))
  }

  @Test func `errors of a tokenizer name the file`() throws {
    var writer = GGUFFileTests.smallModel
    writer.set("tokenizer.ggml.model", "t5")
    let file = try TemporaryFile(writer.bytes)
    let error = try #require(throws: GGUFError.self) {
      try Tokenizer(try GGUFFile(path: file.path))
    }
    #expect(error.reason == .unusableTokenizer(.unsupportedModel("t5")))
    #expect(error.description.hasPrefix(file.path) && error.description.hasSuffix("."))
  }

  @Test(arguments: [
    ("m.gguf.part1of2", true), ("m.gguf.part2of2", true), ("m.gguf-split-a", true),
    ("m.gguf.001", true), ("m.gguf.aa", true), ("m.gguf.ab", true), ("dir.gguf/xaa", true),
    ("m-part-3.gguf", true), ("m.part_1_of_3", true), ("m.gguf", false), ("m.gguf.tmp", false),
    ("m.gguf.incomplete", false), ("m-00001-of-00002.gguf", false), ("depart.gguf", false),
    ("m.gguf.part1of2/m.gguf", false),
  ])
  func `pieces of a cut file are told by their names`(path: String, isPiece: Bool) {
    #expect(GGUFPart.isNameOfPiece(path) == isPiece)
  }
}
