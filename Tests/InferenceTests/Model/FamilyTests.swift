import TestSupport
import Testing

@testable import Inference

/// What is read of files of families whose layers differ.
@Suite struct FamilyTests {
  private func configuration(
    _ name: String, _ change: (inout GGUFWriter) -> Void = { _ in }
  ) throws -> ModelConfiguration {
    let model = try #require(FamilyLogitsTests.models.first { $0.name == name })
    var writer = model.gguf
    change(&writer)
    let file = try TemporaryFile(writer.bytes)
    return try Model.check(try GGUFFile(path: file.path))
  }

  /// What is read of a model whose metadata has these values in place of its own.
  private func configuration(
    _ name: String, with values: [String: FamilyLogitsTests.SmallModel.Value]
  ) throws -> ModelConfiguration {
    var model = try #require(FamilyLogitsTests.models.first { $0.name == name })
    model.metadata.merge(values) { $1 }
    let file = try TemporaryFile(model.gguf.bytes)
    return try Model.check(try GGUFFile(path: file.path))
  }

  @Test func `each sixth layer of Gemma sees all positions, with a rotation of its own`() throws {
    let gemma = try configuration("gemma3")
    #expect(gemma.layerAttention.map(\.window) == [6, 6, 6, 6, 6, nil, 6])
    #expect(
      gemma.layerAttention.map(\.rope?.base) == [1e4, 1e4, 1e4, 1e4, 1e4, 1e6, 1e4])
    #expect(gemma.contextLength == 256)
    #expect(gemma.embeddingScale == 8)
    let stretched = try configuration("gemma3 stretched").layerAttention.map(\.rope?.scaling)
    #expect(
      stretched == [RopeScaling.none, .linear(factor: 8), RopeScaling.none, .linear(factor: 8)])
  }

  @Test func `a file may have a pattern and a base of windows of its own`() throws {
    let key = "gemma3.attention.sliding_window_pattern"
    let listed = try configuration("gemma3") {
      $0.set(key, [1, 0, 0, 1, 1, 1, 0] as [Int32])
      $0.set("gemma3.rope.freq_base_swa", Float(500))
    }
    #expect(listed.layerAttention.map(\.window) == [6, nil, nil, 6, 6, 6, nil])
    #expect(listed.layerAttention[0].rope?.base == 500)
    #expect(listed.layerAttention[1].rope?.base == 1e6)
    let everywhere = try configuration("gemma3") { $0.set(key, UInt32(0)) }
    #expect(everywhere.layerAttention.allSatisfy { $0.window == 6 })
    let nowhere = try configuration("gemma3") { $0.set(key, UInt32(1)) }
    #expect(nowhere.layerAttention.allSatisfy { $0.window == nil })
    #expect(throws: GGUFError.self) {
      try configuration("gemma3") { $0.set(key, [1, 0] as [Int32]) }
    }
  }

  @Test func `some layers are not rotated`() throws {
    func rotated(_ name: String) throws -> [Bool] {
      try configuration(name).layerAttention.map { $0.rope != nil }
    }
    #expect(try rotated("smollm3") == [true, true, true, false])
    #expect(try rotated("exaone4") == [true, true])
    #expect(
      try rotated("exaone4 with windows").prefix(8) == [
        true, true, true, false, true, true, true, false,
      ])
    let granite = try configuration("granite") {
      $0.set("granite.rope.scaling.finetuned", false)
    }
    #expect(granite.layerAttention.allSatisfy { $0.rope == nil })
  }

  /// 1 + 0.5 · ln(1 + ⌊position ÷ 10⌋)
  @Test func `attention grows sharper with each length of the original context`() {
    let temperature = AttentionTemperature(scale: 0.5, length: 10)
    #expect(temperature.factor(at: 9) == 1)
    #expect(abs(temperature.factor(at: 10) - 1.3465736) < 1e-6)
    #expect(abs(temperature.factor(at: 99) - 2.1512926) < 1e-6)
  }

  @Test(arguments: [
    ("granite", "granite.attn_logit_softcapping", Float(50)),
    ("gemma3", "gemma3.final_logit_softcapping", Float(30)),
    ("gemma3", "gemma3.residual_scale", Float(0.5)),
    ("glm4", "glm4.expert_count", Float(4)),
  ])
  func `what is not computed is refused`(name: String, key: String, value: Float) throws {
    #expect(throws: GGUFError.self) {
      try configuration(name) {
        if key.hasSuffix("count") { $0.set(key, UInt32(value)) } else { $0.set(key, value) }
      }
    }
  }

  @Test func `a rotation in sections is refused`() throws {
    let key = "glm4.rope.dimension_sections"
    _ = try configuration("glm4") { $0.set(key, [0, 0, 0, 0] as [Int32]) }
    #expect(throws: GGUFError.self) {
      try configuration("glm4") { $0.set(key, [2, 1, 1, 0] as [Int32]) }
    }
  }

  /// Pairs take the axes of an image in turns; in a text all that an axis has turn alike.
  @Test func `sections that cover every pair are those of a text`() throws {
    let key = "rope.dimension_sections"
    _ = try configuration("qwen35", with: [key: .list([11, 11, 10, 0])])
    for sections in [[1, 1, 1, 0], [4, 0, 0, 0], [2, 1], [.max, -1, 1, 0]] as [[Int32]] {
      #expect(throws: GGUFError.self) {
        try configuration("qwen35", with: [key: .list(sections)])
      }
    }
  }

  @Test func `each fourth layer of Qwen 3.5 has attention, unless the file lists others`() throws {
    let given = try configuration("qwen35")
    #expect(given.deltaNet?.isLayer == [true, true, true, false, true, true, true, false])
    #expect(given.attentionLayerCount == 2)
    // Weights of a layer of the other kind are missing then.
    for values in [
      ["full_attention_interval": .number(2)], ["attention.recurrent_layers": .list([1, 1])],
      ["ssm.inner_size": .number(60)], ["ssm.time_step_rank": .number(3)],
    ] as [[String: FamilyLogitsTests.SmallModel.Value]] {
      #expect(throws: GGUFError.self) { try configuration("qwen35", with: values) }
    }
    let listed: [Int32] = [1, 1, 1, 0, 1, 1, 1, 0]
    let same = try configuration("qwen35", with: ["attention.recurrent_layers": .list(listed)])
    #expect(same.deltaNet == given.deltaNet)
  }

  /// The file's last layer is declared to be one, so that its weights are passed over.
  @Test func `layers of multi-token prediction are passed over`() throws {
    for name in ["qwen35moe", "glm4moe"] {
      let whole = try configuration(name)
      let key = "nextn_predict_layers"
      let fewer = try configuration(name, with: [key: .number(1)])
      #expect(fewer.blockCount == whole.blockCount - 1)
      #expect(throws: GGUFError.self) {
        try configuration(name, with: [key: .number(Double(whole.blockCount))])
      }
    }
  }

  @Test func `latent attention shares one key that is as wide as its parts`() throws {
    let given = try configuration("deepseek2")
    #expect(given.latent?.queryRank == 40 && given.latent?.rank == 24)
    #expect(given.latent?.keyWidth == 12 && given.latent?.valueWidth == 12)
    // One vector of 24 and 8 a position, for keys and again for values.
    #expect(
      KVCache.byteCount(given, contextLength: 256, format: .f16) == 3 * 2 * 256 * 32 * 2)
    #expect(try configuration("deepseek2 without a query rank").latent?.queryRank == nil)
    for (key, value) in [
      ("attention.kv_lora_rank", 20), ("attention.head_count_kv", 2),
      ("attention.key_length_mla", 8), ("rope.dimension_count", 10),
    ] as [(String, Double)] {
      #expect(throws: GGUFError.self) {
        try configuration("deepseek2", with: [key: .number(value)])
      }
    }
    #expect(throws: GGUFError.self) {
      try configuration(
        "deepseek2",
        with: ["rope.scaling.type": .string("yarn"), "rope.scaling.factor": .number(40)])
    }
  }

  @Test func `experts are chosen as the file says`() throws {
    let glm = try configuration("glm4moe").experts
    #expect(glm?.gating == .sigmoid && glm?.weightScale == 1.5 && glm?.denseLayers == 1)
    #expect(glm?.sharedLength == 64 && glm?.gatesShared == false)
    let groups = try configuration("glm4moe with groups").experts
    #expect(groups?.groupCount == 4 && groups?.usedGroupCount == 2)
    for (key, value) in [
      ("expert_gating_func", 4), ("expert_group_count", 3), ("expert_group_used_count", 5),
      ("leading_dense_block_count", 4), ("expert_used_count", 9),
    ] as [(String, Double)] {
      #expect(throws: GGUFError.self) {
        try configuration("glm4moe with groups", with: [key: .number(value)])
      }
    }
  }

  /// A damaged file is refused or read, and nothing else.
  @Test(arguments: FamilyLogitsTests.models.filter { $0.tensors.count < 200 })
  func `damaged files of any family are refused in one sentence`(
    _ model: FamilyLogitsTests.SmallModel
  ) throws {
    let writer = model.gguf
    let (bytes, header) = (writer.bytes, writer.header.count)
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<100 {
      var damaged = bytes
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        damaged[.random(in: 24..<header, using: &generator)] = .random(
          in: 0...255, using: &generator)
      }
      let file = try TemporaryFile(damaged)
      do throws(GGUFError) {
        _ = try Model.check(try GGUFFile(path: file.path))
      } catch {
        #expect(error.description.hasPrefix(file.path) && error.description.hasSuffix("."))
      }
    }
  }
}
