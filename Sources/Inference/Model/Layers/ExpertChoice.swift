import Glibc

extension ExpertConfiguration {
  /// The experts that a token with these router's scores uses, in ascending order, with their
  /// weights.
  ///
  /// - Parameters:
  ///   - scores: One for each expert.
  ///   - bias: Added to each expert's probability where experts are chosen; nil for none.
  func choice(
    _ scores: UnsafeBufferPointer<Float>, bias: UnsafePointer<Float>?
  ) -> [(network: Int, weight: Float)] {
    let values = values(of: scores)
    let isChosen = chosen(by: ranks(scores, values, bias))
    let sum = normaliser(of: values, isChosen)
    return isChosen.indices.filter { isChosen[$0] }.map {
      ($0, weightScale * Float(values[$0] / sum))
    }
  }

  /// Probabilities; those of a softmax have yet to be divided by their sum.
  private func values(of scores: UnsafeBufferPointer<Float>) -> [Double] {
    switch gating {
    case .softmax:
      let greatest = scores.max() ?? 0
      return scores.map { exp(Double($0 - greatest)) }
    case .sigmoid:
      return scores.map { 1 / (1 + exp(-Double($0))) }
    }
  }

  /// What experts are chosen by: the greatest are.
  private func ranks(
    _ scores: UnsafeBufferPointer<Float>, _ values: [Double], _ bias: UnsafePointer<Float>?
  ) -> [Double] {
    guard bias != nil || groupCount > 1 else { return scores.map(Double.init) }
    let sum = gating == .softmax ? values.reduce(0, +) : 1
    return values.enumerated().map { $1 / sum + Double(bias?[$0] ?? 0) }
  }

  /// Which experts have the greatest ranks, within the groups whose best two add up to most
  /// (DeepSeek-V3, arXiv 2412.19437).
  private func chosen(by ranks: [Double]) -> [Bool] {
    var isOpen = [Bool](repeating: true, count: count)
    if groupCount > 1 {
      let size = count / groupCount
      let best = (0..<groupCount).map { group in
        ranks[group * size..<(group + 1) * size].sorted(by: >).prefix(2).reduce(0, +)
      }
      let isUsed = Self.greatest(
        usedGroupCount, of: best, among: [Bool](repeating: true, count: groupCount))
      isOpen = (0..<count).map { isUsed[$0 / size] }
    }
    return Self.greatest(usedCount, of: ranks, among: isOpen)
  }

  /// Which `count` values, of those that may be taken, are the greatest; of equal ones the first.
  private static func greatest(_ count: Int, of values: [Double], among isOpen: [Bool]) -> [Bool] {
    var isTaken = [Bool](repeating: false, count: values.count)
    for _ in 0..<count {
      var best: Int?
      for index in values.indices where isOpen[index] && !isTaken[index] {
        if best.map({ values[index] > values[$0] }) ?? true { best = index }
      }
      if let best { isTaken[best] = true }
    }
    return isTaken
  }

  /// What values are divided by to be weights.
  private func normaliser(of values: [Double], _ isChosen: [Bool]) -> Double {
    guard normalisesWeights || gating == .softmax else { return 1 }
    let sum = values.indices.reduce(0) {
      normalisesWeights && !isChosen[$1] ? $0 : $0 + values[$1]
    }
    // Sigmoids may all be next to nothing.
    return gating == .sigmoid ? max(sum, 0x1p-14) : sum
  }
}
