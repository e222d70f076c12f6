import Foundation
import TestSupport
import Testing

@testable import Inference

/// Which experts a token uses, and how they are weighted, against the rules written out.
@Suite struct ExpertChoiceTests {
  private func choice(
    _ experts: ExpertConfiguration, _ scores: [Float], bias: [Float]? = nil
  ) -> [(network: Int, weight: Float)] {
    scores.withUnsafeBufferPointer { scores in
      guard let bias else { return experts.choice(scores, bias: nil) }
      return bias.withUnsafeBufferPointer { experts.choice(scores, bias: $0.baseAddress) }
    }
  }

  private static func experts(
    _ gating: ExpertConfiguration.Gating, used: Int, normalises: Bool = true
  ) -> ExpertConfiguration {
    ExpertConfiguration(
      count: 8, usedCount: used, gating: gating, normalisesWeights: normalises, sharedLength: 0)
  }

  @Test(arguments: [true, false], [ExpertConfiguration.Gating.softmax, .sigmoid])
  func `the most probable experts are taken, with their probabilities`(
    normalises: Bool, gating: ExpertConfiguration.Gating
  ) {
    var random = SeededGenerator(seed: 5)
    for _ in 0..<100 {
      let scores = (0..<8).map { _ in Float.random(in: -4...4, using: &random) }
      var experts = Self.experts(gating, used: 3, normalises: normalises)
      experts.weightScale = 2.5
      let chosen = choice(experts, scores)
      let best = scores.indices.sorted { scores[$0] > scores[$1] }.prefix(3).sorted()
      #expect(chosen.map(\.network) == best)
      let values = scores.map {
        gating == .softmax ? exp(Double($0)) : 1 / (1 + exp(-Double($0)))
      }
      let all = gating == .softmax ? values.reduce(0, +) : 1
      let sum = normalises ? best.reduce(0.0) { $0 + values[$1] } : all
      for (network, weight) in chosen {
        #expect(abs(Double(weight) - 2.5 * values[network] / sum) < 1e-5)
      }
    }
  }

  @Test func `a bias moves the choice and not the weights`() {
    let scores: [Float] = [2, 1, 0, -1, -2, -3, -4, -5]
    let bias: [Float] = [0, 0, 0, 0, 0, 0, 1, 1]
    let chosen = choice(Self.experts(.sigmoid, used: 2, normalises: false), scores, bias: bias)
    #expect(chosen.map(\.network) == [6, 7])
    #expect(abs(chosen[0].weight - 1 / (1 + exp(4))) < 1e-6)
  }

  /// The best of all stands alone in its group, whose best two are less than those of two others.
  @Test func `experts come from the groups whose best two are most`() {
    var experts = Self.experts(.sigmoid, used: 3)
    (experts.groupCount, experts.usedGroupCount) = (4, 2)
    let scores: [Float] = [3, -9, 2, 2, 1, 2.5, -9, 0]
    #expect(choice(experts, scores).map(\.network) == [2, 3, 5])
  }

  @Test func `scores that are no numbers still choose as many as they must`() {
    for gating in [ExpertConfiguration.Gating.softmax, .sigmoid] {
      for value in [Float.nan, .infinity, -.infinity] {
        let chosen = choice(Self.experts(gating, used: 3), [Float](repeating: value, count: 8))
        #expect(chosen.count == 3)
      }
    }
  }
}
