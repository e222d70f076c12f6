import TestSupport
import Testing

@testable import Inference

/// Models that differ from the usual ones of their architecture, against make_logits.py.
@Suite struct ModelVariantTests {
  /// One of make_logits.py's `VARIANTS`, in the same order.
  struct Variant: Sendable, CustomTestStringConvertible {
    var name: String
    var index: Int
    var make: @Sendable () -> RandomModel

    var testDescription: String {
      let model = make()
      return "\(name) \(model.architecture.name) \(model.type.name)"
    }
  }

  private static let yarn: [(String, GGUFValue)] = [
    ("rope.scaling.type", .string("yarn")), ("rope.scaling.factor", .real(4)),
    ("rope.scaling.original_context_length", .integer(64)),
  ]
  private static let tunedYarn: [(String, GGUFValue)] =
    yarn + [
      ("rope.scaling.yarn_beta_fast", .real(4)), ("rope.scaling.yarn_beta_slow", .real(0.5)),
      ("rope.scaling.yarn_attn_factor", .real(1.25)), ("rope.scaling.attn_factor", .real(0.875)),
    ]

  static let variants: [Variant] = {
    let models: [(String, @Sendable () -> RandomModel)] = [
      (
        "tied",
        {
          RandomModel(architecture: .llama, type: .f32) {
            $0.isTied = true
            $0.hasRopeDivisors = false
          }
        }
      ),
      (
        "biased",
        {
          RandomModel(architecture: .llama, type: .f32) {
            $0.isBiased = true
            $0.hasRopeDivisors = false
          }
        }
      ),
      (
        "linear scaling",
        {
          RandomModel(
            architecture: .llama, type: .f32,
            metadata: [
              ("rope.scaling.type", .string("linear")), ("rope.scaling.factor", .real(4)),
            ]
          ) { $0.hasRopeDivisors = false }
        }
      ),
      ("YaRN", { RandomModel(architecture: .llama, type: .f32, metadata: yarn) }),
      ("untied", { RandomModel(architecture: .qwen2, type: .f32) { $0.isTied = false } }),
      (
        "linear scaling",
        {
          RandomModel(
            architecture: .qwen2, type: .f32, metadata: [("rope.scaling.factor", .real(2.5))])
        }
      ),
      ("YaRN", { RandomModel(architecture: .qwen2, type: .f32, metadata: yarn) }),
      ("tied", { RandomModel(architecture: .qwen3, type: .f32) { $0.isTied = true } }),
      ("YaRN", { RandomModel(architecture: .qwen3, type: .f32, metadata: yarn) }),
      ("tuned YaRN", { RandomModel(architecture: .qwen3, type: .f32, metadata: tunedYarn) }),
      (
        "experts",
        {
          RandomModel(architecture: .llama, type: .f32) {
            $0.experts = RandomModel.Experts(count: 4, used: 2, feedForward: 512)
          }
        }
      ),
      ("experts", { RandomModel(architecture: .qwen2moe, type: .f32) }),
      ("experts", { RandomModel(architecture: .qwen3moe, type: .f32) }),
      ("experts", { RandomModel(architecture: .qwen3moe, type: .q8_0) }),
      ("experts", { RandomModel(architecture: .qwen3moe, type: .q4_K) }),
      ("YaRN", { RandomModel(architecture: .qwen3moe, type: .f32, metadata: yarn) }),
      (
        "all biases",
        {
          RandomModel(architecture: .llama, type: .f32) {
            ($0.isBiased, $0.hasAllBiases, $0.hasRopeDivisors) = (true, true, false)
          }
        }
      ),
      ("fused", { RandomModel(architecture: .qwen2, type: .f32) { $0.isFused = true } }),
      (
        "fused",
        {
          RandomModel(architecture: .llama, type: .q8_0) {
            ($0.isFused, $0.hasRopeDivisors) = (true, false)
          }
        }
      ),
    ]
    return models.enumerated().map { Variant(name: $1.0, index: $0, make: $1.1) }
  }()

  private static let rows = Array(0..<10) + Array(190..<200)

  /// Quantized weights meet int8 activations as the reference's do, and only at the first position
  /// are all roundings the same (see `LogitsTests`).
  @Test(arguments: variants)
  func `logits agree with an independent program`(_ variant: Variant) throws {
    let model = variant.make()
    let isQuantized = model.type.blockLength > 1
    let session = try Session(model.load())
    let tokens = RandomModel.tokens(200)
    let table = try LogitsTests.fixture("variants.bin")
    var difference: Float = 0
    for (row, position) in (isQuantized ? [0] : Self.rows).enumerated() {
      try session.prepare(for: Array(tokens[...position]))
      let logits = Logits(session.logits)
      let normaliser = try #require(logits.logSumExp)
      for (token, logit) in logits.values.enumerated() {
        let place = ((variant.index * Self.rows.count + row) * RandomModel.vocabulary + token) * 4
        let truth = table[place..<place + 4].withUnsafeBytes { $0.loadUnaligned(as: Float.self) }
        difference = max(difference, abs(logit - normaliser - truth))
      }
    }
    LogitsTests.report("| \(variant.testDescription) | \(difference) |")
    #expect(difference <= (isQuantized ? 1e-4 : 0.01))
  }

  @Test func `a stretched model has the context that it was stretched to`() throws {
    func context(_ metadata: [(String, GGUFValue)]) throws -> Int {
      try RandomModel(architecture: .qwen2, type: .f16, metadata: metadata).load()
        .configuration.contextLength
    }
    // The file's own length is 256.
    #expect(try context([]) == 256)
    #expect(try context(Self.yarn) == 256)
    let long = ("rope.scaling.original_context_length", GGUFValue.integer(256))
    #expect(try context([("rope.scaling.factor", .real(2)), long]) == 512)
    #expect(try context(Self.yarn.dropLast() + [long]) == 1024)
    #expect(try context([("rope.scaling.type", .string("none")), long]) == 256)
  }

  @Test func `a model with a sliding window has no more context than that`() throws {
    func context(_ window: Int) throws -> Int {
      try RandomModel(
        architecture: .llama, type: .f16,
        metadata: [("attention.sliding_window", .integer(window))]
      ).load().configuration.contextLength
    }
    #expect(try context(0) == 256)
    #expect(try context(100) == 100)
    #expect(try context(4096) == 256)
  }
}
