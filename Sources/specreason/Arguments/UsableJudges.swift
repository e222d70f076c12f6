import Reasoning
import Traces

extension PairDescription {
  /// `judges` without those that the base model's server cannot answer; says which these are, and why.
  func usable(_ judges: [JudgeKind]) -> [JudgeKind] {
    guard let likelihoodObstacle else { return judges }
    for judge in judges where judge.isLikelihood {
      Failure.report("specreason: judge \(judge.rawValue) is left out: \(likelihoodObstacle).")
    }
    return judges.filter { !$0.isLikelihood }
  }
}
