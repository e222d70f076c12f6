import Foundation
import TestSupport
import Testing

@testable import Inference

/// Models in several files.
@Suite struct SplitModelTests {
  /// The small model's parts in a folder of their own, called as `gguf-split` calls them.
  private struct Split {
    let folder: TemporaryFolder
    var writers: [GGUFWriter]

    init(firstTensors: [Int] = [0, 3, 7]) throws {
      folder = try TemporaryFolder()
      writers = GGUFFileTests.smallModel.parts(firstTensors: firstTensors)
    }

    func name(_ part: Int) -> String { "m-0000\(part)-of-0000\(writers.count).gguf" }

    /// The paths of the parts, which are numbered from 1; all but `missing` are written.
    func write(missing: Int? = nil) throws -> [String] {
      try (1...writers.count).map { part in
        part == missing
          ? folder.path + "/" + name(part)
          : try folder.write(name(part), writers[part - 1].bytes)
      }
    }
  }

  private func logits(_ path: String) throws -> [Float] {
    let session = try Session(
      Model.load(GGUFFile(path: path), pool: ComputePool(threads: 1)))
    try session.prepare(for: [0, 1, 2])
    return Array(session.logits)
  }

  @Test(arguments: [[0, 3, 7], [0, 0], [0, 1, 2, 3, 4, 5, 6, 7, 8]])
  func `a split model computes what the whole one does, whichever part is named`(
    _ firstTensors: [Int]
  ) throws {
    let whole = try TemporaryFile(GGUFFileTests.smallModel.bytes)
    let split = try Split(firstTensors: firstTensors)
    let paths = try split.write()
    for path in paths {
      let file = try GGUFFile(path: path)
      #expect(file.path == path && file.partPaths == paths)
      #expect(file.byteCount == split.writers.reduce(0) { $0 + $1.bytes.count })
      #expect(try file.string("general.architecture") == "llama")
      #expect(try logits(path) == logits(whole.path))
    }
  }

  @Test func `a model that says it is whole needs no other file`() throws {
    var writer = GGUFFileTests.smallModel
    writer.set("split.count", UInt16(0))
    let file = try TemporaryFile(writer.bytes)
    #expect(try GGUFFile(path: file.path).partPaths == [file.path])
  }

  @Test(arguments: [1, 2, 3])
  func `a part that is not there is named`(_ missing: Int) throws {
    let split = try Split()
    let paths = try split.write(missing: missing)
    let named = paths[missing == 1 ? 1 : 0]
    let error = try #require(throws: GGUFError.self) { try GGUFFile(path: named) }
    #expect(error.path == paths[missing - 1])
    #expect(error.reason == .missingPart(of: named, "No such file or directory"))
    withExtendedLifetime(split) {}
  }

  @Test func `a part under another name says what it must be called`() throws {
    let split = try Split()
    let path = try split.folder.write("model.gguf", split.writers[1].bytes)
    #expect(
      throws: GGUFError(
        path: path,
        reason: .renamedPart(number: 2, count: 3, suffix: "-00002-of-00003.gguf"))
    ) { try GGUFFile(path: path) }
  }

  @Test func `a part with a fault is refused for it by name`() throws {
    var split = try Split()
    split.writers[2].magic = Array("GGOF".utf8)
    let paths = try split.write()
    let error = try #require(throws: GGUFError.self) { try GGUFFile(path: paths[0]) }
    #expect(error.path == paths[2] && error.reason == .notGGUF(found: nil))
  }

  /// Parts of which one was exchanged or changed.
  struct Mismatch: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var change: @Sendable (inout [GGUFWriter]) -> Void

    init(_ name: String, _ change: @escaping @Sendable (inout [GGUFWriter]) -> Void) {
      testDescription = name
      self.change = change
    }
  }

  private static let mismatches: [Mismatch] = [
    Mismatch("the same part twice") { $0[1] = $0[0] },
    Mismatch("a whole model in a part's place") { $0[1] = GGUFFileTests.smallModel },
    Mismatch("a part of another number of parts") {
      $0[1] = GGUFFileTests.smallModel.parts(firstTensors: [0, 3])[1]
    },
    Mismatch("a part of a model of another family") {
      $0[1].set("general.architecture", "qwen2")
    },
    Mismatch("a part of a model with more tensors") { parts in
      var larger = GGUFFileTests.smallModel
      larger.tensor("extra.weight", type: 0, [1], [0, 0, 0, 0])
      parts[1] = larger.parts(firstTensors: [0, 3, 7])[1]
    },
    Mismatch("a tensor too many") { $0[1].tensor("t", type: 0, [1], [0, 0, 0, 0]) },
    Mismatch("tensors of a neighbour") {
      $0[1] = GGUFFileTests.smallModel.parts(firstTensors: [0, 2, 7])[1]
    },
  ]

  @Test(arguments: mismatches)
  func `parts that do not belong together are refused`(_ mismatch: Mismatch) throws {
    var split = try Split()
    mismatch.change(&split.writers)
    let paths = try split.write()
    let error = try #require(throws: GGUFError.self) { try GGUFFile(path: paths[0]) }
    guard case .foreignPart = error.reason else {
      Issue.record("\(error)")
      return
    }
    #expect(paths.contains(error.path))
  }

  @Test(
    arguments: [
      ("no number", "split.no", nil, .missingKey("split.no")),
      (
        "a number behind the last", "split.no", 3,
        .outOfRange(key: "split.no", value: "3", allowed: "0 to 2")
      ),
      (
        "a negative number", "split.no", -1,
        .outOfRange(key: "split.no", value: "-1", allowed: "0 to 2")
      ),
      (
        "a million parts", "split.count", 1_000_000,
        .outOfRange(key: "split.count", value: "1000000", allowed: "0 to 9999")
      ),
      (
        "a negative number of parts", "split.count", -1,
        .outOfRange(key: "split.count", value: "-1", allowed: "0 to 9999")
      ),
    ] as [(String, String, Int32?, GGUFError.Reason)])
  func `numbers that make no sense are refused`(
    _ name: String, _ key: String, _ value: Int32?, _ reason: GGUFError.Reason
  ) throws {
    var writer = GGUFWriter()
    let right: [String: Int32] = ["split.no": 1, "split.count": 3]
    for (other, number) in right where other != key { writer.set(other, number) }
    if let value { writer.set(key, value) }
    let file = try TemporaryFile(writer.bytes)
    #expect(throws: GGUFError(path: file.path, reason: reason)) { try GGUFFile(path: file.path) }
  }
}
