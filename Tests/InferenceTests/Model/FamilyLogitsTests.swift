import Foundation
import TestSupport
import Testing

@testable import Inference

/// Log-probabilities of families against llama.cpp, as make_families.py stored them.
@Suite struct FamilyLogitsTests {
  private static let positions = 32
  private static let vocabulary = 64

  /// A small random model: what families.json says of it.
  struct SmallModel: Decodable, Sendable, CustomTestStringConvertible {
    struct Tensor: Decodable, Sendable {
      var name: String
      /// Rows and columns, or the length alone.
      var shape: [Int]
    }

    var name: String
    var architecture: String
    var metadata: [String: Value]
    var tensors: [Tensor]
    var testDescription: String { name }

    /// A value of the metadata. JSON does not tell 4 from 4.0, and readers of files do.
    enum Value: Decodable, Sendable {
      case number(Double)
      case flag(Bool)
      case string(String)
      case list([Int32])

      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Double.self) {
          self = .number(number)
        } else if let flag = try? container.decode(Bool.self) {
          self = .flag(flag)
        } else if let list = try? container.decode([Int32].self) {
          self = .list(list)
        } else {
          self = .string(try container.decode(String.self))
        }
      }
    }

    /// Keys whose values are floats though they may be whole.
    private static let floatKeys = ["scale", "factor", "base", "epsilon", "multiplier"]

    /// The model's file.
    var gguf: GGUFWriter {
      var writer = GGUFWriter()
      writer.set("general.architecture", architecture)
      for (name, value) in metadata {
        let key = "\(architecture).\(name)"
        switch value {
        case .string(let text): writer.set(key, text)
        case .flag(let flag): writer.set(key, flag)
        case .list(let list): writer.set(key, list)
        case .number(let number):
          if Self.floatKeys.contains(where: name.hasSuffix) {
            writer.set(key, Float(number))
          } else {
            writer.set(key, UInt32(number))
          }
        }
      }
      let isTied = !tensors.contains { $0.name == "output.weight" }
      for tensor in tensors {
        writer.tensor(
          tensor.name, type: TensorType.f32.rawValue, tensor.shape.reversed().map(Int64.init),
          weights(tensor, isTied: isTied))
      }
      return writer
    }

    /// As make_families.py's `weights`.
    private func weights(_ tensor: Tensor, isTied: Bool) -> [UInt8] {
      var stream = RandomModel.stream("\(name)/\(tensor.name)")
      let isMatrix = tensor.shape.count > 1
      let centre: Double =
        isMatrix || tensor.name.hasSuffix(".bias") ? 0 : tensor.name.hasSuffix("ssm_a") ? -1 : 1
      let scale = tensor.name == "token_embd.weight" && !isTied ? 0x1p-22 : 0x1p-25
      return RandomModel.elements(tensor.shape.reduce(1, *)) {
        Float(centre + (Double(stream.next() >> 40) - 0x1p23) * scale).bitPattern
      }
    }
  }

  static let models: [SmallModel] = {
    let data = try? LogitsTests.fixture("families.json")
    return data.flatMap { try? JSONDecoder().decode([SmallModel].self, from: $0) } ?? []
  }()

  @Test func `every family but those that were there first has a model here`() {
    let first = ["llama", "qwen2", "qwen2moe", "qwen3", "qwen3moe"]
    #expect(Set(Self.models.map(\.architecture) + first) == Set(Family.all.map(\.name)))
  }

  /// llama.cpp and the engine differ by the F16 of the KV cache, and GELU by the table of F16 that
  /// llama.cpp has of it.
  @Test(arguments: models)
  func `logits agree with llama.cpp`(_ model: SmallModel) throws {
    let index = try #require(Self.models.firstIndex { $0.name == model.name })
    let file = try TemporaryFile(model.bytes)
    let session = try Session(
      Model.load(GGUFFile(path: file.path), pool: ComputePool(threads: 2)))
    let tokens = RandomModel.tokens(Self.positions)
    let table = try LogitsTests.fixture("families.bin")
    var difference: Float = 0
    try session.prepare(for: tokens, logitsFrom: 0)
    for position in tokens.indices {
      let logits = Logits(try #require(session.logits(after: position)))
      let normaliser = try #require(logits.logSumExp)
      for (token, logit) in logits.values.enumerated() {
        let place =
          ((index * Self.positions + position) * Self.vocabulary + token) * MemoryLayout<Float>.size
        let truth = table[place..<place + 4].withUnsafeBytes { $0.loadUnaligned(as: Float.self) }
        difference = max(difference, abs(logit - normaliser - truth))
      }
    }
    LogitsTests.report("| \(model.name) | \(difference) |")
    #expect(difference <= 0.01)
  }

  /// Windows, rotations by layer and norms after the parts count row by row, however rows come.
  @Test(arguments: models)
  func `a model of any family goes on as if it began anew`(_ small: SmallModel) throws {
    let file = try TemporaryFile(small.bytes)
    let model = try Model.load(GGUFFile(path: file.path), pool: ComputePool(threads: 2))
    let tokens = RandomModel.tokens(60)
    let whole = try Session(model)
    try whole.prepare(for: tokens)
    let expected = Array(whole.logits)
    let parts = try Session(model)
    for end in [1, 2, 9, 30, 59] { try parts.prepare(for: Array(tokens[..<end])) }
    try parts.prepare(for: Array(tokens[..<20]) + [5, 6, 7])
    try parts.prepare(for: tokens)
    #expect(Array(parts.logits).map(\.bitPattern) == expected.map(\.bitPattern))
  }
}
