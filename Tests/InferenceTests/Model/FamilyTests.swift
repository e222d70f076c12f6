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

  /// A damaged file is refused or read, and nothing else.
  @Test(arguments: FamilyLogitsTests.models.filter { $0.tensors.count < 200 })
  func `damaged files of any family are refused in one sentence`(
    _ model: FamilyLogitsTests.SmallModel
  ) throws {
    let writer = model.gguf
    let (bytes, header) = (writer.bytes, writer.header.count)
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<20 {
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
