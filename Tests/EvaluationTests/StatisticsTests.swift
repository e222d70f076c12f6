import Testing

@testable import Evaluation

struct StatisticsTests {
  /// Expected values: all pairs and the covariance formula in Python.
  @Test func `the area under the curve and its interval are those of DeLong`() throws {
    let accuracy = try #require(
      RankAccuracy([7, 6.5, 8, 5, 9, 6.5], above: [4, 6.5, 5, 7.5, 3]))
    #expect(abs(accuracy.area - 0.783_333_333) < 1e-8)
    #expect(abs(accuracy.low - 0.488_246_453) < 1e-8)
    #expect(accuracy.high == 1)
  }

  @Test func `scores that are alike tell nothing, and those apart all`() throws {
    #expect(RankAccuracy([5, 5, 5], above: [5, 5])?.area == 0.5)
    #expect(RankAccuracy([8, 9], above: [1, 2])?.area == 1)
    #expect(RankAccuracy([1, 2], above: [8, 9])?.area == 0)
    #expect(RankAccuracy([1], above: [8, 9]) == nil)
  }

  /// Expected values: Agresti and Min's formula in Python.
  @Test(arguments: [
    (20, 2, 1, 0.194_147_882), (20, 0, 0, 0.074_772_727), (60, 5, 2, 0.122_747_690),
    (4, 0, 0, 0.274_166_667),
  ])
  func `a loss has an upper bound that so many problems leave`(
    count: Int, lost: Int, gained: Int, bound: Double
  ) {
    let pairs = (0..<count).map {
      (reference: $0 < lost || $0 >= lost + gained, other: $0 >= lost)
    }
    let loss = PairedLoss(pairs)
    #expect(loss.lost == lost && loss.gained == gained && loss.problems == count)
    #expect(abs(loss.loss - Double(lost - gained) / Double(count)) < 1e-12)
    #expect(abs(loss.greatestLoss - bound) < 1e-8)
  }
}
