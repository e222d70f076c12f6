import Traces

/// Why a score was enough or not, in words.
struct ScoreComparison {
  let score: Double
  let threshold: Double

  /// The reason for `verdict`, such as `score 6.5 below 7.0`.
  func reason(for verdict: Verdict) -> String {
    switch verdict {
    case .accepted: "score \(shown(score)) reached \(shown(threshold))"
    case .rejected: "score \(shown(score)) below \(shown(threshold))"
    }
  }

  /// One decimal, or as many as it takes to tell the two apart; rounded down, as on the screen.
  func shown(_ value: Double) -> String {
    var scale = 10.0
    // A tenth has no exact binary form, and must not fall to the tenth below.
    func part(_ value: Double) -> Double { (value * scale + 1e-9).rounded(.down) }
    while scale < 1e6, score != threshold,
      part(score) == part(threshold)
        || (score * scale).rounded() == (threshold * scale).rounded()
    {
      scale *= 10
    }
    return "\(part(value) / scale)"
  }
}
