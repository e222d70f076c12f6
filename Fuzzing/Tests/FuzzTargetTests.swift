import Foundation
import TestSupport
import Testing

/// The targets of the fuzzer without it: their seeds, what was found, and a few changed seeds.
///
/// What must hold is a precondition there: where it does not, the process of the tests ends.
struct FuzzTargetTests {
  /// Long texts take a second each in a debug build, other inputs milliseconds.
  private static func count(_ target: FuzzTarget) -> Int { target.name == "long" ? 8 : 30 }

  @Test(arguments: FuzzTarget.all.map(\.name))
  func `seeds, what was found, and changed seeds break nothing`(name: String) throws {
    let target = try #require(FuzzTarget.all.first { $0.name == name })
    #expect(!target.seeds.isEmpty)
    for input in FuzzTarget.files(in: "Fuzzing/Found/\(name)", "") { target.run(input) }
    var random = SeededGenerator(seed: 1)
    for seed in target.seeds.shuffled(using: &random).prefix(Self.count(target)) {
      target.run(seed)
    }
    for _ in 0..<Self.count(target) { target.run(Self.changed(target.seeds, &random)) }
  }

  /// One of `seeds` with a few random changes.
  private static func changed(_ seeds: [[UInt8]], _ random: inout SeededGenerator) -> [UInt8] {
    var input = seeds.randomElement(using: &random) ?? []
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      let start = Int.random(in: 0...input.count, using: &random)
      let end = min(input.count, start + Int.random(in: 0...8, using: &random))
      switch Int.random(in: 0..<5, using: &random) {
      case 0: input.insert(UInt8.random(in: 0...255, using: &random), at: start)
      case 1: input.removeSubrange(start..<end)
      case 2: input.insert(contentsOf: input[start..<end], at: start)
      case 3:
        for place in start..<end { input[place] ^= 1 << UInt8.random(in: 0...7, using: &random) }
      default:
        let other = seeds.randomElement(using: &random) ?? []
        input =
          Array(input[..<start]) + other.suffix(Int.random(in: 0...other.count, using: &random))
      }
    }
    return input
  }
}
