import Foundation
import TestSupport
import Testing

@testable import Inference

/// Log-probabilities against make_logits.py, which computes in float64 from gguf-py's weights.
@Suite struct LogitsTests {
  private static let positions = 20
  private static let topPositions = 200
  private static let architectures: [Family] = [.llama, .qwen2, .qwen3]

  /// The reference's opinion of the text under one model.
  private struct Table {
    /// Shape (positions, vocabulary).
    var logProbabilities: [Float]
    /// The most probable token at each of the top positions.
    var tops: [Int]
    /// What it is ahead of the second, as a difference of log-probabilities.
    var margins: [Float]

    static let byteCount = 4 * positions * RandomModel.vocabulary + 5 * topPositions

    init(_ bytes: ArraySlice<UInt8>) {
      let part = Array(bytes)
      let count = positions * RandomModel.vocabulary
      logProbabilities = Self.floats(part[..<(4 * count)])
      tops = part[(4 * count)..<(4 * count + topPositions)].map(Int.init)
      margins = Self.floats(part[(4 * count + topPositions)...])
    }

    private static func floats(_ bytes: ArraySlice<UInt8>) -> [Float] {
      Array(bytes).withUnsafeBytes { bytes in
        stride(from: 0, to: bytes.count, by: 4).map {
          Float(bitPattern: bytes.loadUnaligned(fromByteOffset: $0, as: UInt32.self))
        }
      }
    }
  }

  /// The exact table, and the one with int8 activations and an F16 cache: pair `index` of a file.
  private static func tables(
    _ name: String, _ index: Int
  ) throws -> (exact: Table, rounded: Table) {
    let bytes = try [UInt8](fixture(name))
    let start = 2 * index * Table.byteCount
    let middle = start + Table.byteCount
    let end = middle + Table.byteCount
    guard bytes.count >= end else { throw CocoaError(.fileReadCorruptFile) }
    return (Table(bytes[start..<middle]), Table(bytes[middle..<end]))
  }

  /// How far the engine is from a table.
  private struct Distance {
    /// Greatest difference of a log-probability.
    var greatest: Float = 0
    /// The same at the first position alone.
    var first: Float = 0
    /// Positions with the same most probable token.
    var sameTops = 0
    /// Positions with another one where the table is sure of its own by more than rounding.
    var wrongTops = 0

    mutating func add(_ logits: Logits, at position: Int, _ table: Table) throws {
      if logits.mostProbable == table.tops[position] {
        sameTops += 1
      } else if table.margins[position] > 0.1 {
        wrongTops += 1
      }
      guard position < positions else { return }
      let normaliser = try #require(logits.logSumExp)
      for (index, logit) in logits.values.enumerated() {
        let truth = table.logProbabilities[position * RandomModel.vocabulary + index]
        greatest = max(greatest, abs(logit - normaliser - truth))
        if position == 0 { first = greatest }
      }
    }
  }

  /// Float weights are computed exactly but for the F16 of the KV cache. Quantized ones meet int8
  /// activations, so that the exact table bounds what that costs, and the rounded one tells right
  /// from wrong - at the first position, since soon some value falls between two steps, is rounded
  /// the other way, and all that follows differs as much as from the exact table. Random weights
  /// have many near ties: another most probable token counts where the margin is above 0.1.
  @Test(arguments: architectures, RandomModel.types)
  func `logits agree with an independent program`(
    _ architecture: Family, _ type: TensorType
  ) throws {
    let row = try #require(Self.architectures.firstIndex(of: architecture))
    let column = try #require(RandomModel.types.firstIndex(of: type))
    try Self.expect(
      RandomModel(architecture: architecture, type: type),
      Self.tables("logits.bin", row * RandomModel.types.count + column))
  }

  @Test(arguments: RandomModel.furtherTypes)
  func `logits of further types agree with an independent program`(_ type: TensorType) throws {
    let index = try #require(RandomModel.furtherTypes.firstIndex(of: type))
    try Self.expect(
      RandomModel(architecture: .llama, type: type), Self.tables("further.bin", index))
  }

  private static func expect(
    _ randomModel: RandomModel, _ tables: (exact: Table, rounded: Table)
  ) throws {
    let (architecture, type) = (randomModel.architecture, randomModel.type)
    let model = try randomModel.load()
    let session = try Session(model)
    var toExact = Distance()
    var toRounded = Distance()
    for (position, token) in RandomModel.tokens(topPositions).enumerated() {
      try session.append(token)
      try toExact.add(Logits(session.logits), at: position, tables.exact)
      try toRounded.add(Logits(session.logits), at: position, tables.rounded)
    }
    report(
      "| \(architecture.name) | \(type.name) | \(toExact.greatest) | \(toExact.sameTops) "
        + "| \(toExact.wrongTops) | \(toRounded.first) |")
    #expect(toExact.greatest <= (type.blockLength > 1 ? 0.25 : 0.01))
    #expect(toExact.wrongTops * 100 <= topPositions)
    #expect(toRounded.first <= 1e-4)
  }

  /// For the table in Fixtures/README.md.
  static func report(_ line: String) {
    if ProcessInfo.processInfo.environment["PRINT_LOGIT_DIFFERENCES"] != nil { print(line) }
  }

  /// What demo.json holds of one file.
  private struct DemoExpectation: Decodable {
    var tokens: [Token]
    var next: [Double]
    var top: [Int]
    var best: [Double]
    var rounded: Double
  }

  @Test(
    .enabled(if: FileManager.default.fileExists(atPath: demoFolder)),
    arguments: ["specdemo-base-q8_0.gguf", "specdemo-draft-f16.gguf"])
  func `logits of trained models agree with an independent program`(_ name: String) throws {
    let all = try JSONDecoder().decode(
      [String: DemoExpectation].self, from: Self.fixture("demo.json"))
    let expected = try #require(all[name])
    let file = try GGUFFile(path: Self.demoFolder + name)
    let session = try Session(Model.load(file, pool: ComputePool(threads: 2)))
    let scores = try session.score(expected.tokens, from: 1)
    var same = 0
    let difference = zip(scores, zip(expected.next, expected.best)).map {
      max(abs($0.logProbability - $1.0), abs($0.bestLogProbability - $1.1))
    }.max()
    for (position, token) in expected.tokens.dropLast().enumerated() {
      if position == 0 { try session.prepare(for: [token]) } else { try session.append(token) }
      same += Logits(session.logits).mostProbable == expected.top[position] ? 1 : 0
    }
    Self.report("| \(name) | \(difference ?? 0) | \(same) of \(expected.top.count) |")
    #expect(same * 100 >= expected.top.count * 99)
    // Rounding otherwise than the reference may cost as much as its own.
    #expect(try #require(difference) <= 2 * expected.rounded)
  }

  private static let demoFolder =
    URL(fileURLWithPath: #filePath)
    .appendingPathComponent("../../../../../shared/data/demo-pair-prototype").standardized.path
    + "/"

  static func fixture(_ name: String) throws -> Data {
    let folder = try #require(Bundle.module.resourceURL)
    return try Data(contentsOf: folder.appendingPathComponent("Fixtures/logits/" + name))
  }
}
