extension [EvaluationSummary] {
  /// Those that no other one beats: none is as right in less time, or more right in as much. By
  /// rising time.
  public var frontier: [EvaluationSummary] {
    filter { one in
      !contains { other in
        other.seconds.median <= one.seconds.median && other.accuracy >= one.accuracy
          && (other.seconds.median < one.seconds.median || other.accuracy > one.accuracy)
      }
    }.sorted { $0.seconds.median < $1.seconds.median }
  }
}
